"""What a document could touch of others, whatever it says of that."""

from collections.abc import Iterator
from typing import Any

import pytest

from tmf_apis.behaviour.reference_policy import Policies
from tmf_apis.behaviour.references import Referring
from tmf_apis.behaviour.touched import PARTIES, Touch, touched
from tmf_apis.catalog import choose
from tmf_apis.spec.references import Place, places

SERVED = {
    "BillingAccount": "accounts",
    "Customer": "customers",
    "Individual": "persons",
    "Product": "products",
}
#: Classes that are about parties, and refer to none of them.
NO_PARTIES = {"PartyRoleSpecificationRef"}


def referring() -> Referring:
    party = Place(refers=True, tells=True, named=frozenset({"RelatedParty"}))
    account = Place(
        "BillingAccount", refers=True, tells=True, named=frozenset({"BillingAccountRef"})
    )
    some = Place(refers=True, tells=True, named=frozenset({"AccountRef"}))
    product = Place("Product", refers=True, named=frozenset({"ProductRefOrValue"}))
    place = Place(refers=True, tells=True, named=frozenset({"PlaceRef"}))
    below = {"party": party, "pays": account, "account": some, "product": product, "place": place}
    return Referring(Place(below=below), Policies(), SERVED)


def touching(document: dict[str, Any], before: dict[str, Any] | None = None) -> list[Touch]:
    return touched(referring(), before, document)


@pytest.mark.parametrize(
    ("document", "groups"),
    [
        ({"pays": {"id": "1"}}, (("accounts",),)),
        ({"pays": {"id": "1", "@referredType": "BillingAccount"}}, (("accounts",),)),
        ({"pays": {"id": "1", "@referredType": "Product"}}, (("accounts",), ("products",))),
        ({"pays": {"id": 1}}, (("accounts",),)),
        ({"account": [{"id": "1"}]}, (("accounts",),)),
        ({"account": [{"id": "1", "@referredType": "Product"}]}, (("products",),)),
        ({"product": {"id": "1", "isBundle": True}}, (("products",),)),
        ({"party": {"id": "1", "@referredType": "Individual"}}, (("persons",),)),
        ({"party": {"id": "1", "@referredType": "Ghost"}}, (("customers", "persons"),)),
        ({"party": {"id": "1", "@referredType": ["Individual"]}}, (("customers", "persons"),)),
        ({"place": {"id": "1", "@referredType": "Product"}}, (("products",),)),
    ],
)
def test_what_an_id_may_be_of(document: dict[str, Any], groups: tuple[tuple[str, ...]]) -> None:
    (one,) = touching(document)
    assert (one.id, one.groups) == ("1", groups)


@pytest.mark.parametrize(
    "document", [{"place": {"id": "1"}}, {"pays": {"name": "n"}}, {"pays": {"id": True}}, {"x": {}}]
)
def test_what_leads_to_nothing_served_touches_nothing(document: dict[str, Any]) -> None:
    assert touching(document) == []


def test_each_group_has_to_show_it() -> None:
    (one,) = touching({"pays": {"id": "1", "@referredType": "Product"}})
    assert one.lacking({("accounts", "1")}, set()) == "products"
    assert one.lacking({("accounts", "1"), ("products", "1")}, set()) == ""
    assert one.lacking({("accounts", "2"), ("products", "1")}, set()) == "accounts"


def test_a_party_may_be_who_asks() -> None:
    (one,) = touching({"party": {"id": "42"}})
    assert (one.lacking(set(), {"42"}), one.lacking(set(), {"43"})) == ("", "customers")
    (other,) = touching({"pays": {"id": "42"}})
    assert other.lacking(set(), {"42"}) == "accounts"


def test_a_change_touches_what_it_brings() -> None:
    before = {"party": [{"id": "1"}]}
    assert touching({"party": [{"id": "1", "role": "new"}]}, before) == []
    assert [one.where for one in touching({"party": [{"id": "1"}, {"id": "2"}]}, before)] == [
        "/party/1"
    ]
    assert [one.where for one in touching({"pays": {"id": "1"}}, before)] == ["/pays"]


def test_every_class_of_references_to_parties_is_known() -> None:
    found = {
        name
        for api in choose().apis
        for resource in api.resources
        for place in _everywhere(places(resource.attributes, ["Nothing"]))
        for name in place.named
        if "Party" in name and place.refers
    }
    assert found - NO_PARTIES <= PARTIES, "named as a party, and not judged as one"


def _everywhere(top: Place) -> Iterator[Place]:
    known, waiting = {id(top)}, [top]
    while waiting:
        place = waiting.pop()
        yield place
        for below in place.below.values():
            if id(below) not in known:
                known.add(id(below))
                waiting.append(below)
