"""What a subscription's query asks for (R-1007, R-1008)."""

from typing import Any

import pytest

from tests.queries import SCHEMAS
from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.matching import matches
from tmf_apis.tmf630.subscriptions import interest

EVENT = Attribute(
    [
        {
            "type": "object",
            "properties": {
                "eventType": {"type": "string"},
                "eventTime": {"type": "string", "format": "date-time"},
                "event": {
                    "type": "object",
                    "properties": {"thing": {"$ref": "#/components/schemas/Thing"}},
                },
            },
        }
    ],
    SCHEMAS,
)


def heard(query: str, **thing: Any) -> bool:
    """Whether a subscriber with this query is told of a thing."""
    event = {
        "eventType": "ThingCreateEvent",
        "eventTime": "2024-01-01T00:00:00Z",
        "event": {"thing": thing},
    }
    return matches(interest(query, EVENT).where, event)


@pytest.mark.rule("R-1007")
@pytest.mark.parametrize(
    ("query", "match", "other"),
    [
        ("event.thing.name.eq=~a", {"name": "~a"}, {"name": "a"}),
        ("?event.thing.name==a", {"name": "a"}, {"name": "=a"}),
        ("event.thing.name='a'&eventType='ThingCreateEvent'", {"name": "a"}, {"name": "b"}),
        ("eventTime='2024-01-01T00:00:00Z'&event.thing.name", {"name": "a"}, {}),
        ("event.thing.name.regex=^a+$", {"name": "aa"}, {"name": "ab"}),
        ("event.thing.note[author=a%5B0%5D].text=b",
         {"note": [{"author": "a[0]", "text": "b"}]}, {"note": [{"author": "a", "text": "b"}]}),
    ],
)  # fmt: skip
def test_conditions_are_those_of_lists(
    query: str, match: dict[str, Any], other: dict[str, Any]
) -> None:
    assert heard(query, **match)
    assert not heard(query, **other)


@pytest.mark.rule("R-509", "R-1007", "R-1008")
def test_several_filters_are_alternatives_as_in_lists() -> None:
    named = "filter=$[?(@.event.thing.name=='{}')]"
    query = f"{named.format('a')}&{named.format('b')}&event.thing.priority=1"
    assert heard(query, name="a", priority=1)
    assert heard(query, name="b", priority=1)
    assert not heard(query, name="c", priority=1)
    assert not heard(query, name="a", priority=2)


@pytest.mark.rule("R-1007")
def test_as_many_conditions_as_in_lists_are_taken() -> None:
    assert heard("&".join(f"event.thing.id={number}" for number in range(150)), id="149")
    many = "&".join(f"x{number}=1" for number in range(101))
    with pytest.raises(TmfError, match="100 conditions"):
        interest(many, EVENT)
