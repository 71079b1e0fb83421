"""What an order becomes, from the catalogue alone."""

from typing import Any

import pytest

from tmf_apis.flow.items import customers_of, parties_of
from tmf_apis.flow.plan import plan_of
from tmf_apis.flow.planner import PlanError, Wanted, id_of
from tmf_apis.flow.standing import given_up, ready, waits_for

Json = dict[str, Any]


def item(id: str, action: str = "add", offering: str = "o", **more: Any) -> Json:
    return {"id": id, "action": action, "productOffering": {"id": offering}, **more}


def related(id: str, kind: str) -> Json:
    return {"productOrderItemRelationship": [{"id": id, "relationshipType": kind}]}


CATALOGUE: dict[tuple[str, str], Json] = {
    ("productOffering", "o"): {
        "id": "o", "name": "O", "productSpecification": {"id": "p"},
        "productOfferingPrice": [{"id": "pr"}],
    },
    ("productOfferingPrice", "pr"): {"id": "pr", "name": "P", "priceType": "oneTime"},
    ("productSpecification", "p"): {"id": "p", "serviceSpecification": [{"id": "cfs"}]},
    ("serviceSpecification", "cfs"): {
        "id": "cfs", "name": "C",
        "serviceSpecRelationship": [{"id": "rfs", "relationshipType": "reliesOn"}],
    },
    ("serviceSpecification", "rfs"): {"id": "rfs", "resourceSpecification": [{"id": "r"}]},
}  # fmt: skip


def planned(*items: Json, **more: Json) -> list[Json]:
    changed = {tuple(key.split("_", 1)): value for key, value in more.items()}
    return plan_of({"id": "1", "productOrderItem": list(items)}, CATALOGUE | changed, {})  # type: ignore[operator]


def needs(steps: list[Json]) -> dict[str, list[str]]:
    return {step["id"]: step["needs"] for step in steps}


def test_an_item_is_carried_out_from_what_is_beneath() -> None:
    assert needs(planned(item("1"))) == {
        "1/product": [],
        "1/cfs/order": ["1/product"],
        "1/rfs/reserve": ["1/cfs/order"],
        "1/rfs/activate": ["1/rfs/reserve"],
        "1/cfs/reserve": ["1/cfs/order", "1/rfs/reserve"],
        "1/cfs/activate": ["1/cfs/reserve", "1/rfs/activate"],
        "1/cfs/complete": ["1/rfs/activate", "1/cfs/activate"],
        "1/deliver": ["1/product", "1/cfs/complete"],
        "1/rate": ["1/deliver"],
        "1/finish": ["1/rate"],
    }


def test_the_same_order_makes_the_same() -> None:
    assert planned(item("1"), item("2")) == planned(item("1"), item("2"))
    made = [s["about"]["product"] for s in planned(item("1"), item("2")) if s["kind"] == "product"]
    assert len(set(made)) == 2


def test_items_wait_for_those_they_rely_on() -> None:
    steps = needs(planned(item("1", **related("2", "reliesOn")), item("2")))
    assert steps["1/product"] == ["2/finish"]
    assert steps["2/product"] == []


def test_a_document_that_was_not_given_is_asked_for() -> None:
    with pytest.raises(Wanted) as wanted:
        planned(item("1", offering="other"))
    assert (wanted.value.kind, wanted.value.id) == ("productOffering", "other")


BUNDLE = {"id": "b", "bundledProductOffering": [{"id": "b"}]}
LOOP = {
    "id": "rfs",
    "serviceSpecRelationship": [{"id": "cfs", "relationshipType": "reliesOn"}],
}


@pytest.mark.parametrize(
    ("items", "more", "told"),
    [
        ([item("1", offering="b")], {"productOffering_b": BUNDLE}, "b is part of itself"),
        ([item("1")], {"serviceSpecification_rfs": LOOP}, "cfs relies on itself"),
        ([item("1")], {"serviceSpecification_rfs": {}}, "there is no serviceSpecification rfs"),
        (
            [item("1")],
            {"serviceSpecification_rfs": {"id": "rfs", "lifecycleStatus": "Obsolete"}},
            "the serviceSpecification rfs is obsolete",
        ),
        ([item("1", **related("2", "reliesOn"))], {}, "items that are not there"),
        (
            [item("1", **related("2", "requires")), item("2", **related("1", "requires"))],
            {},
            "waits for itself",
        ),
        ([item("1", "modify")], {}, "modify names no product"),
        ([item("1", "delete", product={"id": "x"})], {"product_x": {}}, "there is no product x"),
        ([item("1", "repaint")], {}, "action repaint is none"),
        ([item("1", quantity=1_000_001)], {}, "a quantity of 1000001 cannot be charged"),
    ],
)
def test_an_order_of_which_no_plan_can_be_made_is_told(
    items: list[Json], more: dict[str, Json], told: str
) -> None:
    with pytest.raises(PlanError, match=told):
        planned(*items, **more)


def test_what_may_be_done_waits_for_nothing() -> None:
    steps = [step | {"state": "waiting"} for step in planned(item("1"), item("2"))]
    assert [step["id"] for step in ready(steps)] == ["1/product", "2/product"]
    steps[0]["state"] = "skipped"
    assert [step["id"] for step in ready(steps)] == ["1/cfs/order", "2/product"]
    assert waits_for(steps, steps[3]) == ["1/rfs/reserve"]


def test_what_is_given_up_takes_along_what_needs_it() -> None:
    made = planned(item("1"), item("2", **related("1", "reliesOn")), item("3"))
    steps = [step | {"state": "waiting"} for step in made]
    assert given_up(steps) == []
    next(s for s in steps if s["id"] == "1/rfs/activate")["state"] = "givenUp"
    assert given_up(steps) == ["1", "2"]
    for step in steps:
        step["state"] = "undone" if step["item"] in ("1", "2") else step["state"]
    assert given_up(steps) == []


def test_an_item_adds_no_product_that_is_there() -> None:
    there = {"product_x": {"id": "x", "status": "active"}}
    with pytest.raises(PlanError, match="there is a product x already"):
        planned(item("1", product={"id": "x"}), **there)
    own = {"productOrderItem": [{"orderId": "1", "orderItemId": "1"}]}
    steps = planned(item("1", product={"id": "x"}), product_x=there["product_x"] | own)
    assert steps[0]["about"]["product"] == "x"
    assert planned(item("1", product={"id": "x"}), product_x={})[0]["about"]["product"] == "x"


@pytest.mark.parametrize("action", ["modify", "delete"])
def test_a_product_of_parties_that_the_order_does_not_name_is_left_alone(action: str) -> None:
    wanted = {"id": "1", "action": action, "product": {"id": "x"}}
    product = {"id": "x", "relatedParty": [{"partyOrPartyRole": {"id": "ann"}}]}
    documents = {("product", "x"): product}

    def plan(*parties: str) -> list[Json]:
        named = [{"partyOrPartyRole": {"id": one}} for one in parties]
        return plan_of(
            {"id": "1", "relatedParty": named, "productOrderItem": [wanted]}, documents, {}
        )

    with pytest.raises(PlanError, match="the product x is of no party that the order names"):
        plan("bob")
    assert plan("bob", "ann") and plan()


def test_who_is_said_to_be_a_person_or_a_company_is_no_customer() -> None:
    who = [{"id": "a", "@referredType": "Individual"}, {"id": "b", "@referredType": "Customer"}]
    who += [{"id": "c"}, {"id": "d", "@referredType": "Organization"}, {}]
    order = {"relatedParty": [{"partyOrPartyRole": one} for one in who]}
    assert customers_of(order) == ["b", "c"]
    assert parties_of(order) == {"a", "b", "c", "d"}
    assert parties_of({"relatedParty": [{"id": "e"}]}) == set(), "no party of this version"


def test_other_names_make_other_things() -> None:
    assert id_of("2026/17", "1") != id_of("2026", "17/1") != id_of("2026", "17", "1")


@pytest.mark.parametrize(
    ("given", "charged"), [({}, None), ({"quantity": 1}, None), ({"quantity": 3}, 3)]
)
def test_the_quantity_of_an_item_is_charged(given: Json, charged: int | None) -> None:
    (rate,) = (step for step in planned(item("1", **given)) if step["kind"] == "rate")
    assert [price.get("quantity") for price in rate["about"]["prices"]] == [charged]
