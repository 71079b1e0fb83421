"""Which faults of a record are told of every exchange, and which are left to the checks."""

from dataclasses import replace
from typing import Any

import httpx
import orjson
import pytest

from conformance.invariants.observer import Observer
from conformance.results import Exchange
from conformance.shapes import Shapes
from tests.conformance.invariants.test_observer import API, BASE, JSON, ONE, RECORD
from tmf_apis.spec.model import ApiSpec


def choosing(way: str) -> ApiSpec:
    """The API with an attribute that is a text or a reference to a party, by a choice."""
    either = [{"type": "string"}, {"$ref": "#/components/schemas/PartyRef"}]
    customer = API.schemas["Customer"]
    chosen = {"allOf": [customer, {"properties": {"kit": {way: either}}}]}
    document = {"components": {"schemas": {**API.schemas, "Customer": chosen}}}
    return replace(API, document=document)


def broken(api: ApiSpec, record: dict[str, Any]) -> set[str]:
    observer = Observer(api, BASE, Shapes(api))
    exchange = Exchange("GET", BASE + ONE, status=200)
    headers = httpx.Headers(JSON)
    observer.saw(exchange, httpx.Headers(), b"", headers, orjson.dumps(record))
    return {found.fault.rule for found in observer.judged("records_fit").found}


@pytest.mark.parametrize("way", ["anyOf", "oneOf"])
def test_what_fits_no_alternative_is_left_to_the_checks_of_shapes(way: str) -> None:
    api = choosing(way)
    assert Shapes(api).faults("Customer", RECORD | {"kit": 5})
    assert broken(api, RECORD | {"kit": 5}) == set()


def test_what_is_no_choice_is_told() -> None:
    assert broken(choosing("anyOf"), RECORD | {"kit": "a", "name": 5}) == {"S-001"}
