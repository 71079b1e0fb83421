"""Charges by the day, to the minor unit: against an independent computation."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import EXAMPLES
from tmf_apis.flow.rates import charges, rate_of, refund

ACCOUNT = {"id": "ba"}


def price(amount: float, kind: str = "recurring", tax: float = 20) -> dict[str, object]:
    taxes = [{"category": "VAT", "rate": tax}]
    return {"id": "p", "name": "Fee", "type": kind, "tax": taxes,
            "amount": {"unit": "GBP", "value": amount}}  # fmt: skip


def in_pence(amount: Fraction) -> int:
    """Pounds in pence, half away from zero."""
    whole = abs(amount) * 100
    pence = int(whole + Fraction(1, 2))
    return pence if amount >= 0 else -pence


def days_of_month(day: date) -> int:
    return (date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)).day


@pytest.mark.parametrize("seed", range(4))
def test_a_month_is_charged_from_the_day_and_given_back_from_the_next(seed: int) -> None:
    random = Random(seed)
    for _ in range(EXAMPLES):
        day = date(2023, 1, 1) + timedelta(days=random.randrange(1500))
        at = datetime(day.year, day.month, day.day, random.randrange(24), tzinfo=UTC)
        amount = random.randrange(1, 10_000) / 100
        (charge,) = charges([price(amount)], at)
        rate = rate_of("r", charge, {"id": "x"}, ACCOUNT)
        whole, days = Fraction(str(amount)), days_of_month(day)
        net = in_pence(whole * (days - day.day + 1) / days)
        tax = in_pence(Fraction(net, 100) * Fraction(1, 5))
        assert round(rate["taxExcludedAmount"]["value"] * 100) == net
        assert round(rate["appliedTax"][0]["taxAmount"]["value"] * 100) == tax
        assert round(rate["taxIncludedAmount"]["value"] * 100) == net + tax
        end = day + timedelta(days=random.randrange(days - day.day + 3))
        back = refund(rate, datetime(end.year, end.month, end.day, 12, tzinfo=UTC))
        left = (date(day.year, day.month, days) - end).days
        expected = in_pence(Fraction(net, 100) * left / (days - day.day + 1)) if left > 0 else 0
        assert round(float(back or 0) * 100) == expected, (day, end)


@pytest.mark.parametrize(
    ("day", "used", "days"),
    [(date(2024, 2, 29), 1, 29), (date(2023, 2, 28), 1, 28), (date(2024, 1, 1), 31, 31)],
)
def test_ends_of_months_and_leap_years(day: date, used: int, days: int) -> None:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    (charge,) = charges([price(days)], at)
    assert charge.net == used


def test_what_is_charged_once_is_charged_whole_and_usage_not_at_all() -> None:
    at = datetime(2026, 3, 17, tzinfo=UTC)
    prices = [price(5, "oneTime"), price(5, "usage"), {"id": "q", "type": "recurring", "tax": []}]
    (charge,) = charges(prices, at)
    rate = rate_of("r", charge, {"id": "x", "name": "X"}, ACCOUNT)
    assert rate["taxIncludedAmount"] == {"unit": "GBP", "value": 6}
    assert (rate["description"], "periodCoverage" in rate) == ("X, Fee", False)
    assert refund(rate, at) is None


@given(
    st.dates(date(2019, 1, 1), date(2031, 12, 31)),
    st.integers(0, 800),
    st.integers(-100_000, 100_000),
    st.integers(0, 800),
)
def test_each_month_that_began_is_charged_once(
    day: date, until: int, pence: int, between: int
) -> None:
    at = datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
    last, middle = day + timedelta(days=until), day + timedelta(days=min(between, until))
    prices = [price(pence / 100), price(3, "oneTime")]
    found = [*charges(prices, at, middle), *charges(prices, at, last, after=middle)]
    once, *months = sorted(found, key=lambda charge: charge.names, reverse=True)
    assert (once.kind, once.net, once.at) == ("oneTimeCharge", 3, at)
    wanted = {str(day): in_pence(Fraction(pence, 100) * part_of(day))} | {
        str(first): pence
        for number in range(1, until + 1)
        if (first := day + timedelta(days=number)).day == 1
    }
    assert {charge.names[1]: round(charge.net * 100) for charge in months} == wanted
    assert len(months) == len(wanted)
    assert all(charge.at >= at for charge in months)


def part_of(day: date) -> Fraction:
    """The part of a month that is left, the day included."""
    return Fraction(days_of_month(day) - day.day + 1, days_of_month(day))


def test_a_reduction_that_was_charged_in_advance_is_taken_back_as_well() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    (charge,) = charges([price(-30)], at)
    rate = rate_of("r", charge, {"id": "x"}, ACCOUNT)
    assert refund(rate, at.replace(day=10)) == -20
    assert refund(rate | {"taxExcludedAmount": {"unit": "GBP", "value": 0}}, at) is None


def test_what_is_ordered_thrice_costs_three_times_as_much_before_it_is_altered() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    less: dict[str, object] = {"price": {"dutyFreeAmount": {"unit": "GBP", "value": 1}}}
    thrice = price(5) | {"quantity": 3, "alterations": [less | {"name": "one off"}]}
    (charge,) = charges([thrice], at)
    assert charge.net == 14
    rate = rate_of("r", charge, {"id": "x", "name": "X"}, ACCOUNT)
    assert rate["description"] == "X, Fee x 3, one off"
