"""An order of which nothing goes on says so."""

from typing import Any

import pytest

from tmf_apis.flow.telling import in_jeopardy, is_untold, waits_for_neighbours

Json = dict[str, Any]
FIRST, SECOND, THIRD = (f"2026-01-0{day}T00:00:00Z" for day in (1, 2, 3))


def order(*states: str, failed: str = FIRST) -> Json:
    items = [{"id": str(n), "state": state} for n, state in enumerate(states, 1)]
    errors = [{"timestamp": failed}] if failed else []
    return {"id": "o", "productOrderItem": items, "productOrderErrorMessage": errors}


@pytest.mark.parametrize(
    ("states", "stuck"),
    [
        (["held"], True),
        (["held", "completed"], True),
        (["held", "inProgress"], False),
        (["completed"], False),
        ([], False),
    ],
)
def test_an_order_is_stuck_when_all_that_is_open_is_held(states: list[str], stuck: bool) -> None:
    assert is_untold(order(*states)) is stuck


def test_nobody_is_warned_of_what_somebody_holds() -> None:
    assert not is_untold(order("held", failed=""))


def test_each_time_is_told_once() -> None:
    once = in_jeopardy(order("held", "completed", "held"), SECOND)
    (alert,) = once["productOrderJeopardyAlert"]
    assert "the items 1, 3" in alert["message"]
    assert [item["productOrderItemId"] for item in alert["productOrderItem"]] == ["1", "3"]
    assert not is_untold(once)
    errors = [*once["productOrderErrorMessage"], {"timestamp": THIRD}]
    failed = once | {"productOrderErrorMessage": errors}
    assert is_untold(failed)
    again = in_jeopardy(failed, THIRD)["productOrderJeopardyAlert"]
    assert [(one["id"], one["alertDate"]) for one in again] == [("1", SECOND), ("2", THIRD)]


def told(*errors: tuple[str, str], states: tuple[str, ...] = ("held", "held")) -> Json:
    """An order that told of items, each by the code of an error."""
    items = [{"id": str(n), "state": state} for n, state in enumerate(states, 1)]
    found = [
        {"code": f"flow-{code}", "productOrderItem": [{"productOrderItemId": item}]}
        for item, code in errors
    ]
    return {"id": "o", "productOrderItem": items, "productOrderErrorMessage": found}


@pytest.mark.parametrize(
    ("order", "waits"),
    [
        (told(("1", "neighbour"), ("2", "wait")), True),
        (told(("1", "neighbour"), ("1", "wait")), True),
        (told(("1", "step"), ("2", "neighbour")), True),
        (told(("1", "neighbour"), ("1", "step")), False),
        (told(("1", "neighbour"), states=("completed", "held")), False),
        (told(("1", "wait")), False),
        (told(), False),
        ({"id": "o"}, False),
    ],
)
def test_an_order_waits_for_neighbours_when_that_is_what_it_told_last(
    order: Json, waits: bool
) -> None:
    assert waits_for_neighbours(order) is waits
