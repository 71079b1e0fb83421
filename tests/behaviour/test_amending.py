"""What becomes of an order that is amended, and what may be asked."""

from typing import Any

import pytest

from tmf_apis.behaviour.amending import (
    NotAmendable,
    amended,
    change_fault,
    is_amended,
    mark_of,
    noted,
    request_fault,
)
from tmf_apis.behaviour.no_return import Clock
from tmf_apis.rules.tmf622 import RULES

Json = dict[str, Any]

ITEMS = RULES["v5"]["productOrder"].items
assert ITEMS is not None
FREE = Clock(0)


def item(id: str, state: str = "inProgress", **more: Any) -> Json:
    return {"id": id, "action": "add", "state": state, **more}


def order(*items: Json, state: str = "inProgress") -> Json:
    return {"id": "o", "state": state, "productOrderItem": list(items)}


def changed(given: Json, clock: Clock = FREE, **changes: Any) -> list[Json]:
    assert ITEMS is not None
    found: list[Json] = amended(ITEMS, given, changes, clock)["productOrderItem"]
    return found


def test_an_added_item_has_no_state_of_its_own() -> None:
    new = item("2", "completed", productOrderItem=[item("2.1", "held")])
    (_, found) = changed(order(item("1")), addedItem=[new])
    assert found == {
        "id": "2", "action": "add", "productOrderItem": [{"id": "2.1", "action": "add"}]
    }  # fmt: skip


def test_a_modified_item_keeps_its_state_and_what_is_not_named() -> None:
    before = order(item("1", quantity=1, note=["n"]))
    (found,) = changed(before, modifiedItem=[item("1", "completed", quantity=2)])
    assert found == item("1", "inProgress", quantity=2, note=["n"])
    assert before["productOrderItem"][0]["quantity"] == 1


def test_items_within_others_are_changed_and_taken_out() -> None:
    nested = item("1", productOrderItem=[item("1.1"), item("1.2")])
    (found,) = changed(order(nested), modifiedItem=[item("1.1", quantity=3)], removedItem=["1.2"])
    assert found["productOrderItem"] == [item("1.1", quantity=3)]
    (found,) = changed(order(nested), removedItem=["1.1", "1.2"])
    assert found == item("1")


@pytest.mark.parametrize(
    ("given", "changes", "told"),
    [
        (order(item("1"), state="completed"), {"removedItem": ["1"]}, "which is final"),
        (order(item("1"), state="pendingCancellation"), {"removedItem": ["1"]}, "being cancelled"),
        (order(item("1")), {"removedItem": ["2"]}, "has no item 2"),
        (order(item("1")), {"modifiedItem": [item("2")]}, "has no item 2"),
        (order(item("1")), {"addedItem": [item("1")]}, "has an item 1 already"),
        (order(item("1")), {"removedItem": ["1"]}, "nothing of the order would be left"),
        (order(item("1", "failed"), item("2")), {"removedItem": ["1"]}, "the item 1 is failed"),
        (
            order(item("1", productOrderItem=[item("1.1", "completed")]), item("2")),
            {"removedItem": ["1"]},
            "the item 1.1 is completed",
        ),
    ],
)
def test_what_does_not_fit_is_refused(given: Json, changes: Json, told: str) -> None:
    with pytest.raises(NotAmendable, match=told):
        changed(given, **changes)


def test_past_its_point_of_no_return_an_item_stays() -> None:
    given = order(item("1", pointOfNoReturn="1970-01-01T00:00:01Z"), item("2"))
    at = Clock(1_000_000)
    with pytest.raises(NotAmendable, match="the item 1 is past its point of no return"):
        changed(given, at, removedItem=["1"])
    assert changed(given, Clock(999_999), removedItem=["1"]) == [item("2")]
    assert len(changed(given, at, addedItem=[item("3")], removedItem=["2"])) == 2


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({}, "names items"),
        ({"removedItem": ["1", "1"]}, "the item 1 twice"),
        ({"addedItem": [{"id": "1"}], "removedItem": ["1"]}, "the item 1 twice"),
        ({"addedItem": [{"id": "1"}], "removedItem": ["2"]}, None),
    ],
)
def test_what_a_request_must_name(request_: Json, told: str | None) -> None:
    fault = request_fault(request_)
    assert fault is None if told is None else told in str(fault)


def test_an_order_tells_by_what_it_was_amended() -> None:
    before = {"id": "o", "note": [{"id": "7"}]}
    after = noted(before, mark_of("7"), "amended", "2026-01-01T00:00:00Z")
    assert (is_amended(before, "7"), is_amended(after, "7")) == (False, True)
    assert noted(after, mark_of("7"), "again", "2026-01-02T00:00:00Z") == after


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ([item("1"), item("2")], [item("1")], False),
        ([item("1", "completed"), item("2")], [item("1", "completed")], True),
        ([item("1", "completed"), item("2")], [item("1", "completed"), item("3")], False),
        ([item("1", "completed"), item("2")], [item("1", "completed"), item("2", "failed")], False),
        ([item("1", "completed"), item("2", "failed")], [item("1", "completed")], False),
    ],
)
def test_a_change_may_take_out_all_that_is_open(
    before: list[Json], after: list[Json], lost: bool
) -> None:
    assert ITEMS is not None
    fault = change_fault(ITEMS, order(*before), order(*after), FREE)
    assert (fault is not None) is lost
    assert not lost or "without the item 2" in str(fault)


PAST = {"pointOfNoReturn": "1970-01-01T00:00:01Z"}


@pytest.mark.parametrize(
    ("after", "refused"),
    [
        ([item("1", **PAST), item("2", quantity=2)], False),
        ([item("1", "held", note=["n"], **PAST), item("2")], False),
        ([item("1", quantity=2, **PAST), item("2")], True),
        ([item("1"), item("2")], True),
        ([item("2")], True),
    ],
)
def test_an_item_past_its_point_is_changed_by_nobody(after: list[Json], refused: bool) -> None:
    assert ITEMS is not None
    before, late = order(item("1", **PAST), item("2")), Clock(1_000_000)
    fault = change_fault(ITEMS, before, order(*after), late)
    assert (fault is not None) is refused
    assert not refused or "the item 1 is past its point of no return" in str(fault)
    assert change_fault(ITEMS, before, order(*after), FREE) is None
