"""Which nested collections a parent embeds is read off its lists."""

from typing import Any

import pytest

from tmf_apis.spec.attributes import attributes_of
from tmf_apis.spec.embedding import embedded
from tmf_apis.spec.model import ResourceSpec

Node = dict[str, Any]
ROOM: Node = {"$ref": "#/components/schemas/Room"}
OTHER: Node = {"$ref": "#/components/schemas/Other"}


def resource(schema: str, *segments: str, **properties: Node) -> ResourceSpec:
    schemas = {
        "House": {"type": "object", "properties": properties},
        "Room": {"type": "object", "properties": {"id": {"type": "string"}}},
        "Other": {"type": "object", "properties": {"id": {"type": "string"}}},
    }
    none: frozenset[str] = frozenset()
    return ResourceSpec(
        segments[-1], segments, schema, None, None, none, none, attributes_of(schema, schemas),
        none, (), none, typed=False, cursors=False,
    )  # fmt: skip


def listed(items: Node) -> Node:
    return {"type": "array", "items": items}


NESTED = ("house", "{houseId}", "room")


@pytest.mark.parametrize(
    ("properties", "attribute"),
    [
        ({"room": listed(ROOM)}, "room"),
        ({"room": listed(OTHER)}, "room"),
        ({"rooms": listed(ROOM)}, "rooms"),
        ({"room": listed(OTHER), "rooms": listed(ROOM)}, "room"),
        ({"rooms": listed(ROOM), "halls": listed(ROOM)}, None),
        ({"rooms": listed(OTHER)}, None),
        ({"room": ROOM}, None),
        ({"room": listed({"type": "string"})}, None),
        ({}, None),
    ],
)
def test_a_list_of_the_same_name_or_else_of_the_same_class(
    properties: Node, attribute: str | None
) -> None:
    house = resource("House", "house", **properties)
    found = embedded([house, resource("Room", *NESTED)])
    assert found == ({} if attribute is None else {NESTED: attribute})


def test_what_is_not_nested_in_it_is_not_embedded() -> None:
    house = resource("House", "house", room=listed(ROOM))
    assert embedded([house, resource("Room", "room")]) == {}
    assert embedded([resource("Room", *NESTED)]) == {}
