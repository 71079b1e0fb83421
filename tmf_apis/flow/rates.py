"""Applied rates of a product: what is charged while it is active, and given back. Pure.

A one-time price is charged once. A recurring one is charged in advance, for each period when that
begins (`periods`); of a month that is begun for what is left of it, the day itself included: price
x days used / days of the month, to the minor unit. Each is taken as many times as the item says in
`quantity`, before it is altered. A product that ends gets back the days after its last one.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import takewhile
from typing import Any, NamedTuple

from tmf_apis.behaviour.money import amount_of, decimal_of, money, rounded
from tmf_apis.flow.alterations import altered, names
from tmf_apis.flow.periods import periods
from tmf_apis.tmf630.instants import moment, now_text

Json = dict[str, Any]

_HUNDRED = Decimal(100)
_SECOND = timedelta(seconds=1)


class Charge(NamedTuple):
    """One rate: of which price and kind, before taxes, since when, by what altered, over which
    time.
    """

    price: Json
    kind: str
    net: Decimal
    currency: str
    at: datetime
    altered_by: Sequence[str] = ()
    period: tuple[datetime, datetime] | None = None

    @property
    def names(self) -> tuple[str, str]:
        """What tells it from the others of its product: its price, and the day it is for."""
        return self.price["id"], str(self.period[0].date()) if self.period else "once"


def charges(
    prices: Iterable[Json], at: datetime, until: date | None = None, after: date | None = None
) -> Iterator[Charge]:
    """What is charged for a product that became active at a moment; usage comes by other ways.

    Recurring prices are charged for periods that begin after one day, if it is given, and until
    another, which is the first day unless it is given; one-time ones while no day is over.
    """
    for price in prices:
        amount = _whole(price)
        if amount is None:
            continue
        if price.get("type") == "oneTime" and after is None:
            net = rounded(altered(amount[0], price, 0), amount[1])
            yield Charge(price, "oneTimeCharge", net, amount[1], at, names(price, 0))
        elif price.get("type") == "recurring":
            yield from _recurring(price, amount, at, until or at.date(), after)


def _whole(price: Json) -> tuple[Decimal, str] | None:
    """The amount and the currency of a price for all that are ordered, None where it has none."""
    amount = amount_of(price.get("amount"))
    return None if amount is None else (amount[0] * price.get("quantity", 1), amount[1])


def _recurring(
    price: Json, amount: tuple[Decimal, str], at: datetime, until: date, after: date | None
) -> Iterator[Charge]:
    known = periods(at.date(), price.get("period"), price.get("length"))
    for number, period in enumerate(takewhile(lambda period: period.first <= until, known)):
        if after is not None and period.first <= after:
            continue
        whole = altered(amount[0], price, number)
        net, why = rounded(whole * period.days / period.of, amount[1]), names(price, number)
        begin, end = _midnight(period.first), _midnight(period.last + timedelta(days=1)) - _SECOND
        yield Charge(price, "recurringCharge", net, amount[1], max(begin, at), why, (begin, end))


def refund(rate: Json, at: datetime) -> Decimal | None:
    """What is given back of a recurring rate when its product ends at a moment, before taxes;
    None where the rate covers nothing after that day.
    """
    covered, amount = rate.get("periodCoverage") or {}, amount_of(rate.get("taxExcludedAmount"))
    if amount is None or not amount[0] or rate.get("appliedBillingRateType") != "recurringCharge":
        return None
    start, end = (moment(covered.get(name) or "") for name in ("startDateTime", "endDateTime"))
    if start is None or end is None:
        return None
    last = max(at.date(), start.date())
    paid, left = (end.date() - start.date()).days + 1, (end.date() - last).days
    if at.date() < start.date():
        left = paid
    return rounded(amount[0] * left / paid, amount[1]) if left > 0 else None


def taxes(told: Iterable[Json] | None) -> list[Json]:
    """The category and the rate of each tax of a price, or of a rate."""
    return [{"category": tax.get("taxCategory"), "rate": tax.get("taxRate")} for tax in told or ()]


def rate_of(id: str, charge: Charge, product: Json, account: Json) -> Json:
    """The rate as it is kept, with its taxes to the minor unit."""
    price, currency = charge.price, charge.currency
    owed = [
        (tax, rounded(charge.net * rate / _HUNDRED, currency))
        for tax in price.get("tax") or ()
        if (rate := decimal_of(tax.get("rate"))) is not None
    ]
    total = charge.net + sum((amount for _, amount in owed), Decimal(0))
    period = charge.period and {
        "startDateTime": now_text(charge.period[0]),
        "endDateTime": now_text(charge.period[1]),
    }
    return {
        "id": id,
        "@type": "AppliedCustomerBillingRate",
        "name": price.get("name"),
        "description": ", ".join(
            (str(product.get("name") or product["id"]), _named(price), *charge.altered_by)
        ),
        "appliedBillingRateType": charge.kind,
        "date": now_text(charge.at),
        "isBilled": False,
        "billingAccount": account,
        "product": {"@type": "ProductRef", **product, "@referredType": "Product"},
        **({"periodCoverage": period} if period else {}),
        "taxExcludedAmount": money(charge.net, currency),
        "appliedTax": [
            {
                "@type": "AppliedBillingTaxRate",
                "taxCategory": tax.get("category"),
                "taxRate": tax.get("rate"),
                "taxAmount": money(amount, currency),
            }
            for tax, amount in owed
        ],
        "taxIncludedAmount": money(total, currency),
    }


def _named(price: Json) -> str:
    """The name of a price, with how many times it is charged."""
    times = f" x {price['quantity']}" if "quantity" in price else ""
    return f"{price.get('name')}{times}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
