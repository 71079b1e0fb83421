"""A Swagger 2.0 document says the same in OpenAPI 3.0."""

import copy
from typing import Any

import pytest

from tmf_apis.spec.swagger2 import convert

Node = dict[str, Any]


def swagger(**members: Any) -> Node:
    return {"swagger": "2.0", "info": {"title": "T", "version": "1"}, "paths": {}, **members}


def operation(method: str = "get", *, document: Node | None = None, **members: Any) -> Node:
    """The converted operation of a document with one path."""
    item = {"/x": {method: {"responses": {}, **members}}}
    found: Node = convert(swagger(**(document or {}), paths=item))["paths"]["/x"][method]
    return found


def schema(given: Node) -> Node:
    found: Node = convert(swagger(definitions={"A": given}))["components"]["schemas"]["A"]
    return found


def test_the_input_stays_as_it_is() -> None:
    given = swagger(
        definitions={"A": {"properties": {"b": {"$ref": "#/definitions/B"}}}},
        consumes=["application/json;charset=utf-8"],
    )
    before = copy.deepcopy(given)
    assert convert(given)["openapi"] == "3.0.3"
    assert given == before


@pytest.mark.parametrize(
    ("members", "servers"),
    [
        ({}, ["/"]),
        ({"basePath": "/a/v4"}, ["/a/v4"]),
        ({"host": "h", "basePath": "/a"}, ["https://h/a"]),
        ({"host": "h", "basePath": "/a", "schemes": ["http", "https"]}, ["http://h/a", "https://h/a"]),
    ],
)  # fmt: skip
def test_host_and_base_path_become_servers(members: Node, servers: list[str]) -> None:
    assert [server["url"] for server in convert(swagger(**members))["servers"]] == servers


class TestSchemas:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"$ref": "#/definitions/B"}, {"$ref": "#/components/schemas/B"}),
            ({"$ref": "#/definitions/B", "description": "x"}, {"$ref": "#/components/schemas/B"}),
            ({"items": {"$ref": "#/definitions/B"}}, {"items": {"$ref": "#/components/schemas/B"}}),
            ({"allOf": [{"$ref": "#/definitions/B"}]},
             {"allOf": [{"$ref": "#/components/schemas/B"}]}),
            ({"discriminator": "@type"}, {"discriminator": {"propertyName": "@type"}}),
            ({"type": "file"}, {"type": "string", "format": "binary"}),
            ({"type": "string", "enum": ["$ref"]}, {"type": "string", "enum": ["$ref"]}),
            ({"default": {"$ref": "#/definitions/B"}}, {"default": {"$ref": "#/definitions/B"}}),
        ],
    )  # fmt: skip
    def test_keep_their_facts_and_move_their_references(self, given: Node, expected: Node) -> None:
        assert schema(given) == expected

    @pytest.mark.parametrize("name", ["$ref", "default", "enum", "discriminator", "type", "items"])
    def test_may_have_a_property_named_like_a_keyword(self, name: str) -> None:
        given = {"properties": {name: {"type": "string"}}}
        assert schema(given) == given


class TestParameters:
    def test_put_their_schema_apart(self) -> None:
        query = {"name": "q", "in": "query", "type": "integer", "minimum": 0, "required": True}
        (found,) = operation(parameters=[query])["parameters"]
        assert found.pop("schema") == {"type": "integer", "minimum": 0}
        assert found == {"name": "q", "in": "query", "required": True}

    @pytest.mark.parametrize(
        ("collection", "style", "explode"),
        [("csv", "form", False), ("multi", "form", True), ("pipes", "pipeDelimited", False)],
    )
    def test_tell_how_lists_are_joined(self, collection: str, style: str, explode: bool) -> None:
        query = {"name": "q", "in": "query", "type": "array", "collectionFormat": collection}
        found = operation(parameters=[query])["parameters"][0]
        assert (found["style"], found["explode"]) == (style, explode)
        assert found["schema"] == {"type": "array"}

    def test_of_the_path_belong_to_every_operation(self) -> None:
        item = {
            "parameters": [{"name": "id", "in": "path", "required": True, "type": "string"}],
            "get": {"responses": {}},
        }
        found = convert(swagger(paths={"/x/{id}": item}))["paths"]["/x/{id}"]
        assert [p["name"] for p in found["get"]["parameters"]] == ["id"]

    def test_that_are_shared_stay_shared(self) -> None:
        document = {"parameters": {"Q": {"name": "q", "in": "query", "type": "string"}}}
        found = operation(parameters=[{"$ref": "#/parameters/Q"}], document=document)
        assert found["parameters"] == [{"$ref": "#/components/parameters/Q"}]
        components = convert(swagger(**document))["components"]
        assert components["parameters"]["Q"]["schema"] == {"type": "string"}

    def test_that_are_none_leave_no_list(self) -> None:
        assert "parameters" not in operation()


class TestBodies:
    BODY: Node = {
        "name": "b",
        "in": "body",
        "required": True,
        "schema": {"$ref": "#/definitions/A"},
    }

    @pytest.mark.rule("R-109")
    def test_lose_the_parameters_of_their_media_types(self) -> None:
        found = operation(
            "post", parameters=[self.BODY], consumes=["application/json;charset=utf-8"]
        )["requestBody"]
        assert found == {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}},
        }

    @pytest.mark.parametrize(
        ("own", "shared", "expected"),
        [
            (["a/b"], ["c/d"], ["a/b"]),
            (None, ["c/d"], ["c/d"]),
            (None, None, ["application/json"]),
            (["a/b", "a/b;x=y"], None, ["a/b"]),
        ],
    )
    def test_take_the_nearest_media_types(
        self, own: list[str] | None, shared: list[str] | None, expected: list[str]
    ) -> None:
        members = {"consumes": own} if own else {}
        document = {"consumes": shared} if shared else {}
        found = operation("post", parameters=[self.BODY], document=document, **members)
        assert list(found["requestBody"]["content"]) == expected

    def test_may_be_shared_parameters(self) -> None:
        found = operation(
            "post",
            parameters=[{"$ref": "#/parameters/B"}],
            document={"parameters": {"B": self.BODY}},
        )
        assert "requestBody" in found and "parameters" not in found

    def test_of_forms_become_an_object(self) -> None:
        fields = [
            {"name": "f", "in": "formData", "type": "file", "required": True},
            {"name": "g", "in": "formData", "type": "string"},
        ]
        content = operation("post", parameters=fields)["requestBody"]["content"]
        assert list(content) == ["application/x-www-form-urlencoded"]
        assert content["application/x-www-form-urlencoded"]["schema"] == {
            "type": "object",
            "properties": {"f": {"type": "string", "format": "binary"}, "g": {"type": "string"}},
            "required": ["f"],
        }


class TestResponses:
    def test_hold_their_schema_by_media_type(self) -> None:
        found = operation(
            produces=["application/json;charset=utf-8"],
            responses={200: {"description": "ok", "schema": {"$ref": "#/definitions/A"}}},
        )
        assert found["responses"] == {
            "200": {
                "description": "ok",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}},
            }
        }

    def test_without_a_schema_hold_none(self) -> None:
        assert operation(responses={"204": {"description": "gone"}})["responses"] == {
            "204": {"description": "gone"}
        }

    def test_keep_their_headers(self) -> None:
        header = {"X-Total-Count": {"type": "integer", "description": "all"}}
        found = operation(responses={"200": {"description": "", "headers": header}})
        assert found["responses"]["200"]["headers"] == {
            "X-Total-Count": {"schema": {"type": "integer"}, "description": "all"}
        }

    def test_that_are_shared_stay_shared(self) -> None:
        found = operation(responses={"default": {"$ref": "#/responses/E"}})
        assert found["responses"] == {"default": {"$ref": "#/components/responses/E"}}
