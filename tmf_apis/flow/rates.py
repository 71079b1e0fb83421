"""Applied rates of a product: what is charged when it becomes active, and given back. Pure.

A one-time price is charged once. A recurring one is charged in advance for what is left of the
month, the day itself included: price x days used / days of the month, to the minor unit. A product
that ends gets back the days after its last one.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from tmf_apis.behaviour.money import amount_of, decimal_of, money, rounded
from tmf_apis.tmf630.instants import now_text

Json = dict[str, Any]

_HUNDRED = Decimal(100)


class Charge(NamedTuple):
    """One rate: of which price and kind, over which time, before taxes."""

    price: Json
    kind: str
    net: Decimal
    currency: str
    period: tuple[datetime, datetime] | None = None


def charges(prices: list[Json], at: datetime) -> Iterator[Charge]:
    """What is charged for a product that becomes active at a moment; usage comes by other ways."""
    for price in prices:
        amount = amount_of(price.get("amount"))
        if amount is None:
            continue
        if price.get("type") == "oneTime":
            yield Charge(price, "oneTimeCharge", rounded(*amount), amount[1])
        elif price.get("type") == "recurring":
            days, used = _days(at), _days(at) - at.day + 1
            net = rounded(amount[0] * used / days, amount[1])
            begin = at.replace(hour=0, minute=0, second=0, microsecond=0)
            yield Charge(price, "recurringCharge", net, amount[1], (begin, _end(at)))


def refund(rate: Json, at: datetime) -> Decimal | None:
    """What is given back of a recurring rate when its product ends at a moment, before taxes;
    None where the rate covers nothing after that day.
    """
    covered, amount = rate.get("periodCoverage") or {}, amount_of(rate.get("taxExcludedAmount"))
    if amount is None or amount[0] <= 0 or rate.get("appliedBillingRateType") != "recurringCharge":
        return None
    try:
        start = datetime.fromisoformat(covered["startDateTime"]).astimezone(UTC)
        end = datetime.fromisoformat(covered["endDateTime"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None
    last = max(at.date(), start.date())
    paid, left = (end.date() - start.date()).days + 1, (end.date() - last).days
    if at.date() < start.date():
        left = paid
    return rounded(amount[0] * left / paid, amount[1]) if left > 0 else None


def taxes(told: Iterable[Json] | None) -> list[Json]:
    """The category and the rate of each tax of a price, or of a rate."""
    return [{"category": tax.get("taxCategory"), "rate": tax.get("taxRate")} for tax in told or ()]


def rate_of(id: str, charge: Charge, product: Json, account: Json, at: datetime) -> Json:
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
        "description": f"{product.get('name') or product['id']}, {price.get('name')}",
        "appliedBillingRateType": charge.kind,
        "date": now_text(at),
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


def _days(at: datetime) -> int:
    return monthrange(at.year, at.month)[1]


def _end(at: datetime) -> datetime:
    return at.replace(day=_days(at), hour=23, minute=59, second=59, microsecond=0)
