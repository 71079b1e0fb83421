"""The attributes a schema declares: their kind, their shape, what is below them."""

from typing import Any

import pytest

from tmf_apis.spec.attributes import Attribute, attributes_of, referred
from tmf_apis.spec.types import Kind, Shape

Node = dict[str, Any]


def attribute(schema: Node, **schemas: Node) -> Attribute:
    return Attribute([schema], schemas)


def ref(name: str) -> Node:
    return {"$ref": f"#/components/schemas/{name}"}


TEXT: Node = {"type": "string"}
NUMBER: Node = {"type": "number"}
OBJECT: Node = {"type": "object", "properties": {"a": TEXT}}


@pytest.mark.rule("R-414")
@pytest.mark.parametrize(
    ("schema", "kind", "shape"),
    [
        (TEXT, Kind.TEXT, Shape.ONE),
        ({"type": "string", "enum": ["a"]}, Kind.TEXT, Shape.ONE),
        ({"type": "string", "format": "uri"}, Kind.TEXT, Shape.ONE),
        ({"type": "string", "format": "date-time"}, Kind.INSTANT, Shape.ONE),
        ({"type": "string", "format": "date"}, Kind.INSTANT, Shape.ONE),
        (NUMBER, Kind.NUMBER, Shape.ONE),
        ({"type": "integer"}, Kind.NUMBER, Shape.ONE),
        ({"type": "boolean"}, Kind.BOOLEAN, Shape.ONE),
        (OBJECT, Kind.OBJECT, Shape.ONE),
        ({"properties": {}}, Kind.OBJECT, Shape.ONE),
        ({"type": "array", "items": NUMBER}, Kind.NUMBER, Shape.MANY),
        ({"items": TEXT}, Kind.TEXT, Shape.MANY),
        ({"type": "array", "items": {}}, Kind.ANY, Shape.MANY),
        ({}, Kind.ANY, Shape.EITHER),
        ({"description": "any"}, Kind.ANY, Shape.EITHER),
        ({"oneOf": [TEXT, NUMBER]}, Kind.ANY, Shape.ONE),
        ({"oneOf": [TEXT, {"type": "string", "format": "date-time"}]}, Kind.ANY, Shape.ONE),
        ({"anyOf": [TEXT, {"type": "array", "items": TEXT}]}, Kind.TEXT, Shape.EITHER),
        ({"allOf": [{"description": "d"}, TEXT]}, Kind.TEXT, Shape.ONE),
        (ref("T"), Kind.TEXT, Shape.ONE),
        ({"type": "array", "items": ref("T")}, Kind.TEXT, Shape.MANY),
        (ref("Unknown"), Kind.ANY, Shape.EITHER),
    ],
)
def test_kind_and_shape_are_those_declared(schema: Node, kind: Kind, shape: Shape) -> None:
    found = attribute(schema, T=TEXT)
    assert (found.kind, found.shape) == (kind, shape)


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        (OBJECT, ["a"]),
        ({"type": "array", "items": OBJECT}, ["a"]),
        ({"allOf": [ref("Base"), {"properties": {"c": TEXT}}]}, ["b", "c"]),
        ({"oneOf": [ref("Base"), OBJECT]}, ["b", "a"]),
        ({"type": "array", "items": {"oneOf": [ref("Base")]}}, ["b"]),
        (TEXT, []),
        ({}, []),
        ({"properties": {"items": TEXT, "type": TEXT, "$ref": TEXT}}, ["items", "type", "$ref"]),
    ],
)
def test_children_come_from_every_part(schema: Node, names: list[str]) -> None:
    assert list(attribute(schema, Base={"properties": {"b": TEXT}}).children) == names


@pytest.mark.rule("R-1102", "R-1103")
def test_children_of_sub_classes_named_by_a_discriminator_count() -> None:
    mapping = {"Sub": "#/components/schemas/Sub", "Base": "#/components/schemas/Base"}
    base = {
        "properties": {"b": TEXT},
        "discriminator": {"propertyName": "@type", "mapping": mapping},
    }
    sub = {"allOf": [ref("Base"), {"properties": {"s": NUMBER}}]}
    found = attributes_of("Base", {"Base": base, "Sub": sub})
    assert found.children["s"].kind is Kind.NUMBER
    assert "x" not in found.children


@pytest.mark.rule("R-1106")
def test_declarations_that_disagree_are_of_any_kind() -> None:
    one = {"properties": {"value": TEXT, "same": TEXT}}
    other = {"properties": {"value": {"type": "array", "items": NUMBER}, "same": TEXT}}
    found = attribute({"oneOf": [one, other]})
    assert (found.children["value"].kind, found.children["value"].shape) == (Kind.ANY, Shape.EITHER)
    assert found.children["same"].kind is Kind.TEXT


def test_cycles_unfold_as_deep_as_asked() -> None:
    item = {"properties": {"item": {"type": "array", "items": ref("Item")}, "id": TEXT}}
    found = attributes_of("Item", {"Item": item}).find(["item"] * 50 + ["id"])
    assert found is not None and found.kind is Kind.TEXT


def test_a_schema_that_refers_to_itself_ends() -> None:
    found = attributes_of("A", {"A": {"allOf": [ref("B")]}, "B": {"oneOf": [ref("A"), TEXT]}})
    assert found.kind is Kind.TEXT


def test_find_gives_nothing_for_what_is_not_declared() -> None:
    root = attribute({"properties": {"a": OBJECT}})
    assert root.find(["a", "a"]) is not None
    assert root.find(["a", "x"]) is None
    assert root.find(["x", "a"]) is None
    assert root.find([]) is root


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        (ref("A"), {"A"}),
        ({"type": "array", "items": ref("A")}, {"A"}),
        (OBJECT, set()),
    ],
)
def test_names_are_those_of_the_schemas(schema: Node, names: set[str]) -> None:
    assert attribute(schema, A=OBJECT).names == names


def test_a_property_named_ref_is_no_reference() -> None:
    assert referred({"$ref": {"type": "string"}}) == ""
    assert referred(ref("A")) == "A"
