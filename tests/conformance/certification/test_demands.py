import pytest

from conformance.certification.demands import Demand, demands
from tmf_apis.catalog import built_in, neighbours
from tmf_apis.spec.model import ApiSpec

APIS = {(api.number, api.major): api for api in (*built_in(), *neighbours())}


def demanded(number: str, major: str) -> dict[str, Demand]:
    return {demand.resource: demand for demand in demands(APIS[number, major])}


@pytest.mark.rule("R-131")
def test_a_published_minimum_says_which_operations_are_mandatory() -> None:
    found = demanded("TMF620", "v4")
    assert list(found) == ["productOffering", "productOfferingPrice", "productSpecification"]
    everything = ("create", "list", "retrieve", "patch", "delete")
    assert {demand.operations for demand in found.values()} == {everything}
    assert demanded("TMF638", "v5")["service"].operations == ("list", "retrieve")


def test_without_a_published_minimum_everything_in_the_file_is_mandatory() -> None:
    assert {"individual", "organization"} <= demanded("TMF632", "v4").keys()


@pytest.mark.rule("R-620-01")
def test_attributes_are_those_that_file_and_profile_ask_for() -> None:
    offering = demanded("TMF620", "v4")["productOffering"]
    assert offering.given == ("name",)
    assert offering.shown == ("id", "href", "lastUpdate", "lifecycleStatus", "name")
    customer = demanded("TMF629", "v5")["customer"]
    assert customer.given == ("@type", "engagedParty", "name")
    assert "engagedParty" in customer.shown


@pytest.mark.rule("R-140")
def test_notifications_are_those_that_mandatory_operations_bring_about() -> None:
    every = ("Create", "AttributeValueChange", "StateChange", "Delete")
    assert demanded("TMF629", "v4")["customer"].notices == every
    assert demanded("TMF622", "v5")["productOrder"].notices == ("Create",)
    assert demanded("TMF638", "v5")["service"].notices == ()


@pytest.mark.parametrize("api", APIS.values(), ids=lambda api: f"{api.number}-{api.major}")
def test_every_api_has_something_that_is_mandatory(api: ApiSpec) -> None:
    assert all(demand.operations and demand.shown for demand in demands(api))
    assert demands(api)
