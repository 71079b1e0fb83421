"""The comparison notices what changes a contract, and nothing else."""

from copy import deepcopy
from typing import Any

import pytest

from tmf_apis.comparing.difference import differences

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Pens", "version": "4.0.0"},
    "servers": [{"url": "/tmf-api/pens/v4"}],
    "tags": [{"name": "pen"}],
    "paths": {
        "/pen": {
            "get": {
                "operationId": "listPen",
                "parameters": [{"name": "fields", "in": "query", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "Pens.", "content": {}}},
            },
            "post": {
                "operationId": "createPen",
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Pen"}}
                    }
                },
                "responses": {"201": {"description": "A pen."}},
            },
        }
    },
    "components": {
        "schemas": {
            "Pen": {
                "type": "object",
                "description": "Something to write with.",
                "required": ["colour", "id"],
                "properties": {
                    "id": {"type": "string"},
                    "colour": {"type": "string", "enum": ["red", "blue"]},
                    "description": {"type": "string", "description": "What it is like."},
                },
            }
        }
    },
}


@pytest.fixture
def ours() -> dict[str, Any]:
    return deepcopy(DOCUMENT)


def _pen(document: dict[str, Any]) -> dict[str, Any]:
    pen: dict[str, Any] = document["components"]["schemas"]["Pen"]
    return pen


def _found(ours: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(d.kind, d.place, d.harmless) for d in differences(ours, DOCUMENT)]


def test_a_document_does_not_differ_from_itself(ours: dict[str, Any]) -> None:
    assert _found(ours) == []


def test_a_changed_type(ours: dict[str, Any]) -> None:
    _pen(ours)["properties"]["id"]["type"] = "integer"
    assert _found(ours) == [("changed", "schemas/Pen/properties/id/type", False)]


def test_a_dropped_required_entry(ours: dict[str, Any]) -> None:
    _pen(ours)["required"].remove("colour")
    assert _found(ours) == [("missing", "schemas/Pen/required/colour", False)]


def test_a_further_required_entry(ours: dict[str, Any]) -> None:
    _pen(ours)["required"].append("description")
    assert _found(ours) == [("added", "schemas/Pen/required/description", False)]


def test_a_missing_path(ours: dict[str, Any]) -> None:
    del ours["paths"]["/pen"]
    assert _found(ours) == [
        ("missing", "paths/get /pen", False),
        ("missing", "paths/post /pen", False),
    ]


def test_an_altered_enumeration(ours: dict[str, Any]) -> None:
    _pen(ours)["properties"]["colour"]["enum"] = ["red", "green"]
    assert _found(ours) == [
        ("missing", "schemas/Pen/properties/colour/enum/'blue'", False),
        ("added", "schemas/Pen/properties/colour/enum/'green'", False),
    ]


def test_a_property_that_is_named_like_prose(ours: dict[str, Any]) -> None:
    del _pen(ours)["properties"]["description"]
    assert _found(ours) == [("missing", "schemas/Pen/properties/description", False)]


def test_a_further_property_is_no_harmless_addition(ours: dict[str, Any]) -> None:
    _pen(ours)["properties"]["nib"] = {"type": "string"}
    assert _found(ours) == [("added", "schemas/Pen/properties/nib", False)]


def test_a_further_answer_header_and_optional_parameter_are_harmless(ours: dict[str, Any]) -> None:
    listing = ours["paths"]["/pen"]["get"]
    listing["parameters"].append({"name": "sort", "in": "query", "schema": {"type": "string"}})
    listing["responses"]["206"] = {"description": "Some pens."}
    listing["responses"]["200"]["headers"] = {"Link": {"schema": {"type": "string"}}}
    assert _found(ours) == [
        ("added", "paths/get /pen/parameters/query sort", True),
        ("added", "paths/get /pen/responses/200/headers/Link", True),
        ("added", "paths/get /pen/responses/206", True),
    ]


def test_a_further_parameter_that_must_be_sent_is_not_harmless(ours: dict[str, Any]) -> None:
    ours["paths"]["/pen"]["get"]["parameters"].append(
        {"name": "tenant", "in": "query", "required": True, "schema": {"type": "string"}}
    )
    assert _found(ours) == [("added", "paths/get /pen/parameters/query tenant", False)]


def test_prose_order_and_sharing_do_not_count(ours: dict[str, Any]) -> None:
    pen = _pen(ours)
    pen["description"] = "A tool that leaves ink."
    pen["required"].reverse()
    pen["properties"]["colour"]["enum"].reverse()
    listing = ours["paths"]["/pen"]["get"]
    ours["components"]["parameters"] = {"Fields": listing["parameters"][0]}
    listing["parameters"] = [{"$ref": "#/components/parameters/Fields"}]
    assert _found(ours) == []


def test_a_difference_tells_both_sides(ours: dict[str, Any]) -> None:
    _pen(ours)["properties"]["id"]["type"] = "integer"
    (difference,) = differences(ours, DOCUMENT)
    assert str(difference) == (
        "changed schemas/Pen/properties/id/type: ours 'integer', reference 'string'"
    )
