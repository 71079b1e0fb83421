"""What is told of a document that does not fit, and how little work that takes."""

from time import perf_counter
from typing import Any

import pytest

from tests.handlers.facts import case
from tmf_apis.schema.explaining import ENOUGH, MOST_LOOKS, Explainer, described
from tmf_apis.schema.validator import Validator

Json = dict[str, Any]

DRAFT = {"$schema": "http://json-schema.org/draft-07/schema#"}
#: Seconds that no explanation takes; gathering all errors took minutes.
SOON = 1.0


def said(document: Any, schema: Json) -> str:
    return described(Explainer({**DRAFT, **schema}).faults(document))


@pytest.mark.parametrize(
    ("schema", "document", "told"),
    [
        ({"type": "object"}, [1, {"a": "é"}], '/: [1,{"a":"é"}] is not of type "object".'),
        ({"type": "string"}, ["x" * 200], f'/: ["{"x" * 78}… is not of type "string".'),
        ({"required": ["a", "b"]}, {"b": 1}, '/: "a" is a required property.'),
        ({"properties": {"a": {"minimum": 3}}}, {"a": 2}, "/a: 2 is less than the minimum of 3."),
        ({"items": {"maxLength": 1}}, ["a", "bc"], '/1: "bc" is longer than 1 character.'),
        ({"maxItems": 1}, [1, 2], "/: [1,2] has more than 1 item."),
        ({"additionalProperties": {"const": 2}}, {"a/~": 1}, "/a~1~0: 2 was expected."),
        (
            {"additionalProperties": False, "properties": {"a": {}}},
            {"a": 1, "b": 2},
            "/: Additional properties are not allowed ('b' was unexpected).",
        ),
        ({"allOf": [{"required": ["a"]}]}, {}, '/: "a" is a required property.'),
        (
            {"anyOf": [{"required": ["a"]}, {"properties": {"b": {"type": "null"}}}]},
            {"b": 1},
            '/b: 1 is not of type "null".',
        ),
        (
            {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
            {"a": 1},
            '/: "b" is a required property.',
        ),
        (
            {"if": {"required": ["a"]}, "else": {"if": {}, "then": {"required": ["c"]}}},
            {"b": 1},
            '/: "c" is a required property.',
        ),
        (
            {"$ref": "#/definitions/a~1b", "definitions": {"a/b": {"enum": ["x", 1]}}},
            "y",
            '/: "y" is none of "x", 1.',
        ),
        ({"not": {"required": ["a"]}}, {"a": 1}, "/: does not fit its schema."),
        ({"properties": {"a": False}}, {"a": 1}, "/a: nothing may be here."),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(schema: Json, document: Any, told: str) -> None:
    assert said(document, schema) == told


NAMED = {"required": ["name"], "properties": {"name": {}, "names": {}}}


@pytest.mark.parametrize(
    ("schema", "document", "told"),
    [
        (NAMED, {"nmae": 1}, '/: "name" is a required property, perhaps misspelt as "nmae".'),
        (NAMED, {"Name": 1}, '/: "name" is a required property, perhaps misspelt as "Name".'),
        ({"items": NAMED}, [{"x": 1, "nam": 1}],
         '/0: "name" is a required property, perhaps misspelt as "nam".'),
        (NAMED, {"title": 1}, '/: "name" is a required property.'),
        # What is declared is what it says it is.
        (NAMED, {"names": 1}, '/: "name" is a required property.'),
        ({"required": ["name"], "allOf": [{"properties": {"names": {}}}]}, {"names": 1},
         '/: "name" is a required property.'),
        ({"required": ["name"], "$ref": "#/definitions/a", "definitions": {"a": NAMED}},
         {"names": 1}, '/: "name" is a required property.'),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_with_the_member_that_may_be_it(
    schema: Json, document: Any, told: str
) -> None:
    assert said(document, schema) == told


def test_no_more_members_are_compared_with_a_missing_one_than_is_quick() -> None:
    document = {f"relatedParty{number:05x}": number for number in range(100_000)}
    begun = perf_counter()
    assert said(document, {"required": ["relatedPartyRole"]}) == (
        '/: "relatedPartyRole" is a required property, perhaps misspelt as "relatedParty0005e".'
    )
    assert perf_counter() - begun < SOON


@pytest.mark.parametrize("schema", [{"type": "object"}, {"anyOf": [{}, {"required": ["a"]}]}])
def test_of_what_fits_nothing_is_found(schema: Json) -> None:
    assert Explainer({**DRAFT, **schema}).faults({"b": 1}) == []


def test_no_more_faults_are_found_than_are_told() -> None:
    schema = {"items": {"required": ["a"]}}
    assert [fault.path for fault in Explainer({**DRAFT, **schema}).faults([{}] * 50_000)] == [
        (place,) for place in range(ENOUGH)
    ]


def test_the_one_element_of_many_that_does_not_fit_is_found() -> None:
    schema = {"items": {"$ref": "#/definitions/a"}, "definitions": {"a": {"type": "integer"}}}
    document = [*range(54_321), "x", *range(10_000)]
    begun = perf_counter()
    assert said(document, schema) == '/54321: "x" is not of type "integer".'
    assert perf_counter() - begun < SOON


def test_what_has_too_much_to_look_at_is_refused_without_a_place() -> None:
    schema = {"additionalProperties": {"type": "integer"}}
    document = {str(number): number for number in range(MOST_LOOKS + 1)} | {"last": "x"}
    assert said(document, schema) == "/: does not fit its schema, in more ways than are looked at."


#: A choice between ten classes, in each of which the same choice comes again.
PARTIES = case("TMF629-v5/customer")


def judge() -> Validator:
    spec = PARTIES.resource
    assert spec.create_schema
    return Validator(spec.create_schema, PARTIES.api.schemas, spec.attributes, spec.mandatory)


@pytest.mark.parametrize("count", [900, 9_000, 36_000])
def test_a_long_list_of_wrong_choices_is_refused_by_its_first(count: int) -> None:
    wrong = {"@type": "RelatedPartyOrPartyRole", "partyOrPartyRole": {"id": 0}}
    body = PARTIES.create_body(relatedParty=[wrong] * count)
    validator = judge()
    begun = perf_counter()
    found = validator.fault(body)
    assert perf_counter() - begun < SOON
    assert found == (
        '/relatedParty/0: "role" is a required property;'
        ' /relatedParty/0/partyOrPartyRole: "@type" is a required property;'
        ' /relatedParty/1: "role" is a required property;'
        ' /relatedParty/1/partyOrPartyRole: "@type" is a required property;'
        ' /relatedParty/2: "role" is a required property.'
    )


@pytest.mark.parametrize("levels", [1, 5, 20])
@pytest.mark.parametrize("kind", ["PartyRole", "unknown"])
def test_choices_inside_choices_cost_no_more_than_they_are(levels: int, kind: str) -> None:
    inner: Json = {"id": 0}
    for _ in range(levels):
        related = {"@type": "RelatedPartyOrPartyRole", "role": "r", "partyOrPartyRole": inner}
        inner = {"@type": kind, "name": "n", "relatedParty": [related]}
    validator = judge()
    begun = perf_counter()
    found = validator.fault(PARTIES.create_body(relatedParty=inner["relatedParty"]))
    assert perf_counter() - begun < SOON
    assert found is not None
    assert found.startswith("/relatedParty/0/")


def test_what_is_wrong_inside_is_told_of_a_document_that_lacks_what_is_forgiven() -> None:
    spec = PARTIES.resource
    validator = Validator(
        spec.schema,
        PARTIES.api.schemas,
        spec.attributes,
        mandatory=("name",),
        forgiven=frozenset({"id", "href"}),
    )
    document = PARTIES.create_body()
    assert validator.fault(document) is None
    assert validator.fault(document | {"name": 5}) == '/name: 5 is not of type "string".'
    del document["name"]
    assert validator.fault(document) == '/: "name" is a required property.'
    assert validator.fault(document, {"name": "n"}) == '/: "name" is a required property.'
    assert validator.fault(document, {"description": "d"}) is None
