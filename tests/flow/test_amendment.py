"""What an amended order changes in a plan: steps are kept, added and undone."""

from typing import Any

import pytest

from tests.flow.test_plan import CATALOGUE, item
from tmf_apis.flow.amendment import Difference, difference
from tmf_apis.flow.plan import plan_of
from tmf_apis.flow.planner import PlanError
from tmf_apis.flow.standing import ready

Json = dict[str, Any]

#: A second customer-facing service, of which another characteristic becomes something.
TWO = CATALOGUE | {
    ("productSpecification", "p"): {
        "id": "p", "serviceSpecification": [{"id": "cfs"}, {"id": "other"}],
    },
    ("serviceSpecification", "other"): {"id": "other"},
}  # fmt: skip


def planned(*items: Json, kept: list[Json] | None = None) -> list[Json]:
    return plan_of({"id": "1", "productOrderItem": list(items)}, TWO, {}, kept or [])


def standing(steps: list[Json], done: int) -> list[Json]:
    """Steps of which the first ones are done."""
    states = ["done"] * done + ["waiting"] * (len(steps) - done)
    return [
        step | {"state": state, "attempts": 0} for step, state in zip(steps, states, strict=True)
    ]


def amended(old: list[Json], *items: Json, **more: Any) -> Difference:
    return difference(old, planned(*items), more.pop("renamed", {}), **more)


def ids(steps: list[Json]) -> list[str]:
    return [step["id"] for step in steps]


ALL = ids(planned(item("1")))


@pytest.mark.parametrize("done", range(len(ALL)))
def test_the_same_order_changes_nothing(done: int) -> None:
    old = standing(planned(item("1")), done)
    found = amended(old, item("1"))
    assert (found.steps, found.undone, found.renamed) == (old, [], {})
    assert (found.kept, found.added) == (len(ALL), 0)


@pytest.mark.parametrize("done", range(len(ALL) + 1))
def test_what_was_begun_of_an_item_that_goes_is_undone(done: int) -> None:
    old = standing(planned(item("1"), item("2")), done)
    found = amended(old, item("2"))
    # One that may be done may have been: whoever did it may have ended before it said so.
    begun = {*ALL[:done], *ids(ready(old))}
    assert ids(found.undone) == [id for id in ALL if id in begun]
    assert found.steps == [step for step in old if step["item"] == "2"]


def test_what_is_made_again_has_other_ids_and_whatever_names_it_follows() -> None:
    old = standing(planned(item("1")), len(ALL) - 1)
    wished = {"productCharacteristic": [{"name": "size", "value": "L"}]}
    found = amended(old, item("1", product=wished))
    undone = ids(found.undone)
    # Services do not say which product they are for, so they are kept.
    assert undone == ["1/product", "1/deliver", "1/rate", "1/finish"]
    was, now = ({s["id"]: s for s in steps} for steps in (old, found.steps))
    before, after = (one["1/product"]["about"]["product"] for one in (was, now))
    assert found.renamed == {before: after}
    assert before != after
    assert now["1/deliver"]["about"]["product"] == after
    assert now["1/cfs/activate"] == was["1/cfs/activate"]
    assert {now[id]["state"] for id in undone} == {"waiting"}


def test_a_second_amendment_knows_what_the_first_one_renamed() -> None:
    wished = {"productCharacteristic": [{"name": "size", "value": "L"}]}
    first = amended(standing(planned(item("1")), len(ALL) - 1), item("1", product=wished))
    again = amended(first.steps, item("1", product=wished), renamed=first.renamed)
    assert (again.undone, again.renamed) == ([], first.renamed)
    back = amended(first.steps, item("1"), renamed=first.renamed)
    assert ids(back.undone)[:1] == ["1/product"]
    (made,) = back.renamed.values()
    assert made not in {*first.renamed, *first.renamed.values()}


def test_what_was_held_is_tried_again() -> None:
    old = standing(planned(item("1"), item("2")), 3)
    old[3] |= {"state": "held", "attempts": 3, "error": "no"}
    found = amended(old, item("1"))
    assert (found.steps[3]["state"], found.steps[3]["attempts"]) == ("waiting", 0)


def test_nothing_waits_for_what_is_gone() -> None:
    relied = {"productOrderItemRelationship": [{"id": "2", "relationshipType": "reliesOn"}]}
    old = standing(planned(item("1", **relied), item("2")), 0)
    kept = [step for step in old if step["item"] == "1"]
    found = difference(old, planned(item("1", **relied), item("2"), kept=kept)[: len(kept)], {})
    assert found.steps[0]["needs"] == []


def test_a_product_that_the_order_names_is_not_made_anew() -> None:
    named = item("1", product={"id": "mine"})
    documents = TWO | {("product", "mine"): {}}
    order = {"id": "1", "productOrderItem": [named]}
    old = standing(plan_of(order, documents, {}), 1)
    order["productOrderItem"] = [named | {"product": {"id": "mine", "productCharacteristic": [
        {"name": "size", "value": "L"}]}}]  # fmt: skip
    new = plan_of(order, documents, {})
    with pytest.raises(PlanError, match="item 1: it names the product mine"):
        difference(old, new, {}, frozenset({"mine"}))


ENDING = TWO | {
    ("product", "x"): {"id": "x", "realizingService": [{"id": "s"}]},
    ("service", "s"): {"id": "s"},
}


@pytest.mark.parametrize(("bound", "refused"), [((), False), (("1",), True)])
def test_what_cannot_be_undone_binds_its_item(bound: tuple[str, ...], refused: bool) -> None:
    order = {"id": "1", "productOrderItem": [item("1", "delete", product={"id": "x"})]}
    old = standing(plan_of(order, ENDING, {}), 2)
    assert old[2]["kind"] == "cease"
    new = planned(item("2"))
    if refused:
        with pytest.raises(PlanError, match="1/s/cease was done, and cannot be undone"):
            difference(old, new, {}, bound=bound)
    else:
        assert len(difference(old, new, {}, bound=bound).undone) == 3
