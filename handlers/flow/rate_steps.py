"""Steps of rates: what is charged for a product, taken back, or given back when it ends."""

from datetime import UTC, datetime
from typing import Any

import orjson

from handlers.flow.doing import Doing
from handlers.flow.planning import read
from handlers.flow.reach import put, remove
from handlers.walking import walk
from tmf_apis.behaviour.billing import is_billable
from tmf_apis.flow import rates
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Shape, Step

Json = dict[str, Any]

_PRODUCT = (Step("product", Shape.ONE), Step("id", Shape.ONE))
#: Rates that are read at once.
_READ = 100


async def charge(doing: Doing) -> None:
    """Charge for what became active: nothing where nobody knows which account is charged."""
    product = await read(doing.reach.products, doing.about["product"])
    account = product.get("billingAccount")
    if not account:
        doing.noted["note"] = "nothing is charged: there is no billing account"
        return
    at = _moment(str(product.get("startDate") or doing.now))
    for charge in rates.charges(doing.about["prices"], at):
        named = {name: product[name] for name in ("id", "name") if product.get(name)}
        rate = rates.rate_of(doing.id(charge.price["id"]), charge, named, account, at)
        await put(doing.reach.rates, rate)


async def uncharge(doing: Doing) -> None:
    """Take back what no bill has."""
    for price in doing.about["prices"]:
        id = doing.id(price["id"])
        rate = await read(doing.reach.rates, id)
        if rate and is_billable(rate):
            await remove(doing.reach.rates, id)


async def refund(doing: Doing) -> None:
    """Give back what was charged for the days after the last one."""
    product = await read(doing.reach.products, doing.about["product"])
    at = _moment(str(product.get("terminationDate") or doing.now))
    where = Comparison(_PRODUCT, Operator.EQ, (doing.about["product"],), Kind.TEXT)
    service = doing.reach.rates
    async for records in walk(service.store, service.collection, where, _READ):
        for record in records:
            rate: Json = orjson.loads(record.body)
            back = rates.refund(rate, at)
            if back is None or not rate.get("billingAccount"):
                continue
            taxed = rates.taxes(rate.get("appliedTax"))
            price = {"name": f"{rate.get('name')}, given back", "tax": taxed}
            unit = rate["taxExcludedAmount"]["unit"]
            credit = rates.Charge(price, "credit", -back, unit)
            named = {n: v for n, v in rate["product"].items() if n in ("id", "name")}
            id = doing.id(record.id)
            await put(service, rates.rate_of(id, credit, named, rate["billingAccount"], at))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
