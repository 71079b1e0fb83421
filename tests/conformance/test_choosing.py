from typing import Any

import jsonschema_rs
import pytest

from conformance.choosing import in_words

PARTY = {"type": "object", "required": ["id", "name"], "properties": {"age": {"type": "integer"}}}
ROLE = {"type": "object", "required": ["id", "role", "party", "@type"]}
DOCUMENT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "who": {"oneOf": [{"$ref": "#/definitions/Role"}, {"$ref": "#/definitions/Party"}]},
        "what": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "few": {"oneOf": [{"type": t} for t in ("string", "integer", "boolean", "array", "null")]},
    },
    "definitions": {"Party": PARTY, "Role": ROLE},
}


def said(body: object) -> str:
    (error,) = jsonschema_rs.Draft7Validator(DOCUMENT).iter_errors(body)
    return in_words(error, DOCUMENT)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            {"who": {"id": "1"}},
            "fits none of Role or Party: as Party it lacks name; as Role it lacks role, party and"
            " @type",
        ),
        (
            {"who": {"age": "old"}},
            "fits none of Role or Party: as Role it lacks id, role, party and @type; as Party it"
            " lacks id and name, is no integer at age",
        ),
        (
            {"what": []},
            "fits none of string or integer: as string it is no string; as integer it is no"
            " integer",
        ),
        (
            {"who": {"id": "1", "name": "x", "role": "r", "party": {}, "@type": "Role"}},
            "fits Role and Party at once, where it has to be one of them",
        ),
    ],
)  # fmt: skip
def test_what_keeps_a_value_from_each_alternative_is_said(body: object, words: str) -> None:
    assert said(body) == words


def test_of_many_alternatives_the_nearest_are_told() -> None:
    assert said({"few": {}}).endswith("; and 2 more alternatives do not fit")
