"""Steps of rates: what is charged for a product, taken back, or given back when it ends."""

from datetime import datetime
from typing import Any

import orjson

from handlers.flow.charging import Charging
from handlers.flow.doing import Doing
from handlers.flow.reach import put, read
from handlers.walking import walk
from tmf_apis.flow import rates
from tmf_apis.tmf630.instants import moment
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Shape, Step

Json = dict[str, Any]

_PRODUCT = (Step("product", Shape.ONE), Step("id", Shape.ONE))
#: Rates that are read at once.
_READ = 100


async def charge(doing: Doing) -> None:
    """Charge for what became active: nothing where nobody knows which account is charged."""
    product = await read(doing.reach.products, doing.about["product"])
    if not product.get("billingAccount"):
        doing.noted["note"] = "nothing is charged: there is no billing account"
        return
    await Charging(doing.reach).begin(product, doing.about["prices"], _start(doing, product))


async def uncharge(doing: Doing) -> None:
    """Take back what no bill has."""
    product = await read(doing.reach.products, doing.about["product"])
    if product:
        start = _start(doing, product)
        await Charging(doing.reach).take_back(product, doing.about["prices"], start)


async def refund(doing: Doing) -> None:
    """Give back what was charged for the days after the last one."""
    product = await read(doing.reach.products, doing.about["product"])
    at = _moment(product.get("terminationDate"), doing)
    if product:
        await Charging(doing.reach).end(product, at)
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
            credit = rates.Charge(price, "credit", -back, unit, at)
            named = {n: v for n, v in rate["product"].items() if n in ("id", "name")}
            id = doing.id(record.id)
            await put(service, rates.rate_of(id, credit, named, rate["billingAccount"]))


def _start(doing: Doing, product: Json) -> datetime:
    return _moment(product.get("startDate"), doing)


def _moment(text: str | None, doing: Doing) -> datetime:
    """The moment that a text names, or else the present one."""
    return moment(text or "") or datetime.fromisoformat(doing.now)
