"""From applied rates to bills: lines, taxes and totals (R-678-05, R-678-06). Pure.

Each tax of each rate is rounded to the minor unit, and totals are sums of rounded lines, so that
whoever adds up what a bill lists gets what it says. A bill has one currency.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from tmf_apis.behaviour.money import amount_of, decimal_of, money, rounded
from tmf_apis.tmf630.instants import microseconds

Json = dict[str, Any]

_HUNDRED = Decimal(100)
_KINDS = ("Excluded", "Included")


class Tax(NamedTuple):
    """A tax on a line: its category and its rate in percent, as the rate names them."""

    category: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """What a rate adds to a bill. `included` is `excluded` with all taxes."""

    currency: str
    excluded: Decimal
    included: Decimal
    taxes: tuple[tuple[Tax, Decimal], ...]


class NoLine(ValueError):
    """A rate that cannot be billed; the text says why."""


def line_of(rate: Json) -> Line:
    """The line of an applied rate. Raises `NoLine`.

    Of amounts without and with tax the first one counts. A tax that has no amount is reckoned
    from its rate.
    """
    excluded, included = (amount_of(rate.get(f"tax{kind}Amount")) for kind in _KINDS)
    given = excluded or included
    if given is None:
        raise NoLine("it has no amount of money")
    currency = given[1]
    taxes = [_tax(tax, currency) for tax in rate.get("appliedTax") or ()]
    net = excluded[0] if excluded is not None else _without_taxes(given[0], taxes)
    lines = tuple(
        (tax, rounded(net * tax.rate / _HUNDRED, currency) if amount is None else amount)
        for tax, amount in taxes
    )
    total = sum((amount for _, amount in lines), Decimal(0))
    if excluded is not None:
        base = rounded(net, currency)
        return Line(currency, base, base + total, lines)
    gross = rounded(given[0], currency)
    return Line(currency, gross - total, gross, lines)


def _tax(tax: Any, currency: str) -> tuple[Tax, Decimal | None]:
    """A tax and its amount, None where the rate tells it."""
    if not isinstance(tax, dict):
        raise NoLine("one of its taxes is none")
    rate = decimal_of(tax.get("taxRate"))
    amount = amount_of(tax.get("taxAmount"))
    if amount is not None and amount[1] != currency:
        raise NoLine(f"a tax in {amount[1]} is on an amount in {currency}")
    if rate is None and amount is None:
        raise NoLine("one of its taxes has neither a rate nor an amount")
    known = Tax(str(tax.get("taxCategory") or ""), Decimal(0) if rate is None else rate)
    return known, None if amount is None else rounded(amount[0], currency)


def _without_taxes(gross: Decimal, taxes: list[tuple[Tax, Decimal | None]]) -> Decimal:
    """What is left of an amount without its taxes: those with an amount, then those with a rate."""
    left = gross - sum((amount for _, amount in taxes if amount is not None), Decimal(0))
    percent = sum((tax.rate for tax, amount in taxes if amount is None), Decimal(0))
    if percent <= -_HUNDRED:
        raise NoLine("its taxes take more than everything")
    return left / (1 + percent / _HUNDRED)


@dataclass(slots=True)
class Total:
    """The sum of the lines of one bill, and the time they cover."""

    currency: str
    count: int = 0
    excluded: Decimal = Decimal(0)
    included: Decimal = Decimal(0)
    taxes: dict[Tax, Decimal] = field(default_factory=dict)
    start: str | None = None
    end: str | None = None

    def add(self, rate: Json) -> None:
        """Add a rate. Raises `NoLine`."""
        line = line_of(rate)
        self.count += 1
        self.excluded += line.excluded
        self.included += line.included
        for tax, amount in line.taxes:
            self.taxes[tax] = self.taxes.get(tax, Decimal(0)) + amount
        covered = rate.get("periodCoverage") or {}
        starts = [covered.get("startDateTime") or rate.get("date"), self.start]
        ends = [covered.get("endDateTime") or rate.get("date"), self.end]
        self.start = min((at for at in starts if isinstance(at, str)), default=None)
        self.end = max((at for at in ends if isinstance(at, str)), default=None)


def is_billable(rate: Json) -> bool:
    """Whether a rate is on no bill yet."""
    return not rate.get("isBilled") and not rate.get("bill")


def is_due(rate: Json, until: int | None) -> bool:
    """Whether a rate is to be billed; one dated after `until` (microseconds since 1970) is not."""
    at = rate.get("date")
    when = microseconds(at) if isinstance(at, str) else None
    return is_billable(rate) and (until is None or when is None or when <= until)


def billed(rate: Json, bill: str, *, typed: bool) -> Json:
    """A rate that is on a bill."""
    meta = {"@type": "CustomerBillRef"} if typed else {}
    reference = {"id": bill, **meta, "@referredType": "CustomerBill"}
    return rate | {"isBilled": True, "bill": reference}


def amounts(total: Total, *, typed: bool) -> Json:
    """The sums of a bill of which nothing is paid, as its attributes."""
    due = money(total.included, total.currency)
    meta = {"@type": "TaxItem"} if typed else {}
    items = [
        ({"taxCategory": tax.category} if tax.category else {})
        | {"taxRate": _number(tax.rate), "taxAmount": money(amount, total.currency)}
        | meta
        for tax, amount in sorted(total.taxes.items())
    ]
    return {
        "taxExcludedAmount": money(total.excluded, total.currency),
        "taxItem": items,
        "taxIncludedAmount": due,
        "amountDue": due,
        "remainingAmount": due,
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
