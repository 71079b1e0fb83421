"""What remains of a bill when it is paid, or said to be."""

from typing import Any

import pytest

from tmf_apis.behaviour.bills import settle
from tmf_apis.behaviour.following import Behaviour
from tmf_apis.behaviour.moment import Moment
from tmf_apis.rules.base import ResourceRules

Json = dict[str, Any]
BILLS = Behaviour(ResourceRules(state="state"), ())


def gbp(value: float) -> Json:
    return {"unit": "GBP", "value": value}


def payment(value: float, unit: str = "GBP") -> Json:
    return {"appliedAmount": {"unit": unit, "value": value}, "payment": {"id": "p"}}


def bill(due: float, *paid: Json, state: str = "sent", remains: float | None = None) -> Json:
    known = {} if remains is None else {"remainingAmount": gbp(remains)}
    return {"state": state, "amountDue": gbp(due), "appliedPayment": list(paid), **known}


def at() -> Moment:
    return Moment(lambda: "now")


@pytest.mark.parametrize(
    ("due", "paid", "remains"),
    [
        (10, [payment(4)], 6),
        (0.3, [payment(0.1), payment(0.1)], 0.1),
        (10, [payment(4, "EUR")], 10),
        (10, [payment(12)], -2),
        (-5, [], -5),
        (10, [{"payment": {"id": "p"}}], 10),
    ],
)
def test_a_payment_lessens_what_remains(due: float, paid: list[Json], remains: float) -> None:
    now = at()
    after = bill(due, *paid, state="partiallyPaid")
    found = settle(BILLS, bill(due, payment(1)), after, now)
    assert found == after | {"remainingAmount": gbp(remains)}
    assert now.hints == []


@pytest.mark.parametrize(("due", "rest"), [(10, 6), (0.3, -3.7), (4, 0)])
def test_of_a_settled_bill_nothing_remains(due: float, rest: float) -> None:
    now = at()
    before = bill(due, payment(4), remains=due - 4)
    found = settle(BILLS, before, before | {"state": "settled"}, now)
    assert found["remainingAmount"] == gbp(0)
    more = [{"appliedAmount": gbp(rest)}] if rest else []
    assert found["appliedPayment"] == [payment(4), *more]
    hint = f"/appliedPayment {rest} GBP was applied to settle the bill."
    assert now.hints == ([hint] if rest else [])


@pytest.mark.parametrize("state", ["sent", "onHold", "partiallyPaid"])
def test_a_bill_that_moves_otherwise_keeps_what_it_says(state: str) -> None:
    before = bill(10, payment(4), state="sent", remains=99)
    assert settle(BILLS, before, before | {"state": state}, at())["remainingAmount"] == (gbp(99))


def test_a_settled_bill_stays_as_it_is() -> None:
    before = bill(10, state="settled", remains=10)
    assert settle(BILLS, before, before | {"note": 1}, at()) == before | {"note": 1}


def test_a_bill_that_says_nothing_of_money_is_left() -> None:
    wished = {"state": "settled"}
    assert settle(BILLS, {"state": "sent"}, wished, at()) == wished
