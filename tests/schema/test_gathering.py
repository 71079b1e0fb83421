"""A schema in one piece takes what the schema in parts takes, and nothing else."""

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import jsonschema_rs
import pytest

from tests.faces.invented import classes_of, invented
from tests.faces.pairs import SIDES, Pair, pairs
from tmf_apis.schema.classes import Schema
from tmf_apis.schema.gathering import gathered
from tmf_apis.schema.normalise import json_schema

Json = dict[str, Any]

THING: Schema = {
    "type": "object",
    "required": ["@type"],
    "properties": {"@type": {"type": "string", "pattern": "\\S"}, "id": {"type": "string"}},
}
OPTIONS: Schema = {"anyOf": [{"required": ["id"]}, {"required": ["name"]}]}


def in_one(**definitions: Schema) -> Schema:
    """The definition of `X` in one piece."""
    found: Schema = gathered({"$ref": "#/definitions/X", "definitions": definitions})
    return dict(found["definitions"]["X"])


def ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def test_a_class_asks_at_once_what_it_extends() -> None:
    own = {
        "required": ["id", "@type"],
        "properties": {"id": {"type": "string", "pattern": "\\S"}, "name": {"type": "string"}},
    }
    assert in_one(X={"allOf": [ref("Thing"), own]}, Thing=THING) == {
        "type": "object",
        "required": ["@type", "id"],
        "properties": {
            "@type": {"type": "string", "pattern": "\\S"},
            "id": {"type": "string", "pattern": "\\S"},
            "name": {"type": "string"},
        },
    }


def test_what_two_classes_ask_of_an_attribute_is_asked_of_it_both() -> None:
    one, other = {"properties": {"a": {"type": "string"}}}, {"properties": {"a": ref("Thing")}}
    assert in_one(X={"allOf": [one, other]}, Thing=THING) == {
        "properties": {"a": {"allOf": [{"type": "string"}, ref("Thing")]}}
    }


@pytest.mark.parametrize(
    "alone",
    [
        OPTIONS,
        {"allOf": [ref("Thing"), OPTIONS]},
        {"allOf": [ref("Thing"), {"properties": {"a": {}}, "additionalProperties": False}]},
        {"type": ["object", "null"], "allOf": [ref("Thing")]},
        {"if": {"required": ["id"]}, "then": ref("Thing")},
        {"type": "array", "items": ref("Thing")},
        {"allOf": [ref("X")]},
    ],
    ids=["choice", "choice within", "closed", "null", "condition", "list", "itself"],
)
def test_what_has_to_stand_alone_stays_as_it_is(alone: Schema) -> None:
    assert in_one(X=alone, Thing=THING) == alone


SPOILT: list[Any] = ["", " ", 1, True, None, [], {}, "Product", "2026-01-01T00:00:00Z"]


def spoilt(document: Json, random: Random) -> Json:
    """A document with a value at a random place gone, or another in its place."""
    spoilt = deepcopy(document)
    holder, step = random.choice(list(places(spoilt)))
    if isinstance(holder, dict) and random.random() < 0.3:
        del holder[step]
    else:
        holder[step] = deepcopy(random.choice(SPOILT))
    return spoilt


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every object and list in a value, with each of its steps."""
    if isinstance(value, (dict, list)):
        for step, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
            yield value, step
            yield from places(inner)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("pair", pairs(), ids=str)
def test_resources_fit_the_one_or_neither(pair: Pair, side: int) -> None:
    random, classes = Random(4711), classes_of(pair, side)
    schema = json_schema(
        {"$ref": f"#/components/schemas/{pair.specs[side].schema}"}, pair.apis[side].schemas
    )
    parted, whole = (
        jsonschema_rs.Draft7Validator(each, validate_formats=True, offline=True)
        for each in (schema, gathered(schema))
    )
    tried = []
    for _ in range(100):
        document = invented(pair, side, classes, random)
        for each in (document, spoilt(document, random), spoilt(document, random)):
            fits = parted.is_valid({"href": "/", **each})
            assert whole.is_valid({"href": "/", **each}) is fits, each
            tried.append(fits)
    assert {True, False} == set(tried)


def test_lines_in_which_each_extends_the_next_twice_are_put_together_once() -> None:
    twice = {f"X{n or ''}": {"allOf": [ref(f"X{n + 1}")] * 2} for n in range(40)}
    assert in_one(**twice, X40=THING) == THING


@pytest.mark.parametrize("last", [ref("X"), {"properties": {}}])
def test_circles_and_longer_lines_stay_as_they_are(last: Schema) -> None:
    line = {f"X{n or ''}": {"allOf": [ref(f"X{n + 1}")]} for n in range(3_000)}
    assert in_one(**line, X3000=last) == line["X"]
