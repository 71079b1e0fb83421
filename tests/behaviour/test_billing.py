"""Lines, taxes and totals of bills, against a reckoning of its own in whole minor units."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tmf_apis.behaviour.billing import NoLine, Total, amounts, line_of
from tmf_apis.behaviour.money import money, rounded

Json = dict[str, Any]


def gbp(value: float) -> Json:
    return {"unit": "GBP", "value": value}


def vat(rate: float, amount: Json | None = None) -> Json:
    told = {"taxCategory": "VAT", "taxRate": rate}
    return told if amount is None else told | {"taxAmount": amount}


@pytest.mark.parametrize(
    ("rate", "excluded", "taxes", "included"),
    [
        ({"taxExcludedAmount": gbp(30), "appliedTax": [vat(20)]}, "30", ["6"], "36"),
        ({"taxExcludedAmount": gbp(0.125)}, "0.13", [], "0.13"),
        ({"taxExcludedAmount": gbp(-0.125)}, "-0.13", [], "-0.13"),
        ({"taxExcludedAmount": gbp(9.99), "appliedTax": [vat(20), vat(0)]},
         "9.99", ["2.00", "0"], "11.99"),
        ({"taxIncludedAmount": gbp(36), "appliedTax": [vat(20)]}, "30", ["6"], "36"),
        ({"taxIncludedAmount": gbp(10), "appliedTax": [vat(20)]}, "8.33", ["1.67"], "10"),
        ({"taxIncludedAmount": gbp(10), "appliedTax": [vat(20, gbp(1.6))]}, "8.40", ["1.60"], "10"),
        ({"taxExcludedAmount": gbp(30), "appliedTax": [vat(20, gbp(5))],
          "taxIncludedAmount": gbp(99)}, "30", ["5"], "35"),
        ({"taxExcludedAmount": {"unit": "JPY", "value": 1000.5}, "appliedTax": [vat(10)]},
         "1001", ["100"], "1101"),
        ({"taxExcludedAmount": {"unit": "BHD", "value": 1.0005}}, "1.001", [], "1.001"),
    ],
)  # fmt: skip
def test_a_line_is_rounded_tax_by_tax(
    rate: Json, excluded: str, taxes: list[str], included: str
) -> None:
    line = line_of(rate)
    assert line.excluded == Decimal(excluded)
    assert [amount for _, amount in line.taxes] == [Decimal(tax) for tax in taxes]
    assert line.included == Decimal(included)


@pytest.mark.parametrize(
    ("rate", "about"),
    [
        ({}, "no amount"),
        ({"taxExcludedAmount": {"value": 1}}, "no amount"),
        ({"taxExcludedAmount": {"unit": "GBP"}}, "no amount"),
        ({"taxExcludedAmount": {"unit": "GBP", "value": True}}, "no amount"),
        ({"taxExcludedAmount": {"unit": "GBP", "value": 1e30}}, "no amount"),
        ({"taxExcludedAmount": gbp(1), "appliedTax": [{}]}, "neither a rate nor an amount"),
        ({"taxExcludedAmount": gbp(1), "appliedTax": [1]}, "none"),
        ({"taxExcludedAmount": gbp(1), "appliedTax": [vat(1, {"unit": "EUR", "value": 1})]},
         "a tax in EUR"),
        ({"taxIncludedAmount": gbp(1), "appliedTax": [vat(-100)]}, "more than everything"),
    ],
)  # fmt: skip
def test_a_rate_that_cannot_be_billed_says_why(rate: Json, about: str) -> None:
    with pytest.raises(NoLine, match=about):
        line_of(rate)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-10_000_000, 10_000_000),
            st.sampled_from([0, 5, 7.7, 19, 20]),
            st.booleans(),
        ),
        min_size=1,
    )
)
def test_totals_are_the_sums_of_rounded_lines(rows: list[tuple[int, float, bool]]) -> None:
    total = Total("EUR")
    excluded = included = 0
    taxes: dict[float, int] = {}
    for thousandths, percent, net in rows:
        kind = "taxExcludedAmount" if net else "taxIncludedAmount"
        amount = {"unit": "EUR", "value": thousandths / 1000}
        total.add({kind: amount, "appliedTax": [vat(percent)]})
        exact, part = Fraction(thousandths, 10), Fraction(str(percent)) / 100
        if net:
            line, tax = half_up(exact), half_up(exact * part)
            gross = line + tax
        else:
            gross, tax = half_up(exact), half_up(exact / (1 + part) * part)
            line = gross - tax
        excluded, included = excluded + line, included + gross
        taxes[percent] = taxes.get(percent, 0) + tax
    shown = amounts(total, typed=False)
    assert shown["taxExcludedAmount"] == {"unit": "EUR", "value": excluded / 100}
    assert shown["taxIncludedAmount"] == {"unit": "EUR", "value": included / 100}
    assert shown["amountDue"] == shown["remainingAmount"] == shown["taxIncludedAmount"]
    found = {item["taxRate"]: item["taxAmount"]["value"] for item in shown["taxItem"]}
    assert found == {percent: tax / 100 for percent, tax in taxes.items()}


def half_up(cents: Fraction) -> int:
    """The nearest whole number; of two the one farther from zero."""
    nearest = int(abs(cents) + Fraction(1, 2))
    return nearest if cents >= 0 else -nearest


def test_a_currency_nobody_knows_has_two_digits() -> None:
    assert rounded(Decimal("1.005"), "???") == Decimal("1.01")
    assert money(Decimal("2.00"), "GBP") == {"unit": "GBP", "value": 2}
