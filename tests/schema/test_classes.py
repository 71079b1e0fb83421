"""Which rules `@type` selects, and which of them say nothing new (R-1106, R-1107)."""

from typing import Any

import pytest

from tmf_apis.schema.classes import Schema, definition, dispatched

THING: Schema = {"type": "object", "properties": {"@type": {"type": "string"}}}
BOTH: Schema = {"allOf": [definition("Choice", "!"), definition("Car", "!")]}


def component(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def known(*names: str) -> Schema:
    return {"propertyName": "@type", "mapping": {n: f"#/components/schemas/{n}" for n in names}}


def chosen(**changed: Any) -> Schema:
    """The rules for a `Car` where a `Choice` is wanted, of these schemas and some changed ones."""
    schemas: Schema = {
        "Thing": THING,
        "Car": {"allOf": [component("Thing"), {"properties": {"wheels": {"type": "integer"}}}]},
        "Bike": {"allOf": [component("Thing")]},
        "Choice": {
            "type": "object",
            "oneOf": [component("Car"), component("Bike")],
            "discriminator": known("Car"),
        },
    }
    found: Schema = dispatched("Choice", {**schemas, **changed})
    assert found["if"] == {"properties": {"@type": {"const": "Car"}}, "required": ["@type"]}
    return dict(found["then"])


@pytest.mark.rule("R-1106")
def test_what_fits_the_chosen_class_fits_the_choice_it_is_of() -> None:
    assert chosen() == definition("Car", "!")


@pytest.mark.rule("R-1106")
@pytest.mark.parametrize(
    "changed",
    [
        {"Thing": {"properties": {}}},
        {"Choice": {"oneOf": [component("Bike")], "discriminator": known("Car")}},
        {
            "Choice": {
                "oneOf": [component("Car")],
                "discriminator": known("Car"),
                "required": ["wheels"],
            }
        },
        {
            "Car": {"allOf": [component("Thing")], "discriminator": known("Sportscar")},
            "Sportscar": {"allOf": [component("Car")]},
        },
        {"Car": {"allOf": [component("Thing")], "oneOf": [component("Bike")]}},
    ],
    ids=["no type", "no alternative", "more asked", "its own sub-classes", "a choice itself"],
)
def test_the_choice_is_asked_as_well_where_that_is_not_so(changed: dict[str, Any]) -> None:
    assert chosen(**changed) == BOTH
