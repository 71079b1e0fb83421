"""What a document is judged by, and in which words (R-703, R-711)."""

from typing import Any

import pytest

from tmf_apis.schema.validator import Validator
from tmf_apis.spec.attributes import attributes_of

Json = dict[str, Any]


def fault(document: Json, **properties: Json) -> str | None:
    """What is wrong with a document of a class with these attributes."""
    schemas = {"Thing": {"type": "object", "properties": properties}}
    return Validator("Thing", schemas, attributes_of("Thing", schemas)).fault(document)


COLOURS = [f"colour-{number}" for number in range(12)]


@pytest.mark.rule("R-205", "R-711")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["red"], '"red"'),
        (["red", "blue", 3], '"red", "blue", 3'),
        (COLOURS, ", ".join(f'"{colour}"' for colour in COLOURS)),
        (["é" * 120, "b" * 120, "c" * 120, "d"], f'"{"é" * 120}", "{"b" * 120}" …'),
    ],
    ids=["one", "several", "twelve", "too long to say"],
)
def test_a_refused_value_is_answered_with_the_ones_there_are(options: list[Any], said: str) -> None:
    found = fault({"colour": "green"}, colour={"enum": options})
    assert found == f'/colour: "green" is none of {said}.'


@pytest.mark.rule("R-711", "R-721")
@pytest.mark.parametrize("nullable", [False, True])
def test_a_synonym_is_accepted_and_not_advertised(nullable: bool) -> None:
    state = {
        "type": "string",
        "enum": ["active", "aborted"],
        "x-accepted": ["aborted "],
        "nullable": nullable,
    }
    assert fault({"state": "aborted"}, state=state) is None
    assert fault({"state": "aborted "}, state=state) is None
    assert (fault({"state": None}, state=state) is None) is nullable
    assert str(fault({"state": "gone"}, state=state)).startswith(
        '/state: "gone" is none of "active", "aborted"'
    )
    assert '"aborted "' not in str(fault({"state": "gone"}, state=state))
