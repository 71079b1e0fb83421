"""Which resource of one version is which of the other."""

import pytest

from conformance.counterparts import counterpart
from tests.conformance.test_runner import api_of


@pytest.mark.parametrize(
    ("number", "older", "newer"),
    [
        ("TMF620", "catalog", "productCatalog"),
        ("TMF620", "category", "category"),
        ("TMF642", "ackAlarms", "ackAlarm"),
        ("TMF678", "customerBill", "customerBill"),
    ],
)
def test_resources_of_the_same_records_are_counterparts(
    number: str, older: str, newer: str
) -> None:
    old, new = api_of(number, "v4"), api_of(number, "v5")
    assert counterpart(old, old.resource(older), new) is new.resource(newer)
    assert counterpart(new, new.resource(newer), old) is old.resource(older)


@pytest.mark.parametrize(
    ("number", "major", "name", "other"),
    [("TMF678", "v5", "billCycle", "v4"), ("TMF639", "v4", "physicalResource", "v5")],
)
def test_what_one_version_has_alone_has_no_counterpart(
    number: str, major: str, name: str, other: str
) -> None:
    api = api_of(number, major)
    assert counterpart(api, api.resource(name), api_of(number, other)) is None
