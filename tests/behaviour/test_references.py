"""Which references a document holds, which a change brings, and what is filled in."""

from typing import Any

import pytest

from tmf_apis.behaviour.reference_policy import Policies, Policy, Special
from tmf_apis.behaviour.references import Referring, brought, completed, references, unknown
from tmf_apis.spec.references import Place

OFFER = Place("Offer", refers=True, valued=False, completed=("name", "@referredType"))
VALUE = Place("Service", refers=True, tells=True, valued=True, below={"offer": OFFER})
PARTY = Place("", refers=True, tells=True, valued=False)
ITEM = Place(below={"offer": OFFER, "service": VALUE, "party": PARTY})
ITEM.below["item"] = ITEM
TOP = Place(below={"item": ITEM, "offer": OFFER})
SERVED = {"Offer": "/c/offer", "Service": "/s/service", "Customer": "/p/customer"}
ALL = Referring(TOP, Policies(Policy.ENFORCE), SERVED)

Json = dict[str, Any]


def found(document: Json, referring: Referring = ALL) -> list[tuple[str, str, str]]:
    return [(one.where, *one.leads_to) for one in references(referring, document)]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, []),
        ({"offer": {"id": "1"}}, [("/offer", "/c/offer", "1")]),
        ({"offer": [{"id": "1"}, {"id": "2"}]}, [
            ("/offer/0", "/c/offer", "1"), ("/offer/1", "/c/offer", "2")]),
        ({"item": [{"item": [{"offer": {"id": "1"}}]}]}, [
            ("/item/0/item/0/offer", "/c/offer", "1")]),
        ({"item": {"service": {"id": "1", "href": "x", "@type": "ServiceRef"}}}, [
            ("/item/service", "/s/service", "1")]),
        ({"item": {"service": {"id": "1", "state": "active"}}}, []),
        ({"item": {"service": {"id": "1", "state": "active", "offer": {"id": "2"}}}}, [
            ("/item/service/offer", "/c/offer", "2")]),
        ({"item": {"service": {"id": "1", "@referredType": "Customer"}}}, [
            ("/item/service", "/p/customer", "1")]),
        ({"item": {"service": {"id": "1", "@referredType": "Mine"}}}, [
            ("/item/service", "/s/service", "1")]),
        ({"item": {"party": {"id": "1", "@referredType": "Customer"}}}, [
            ("/item/party", "/p/customer", "1")]),
        ({"item": {"party": {"id": "1", "@referredType": "Organization"}}}, []),
        ({"item": {"party": {"id": "1", "@referredType": ["Customer"]}}}, []),
        ({"offer": {"id": 1}}, []),
        ({"offer": {"name": "x"}}, []),
        ({"offer": "1", "item": None, "other": {"id": "1"}}, []),
    ],
    ids=["none", "one", "list", "nested", "reference in a value's place", "value",
         "in a value", "referred type wins", "unknown referred type", "told by referred type",
         "of nobody here", "no text", "id is no text", "no id", "no object"],
)  # fmt: skip
def test_the_references_of_a_document(document: Json, expected: list[tuple[str, str, str]]) -> None:
    assert found(document) == expected


def test_a_change_brings_what_was_not_there() -> None:
    before = {"offer": [{"id": "1"}]}
    after = {"offer": [{"id": "2"}, {"id": "1"}], "item": {"offer": {"id": "1"}}}
    assert [one.where for one in brought(ALL, before, after)] == ["/offer/0"]
    assert len(brought(ALL, None, after)) == 3


def test_the_longest_path_that_fits_says_the_policy() -> None:
    def special(path: str, policy: Policy) -> Special:
        return Special("T", ("v4",), "thing", tuple(path.split(".")), policy)

    some = (special("item.offer", Policy.OFF), special("offer", Policy.WARN))
    referring = Referring(TOP, Policies(Policy.ENFORCE, some), SERVED)
    nested = {"item": [{"item": {"offer": {"id": "1"}}}], "offer": {"id": "2"}}
    assert [(one.id, one.policy) for one in references(referring, nested)] == [("2", Policy.WARN)]


def test_what_is_unknown_is_named_by_its_pointer() -> None:
    [one] = references(ALL, {"item": {"offer": {"id": "42"}}})
    assert unknown(one).fault.startswith("/item/offer/id: There is no offer 42.")


def test_only_what_was_left_out_is_filled_in() -> None:
    document = {"offer": [{"id": "1", "name": "mine"}, {"id": "2"}]}
    known = {"name": "ours", "@referredType": "Offer", "state": "active"}
    met = [(one, known) for one in references(ALL, document)]
    assert completed(document, met)["offer"] == [
        {"id": "1", "name": "mine", "@referredType": "Offer"},
        {"id": "2", "name": "ours", "@referredType": "Offer"},
    ]
    assert document == {"offer": [{"id": "1", "name": "mine"}, {"id": "2"}]}
    assert completed(document, [(one, {}) for one, _ in met]) is document
