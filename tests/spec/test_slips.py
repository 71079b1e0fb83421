"""Known slips of published files are mended, and what is no slip is left alone (R-721)."""

import copy
from typing import Any

import pytest

from tmf_apis.spec.slips import repair

Node = dict[str, Any]

pytestmark = pytest.mark.rule("R-721")


def document(schemas: dict[str, Node], **bodies: str) -> Node:
    """A document with one collection whose methods carry the named schemas."""
    item = {
        method: {
            "requestBody": {
                "content": {
                    "application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}
                }
            }
        }
        for method, name in bodies.items()
    }
    return {"paths": {"/thing": item}, "components": {"schemas": schemas}}


def mended(schemas: dict[str, Node], **bodies: str) -> dict[str, Node]:
    """The schemas after mending; what was not named by a repair must not have changed."""
    given = document(schemas, **bodies)
    before = copy.deepcopy(given["components"]["schemas"])
    repairs = repair(given)
    found: dict[str, Node] = given["components"]["schemas"]
    touched = {each.place.split("/")[1] for each in repairs}
    assert {name for name in found if found[name] != before[name]} == touched
    assert all(each.reason and each.was != each.now for each in repairs)
    return found


class TestCreateBodies:
    @pytest.mark.rule("R-702")
    def test_need_not_carry_what_the_server_sets(self) -> None:
        schema = {"required": ["id", "href", "lastUpdate", "lifecycleStatus", "name", "@type"]}
        found = mended({"Thing_FVO": schema}, post="Thing_FVO")
        assert found["Thing_FVO"]["required"] == ["name", "@type"]

    def test_lose_an_empty_list_of_requirements(self) -> None:
        assert mended({"T": {"required": ["id"], "type": "object"}}, post="T")["T"] == {
            "type": "object"
        }

    def test_are_mended_inside_their_own_parts_only(self) -> None:
        schemas = {
            "T_FVO": {
                "allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["id", "name"]}]
            },
            "Base": {"required": ["id"]},
        }
        found = mended(schemas, post="T_FVO")
        assert found["T_FVO"]["allOf"][1]["required"] == ["name"]
        assert found["Base"]["required"] == ["id"]

    def test_of_listeners_are_left_alone(self) -> None:
        given = document({"Event": {"required": ["id"]}}, post="Event")
        given["paths"] = {"/listener/thing": given["paths"]["/thing"]}
        assert repair(given) == []

    def test_may_be_shared(self) -> None:
        given = document({"T": {"required": ["id", "name"]}}, post="T")
        given["components"]["requestBodies"] = {
            "B": given["paths"]["/thing"]["post"]["requestBody"]
        }
        given["paths"]["/thing"]["post"]["requestBody"] = {"$ref": "#/components/requestBodies/B"}
        repair(given)
        assert given["components"]["schemas"]["T"]["required"] == ["name"]

    def test_are_not_mistaken_for_responses(self) -> None:
        assert repair(document({"T": {"required": ["id"]}})) == []


class TestPatchBodies:
    def test_need_carry_nothing_but_the_type(self) -> None:
        found = mended({"T_MVO": {"required": ["@type", "name", "item"]}}, patch="T_MVO")
        assert found["T_MVO"]["required"] == ["@type"]

    def test_are_mended_with_the_update_schemas_they_extend(self) -> None:
        schemas = {
            "T_MVO": {"allOf": [{"$ref": "#/components/schemas/Base_MVO"},
                                {"$ref": "#/components/schemas/Shared"}]},
            "Base_MVO": {"required": ["name"]},
            "Shared": {"required": ["name"]},
        }  # fmt: skip
        found = mended(schemas, patch="T_MVO")
        assert "required" not in found["Base_MVO"]
        assert found["Shared"]["required"] == ["name"]

    @pytest.mark.parametrize(
        ("name", "schema"),
        [
            ("JsonPatchOperations", {"type": "array", "required": ["op"]}),
            ("JsonPatch", {"required": ["op", "path"]}),
        ],
    )
    def test_that_are_json_patches_are_left_alone(self, name: str, schema: Node) -> None:
        assert repair(document({name: schema}, patch=name)) == []


class TestSpellings:
    def test_a_second_spelling_of_an_attribute_is_not_required(self) -> None:
        schema = {
            "required": ["@type", "ServiceOrder", "serviceOrder", "elsewhere"],
            "properties": {"serviceOrder": {}, "@type": {}},
        }
        found = mended({"Cancel": schema})["Cancel"]["required"]
        assert found == ["@type", "serviceOrder", "elsewhere"]

    @pytest.mark.parametrize(
        ("payload", "key", "right"),
        [
            ("ServiceOrderCreateEventPayload", "ServiceOrder", "serviceOrder"),
            ("ServiceOrderCreateEventPayload", "servicceOrder", "serviceOrder"),
        ],
    )
    def test_a_payload_is_named_after_the_resource(
        self, payload: str, key: str, right: str
    ) -> None:
        reference = {"$ref": "#/components/schemas/ServiceOrder"}
        found = mended({payload: {"properties": {"a": {}, key: reference, "z": {}}}})
        assert list(found[payload]["properties"]) == ["a", right, "z"]
        assert repair(document({payload: {"properties": {right: reference}}})) == []

    def test_a_payload_that_holds_something_else_is_left_alone(self) -> None:
        reference = {"$ref": "#/components/schemas/InformationRequired"}
        schema = {"properties": {"informationrequired": reference}}
        assert repair(document({"ThingInformationEventPayload": schema})) == []


class TestReferences:
    REF = {"properties": {"id": {"type": "string"}}}

    @pytest.mark.rule("R-1107")
    def test_need_in_a_create_body_the_id_they_need_in_an_answer(self) -> None:
        ref = {"allOf": [{"$ref": "#/components/schemas/Base"}, dict(self.REF)]}
        whole = {"allOf": [{"$ref": "#/components/schemas/Base"}, {**self.REF, "required": ["id"]}]}
        found = mended({"EntityRef_FVO": ref, "EntityRef": whole, "Base": {}})
        assert found["EntityRef_FVO"] == whole

    @pytest.mark.parametrize(
        ("name", "answer"),
        [
            ("Entity_FVO", {"required": ["id"]}),
            ("EntityRef_MVO", {"required": ["id"]}),
            ("EntityRef_FVO", {}),
        ],
    )
    def test_other_schemas_are_left_alone(self, name: str, answer: Node) -> None:
        schemas = {name: dict(self.REF), name.rpartition("_")[0]: answer}
        assert mended(schemas)[name] == self.REF


class TestTypes:
    @pytest.mark.rule("R-1205")
    @pytest.mark.parametrize("was", [{"type": "integer", "format": "int64"}, {"type": "number"}])
    def test_ids_are_strings(self, was: Node) -> None:
        schema = {"properties": {"id": {**was, "description": "d"}, "count": dict(was)}}
        found = mended({"Alarm": schema})["Alarm"]["properties"]
        taken = {"x-accepted-types": [was["type"]]}
        assert found == {"id": {"type": "string", "description": "d", **taken}, "count": was}

    def test_states_typed_as_objects_take_the_enumeration_of_their_sibling(self) -> None:
        schemas = {
            "ServiceOrderItemStateType": {"type": "object", "description": "d"},
            "ServiceOrderStateType": {"type": "string", "enum": ["held", "pending"]},
            "OtherStateType": {"type": "object", "properties": {"a": {}}},
        }
        found = mended(schemas)
        assert found["ServiceOrderItemStateType"] == {
            "type": "string", "description": "d", "enum": ["held", "pending"],
        }  # fmt: skip
        assert found["OtherStateType"]["type"] == "object"

    @pytest.mark.parametrize(
        ("given", "members", "accepted"),
        [
            (["active", "aborted "], ["active", "aborted"], ["aborted "]),
            (["aborted ", "aborted"], ["aborted"], ["aborted "]),
            ([" a", "a ", "b"], ["a", "b"], [" a", "a "]),
        ],
    )
    def test_a_word_with_a_blank_too_many_is_a_synonym_and_no_second_member(
        self, given: list[Any], members: list[Any], accepted: list[Any]
    ) -> None:
        found = mended({"StatusType": {"enum": given}})["StatusType"]
        assert found == {"enum": members, "x-accepted": accepted}

    @pytest.mark.parametrize("given", [["active"], [1, 2], [" "]])
    def test_other_enumerations_stay(self, given: list[Any]) -> None:
        assert mended({"StatusType": {"enum": given}})["StatusType"] == {"enum": given}

    def test_a_class_takes_the_name_that_a_discriminator_leads_to_it_by(self) -> None:
        shapes = {"properties": {"@type": {"enum": ["Point", "Line"]}, "kind": {"enum": ["a"]}}}
        schemas = {
            "Location": {"allOf": [{"$ref": "#/components/schemas/Place"}, shapes]},
            "PlaceRef": {"properties": {"@type": {"enum": ["PlaceRef"]}}},
            "Site": copy.deepcopy(shapes),
            "Place": {
                "discriminator": {
                    "propertyName": "@type",
                    "mapping": {
                        name: f"#/components/schemas/{name}" for name in ("Location", "PlaceRef")
                    },
                }
            },
        }
        found = mended(schemas)
        assert found["Location"]["allOf"][1]["properties"] == {
            "@type": {"enum": ["Point", "Line", "Location"]},
            "kind": {"enum": ["a"]},
        }
        assert found["Site"]["properties"]["@type"] == {"enum": ["Point", "Line"]}

    def test_the_size_of_an_attachment_may_be_a_number(self) -> None:
        size = {"$ref": "#/components/schemas/Quantity", "description": "d"}
        schemas = {
            "Attachment": {"properties": {"size": size}},
            "Box": {"properties": {"size": size}},
        }
        found = mended(schemas)
        assert found["Box"]["properties"]["size"] == size
        assert found["Attachment"]["properties"]["size"] == {
            "description": "d",
            "allOf": [{"$ref": "#/components/schemas/Quantity"}],
            "x-accepted-types": ["number"],
        }

    def test_a_patch_in_a_body_may_have_any_value(self) -> None:
        value = {"type": "object", "description": "d"}
        members = {"op": {"type": "string"}, "path": {"type": "string"}}
        schemas = {
            "JsonPatch_FVO": {"properties": members | {"value": dict(value)}},
            "Characteristic": {"properties": {"value": value}},
        }
        found = mended(schemas)
        assert found["JsonPatch_FVO"]["properties"] == members | {"value": {"description": "d"}}
        assert found["Characteristic"]["properties"]["value"] == value

    def test_an_intent_may_be_stated_in_any_json(self) -> None:
        value = {"type": "string", "description": "d"}
        found = mended({"Expression": {"properties": {"expressionValue": value, "iri": value}}})
        assert found["Expression"]["properties"] == {
            "expressionValue": {"description": "d"},
            "iri": value,
        }


def test_mending_twice_changes_nothing_more() -> None:
    given = document(
        {"T_FVO": {"required": ["id", "name"], "properties": {"id": {"type": "integer"}}}},
        post="T_FVO",
    )
    assert len(repair(given)) == 2
    assert repair(given) == []
