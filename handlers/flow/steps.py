"""What each kind of step does, and how it is undone: a table of small functions.

Doing a step again changes nothing, for the ids of what it makes follow from the plan. So does
undoing it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from handlers.flow.activation import Activation
from handlers.flow.planning import read
from handlers.flow.reach import Reach, change, put, remove
from handlers.flow.resources import free, occupy, reserve
from handlers.walking import walk
from persistence.errors import Missing
from tmf_apis.behaviour.billing import is_billable
from tmf_apis.flow import documents as make
from tmf_apis.flow import rates
from tmf_apis.flow.plan import id_of
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Shape, Step

Json = dict[str, Any]

_PRODUCT = (Step("product", Shape.ONE), Step("id", Shape.ONE))
#: Rates that are read at once.
_READ = 100


class Taken(Exception):
    """What a step would make is there, and somebody else's; the text says what."""


@dataclass(slots=True)
class Doing:
    """One step of an order that is being done, or undone."""

    reach: Reach
    activation: Activation
    order: Json
    step: Json
    #: Whether the whole order is cancelled, and not a part of it given up.
    cancelled: bool = False
    #: What is to be noted with the step.
    noted: Json = field(default_factory=dict)

    #: Which resource of a pool stands in for one that the plan would have made.
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def about(self) -> Json:
        """What the step makes."""
        return resolved(self.step["about"], self.chosen)

    @property
    def now(self) -> str:
        """The time of this moment."""
        return self.reach.orders.now()

    def id(self, *names: str) -> str:
        """The id of something this step makes."""
        return id_of(self.order["id"], self.step["id"], *names)


def resolved(about: Json, chosen: Mapping[str, str]) -> Json:
    """What a step makes, with the resources that were chosen in place of those planned."""
    if not chosen:
        return about

    def named(resources: list[Json]) -> list[Json]:
        return [
            one | {"resource": chosen.get(one["resource"], one["resource"])} for one in resources
        ]

    found = dict(about)
    if "resources" in found:
        found["resources"] = named(found["resources"])
    if "line" in found:
        found["line"] = found["line"] | {"resources": named(found["line"]["resources"])}
    return found


async def _capture(doing: Doing) -> None:
    account = await _account(doing)
    about, item = doing.about, doing.step["item"]
    await put(doing.reach.products, make.product(doing.order, item, about, account, doing.now))
    there = await read(doing.reach.products, about["product"])
    if there and not make.is_of(there, doing.order["id"], item):
        raise Taken(f"there is a product {about['product']} already, which it cannot add")


async def _abort(doing: Doing) -> None:
    ended = "cancelled" if doing.cancelled else "aborted"

    def decide(product: Json) -> Json | None:
        if not make.is_of(product, doing.order["id"], doing.step["item"]):
            return None
        if product.get("status") == "pendingActive":
            return product | {"status": ended}
        return product | {"status": "terminated"} if product.get("status") == "active" else None

    await _if_there(change(doing.reach.products, doing.about["product"], decide))


async def _place(doing: Doing) -> None:
    about = doing.about
    document = make.service_order(doing.order, doing.step["item"], about, doing.now)
    await put(doing.reach.service_orders, document)
    await _move_service_order(doing, "inProgress", {"acknowledged"})


async def _unplace(doing: Doing) -> None:
    if not doing.cancelled:
        await _move_service_order(doing, "failed", {"inProgress"})
        return
    for state in ("assessingCancellation", "pendingCancellation", "cancelled"):
        await _move_service_order(doing, state, {"acknowledged", "inProgress", *_CANCELLING})


_CANCELLING = ("assessingCancellation", "pendingCancellation")


async def _move_service_order(doing: Doing, state: str, before: set[str]) -> None:
    def decide(order: Json) -> Json | None:
        return order | {"state": state} if order.get("state") in before - {state} else None

    await _if_there(change(doing.reach.service_orders, doing.about["serviceOrder"], decide))


async def _reserve(doing: Doing) -> None:
    line = doing.about["line"]
    chosen = {
        wanted["resource"]: await reserve(doing.reach, doing.order, wanted, line["service"])
        for wanted in line["resources"]
    }
    doing.noted["chosen"] = {planned: id for planned, id in chosen.items() if planned != id}
    about = resolved(doing.about, chosen)
    await put(doing.reach.services, make.service(doing.order, about, doing.now))


async def _release(doing: Doing) -> None:
    """What never was active leaves the inventory; what was is terminated."""
    line, services = doing.about["line"], doing.reach.services
    service = await read(services, line["service"])
    if service.get("state") in ("active", "inactive", "suspended"):
        await _set_service(doing, "terminated")
    elif service and service.get("state") != "terminated":
        await remove(services, line["service"])
    for wanted in line["resources"]:
        await free(doing.reach, wanted["resource"], line["service"])


async def _activate(doing: Doing) -> None:
    line = doing.about["line"]
    await doing.activation.ask(doing.order, doing.step)
    for wanted in line["resources"]:
        await occupy(doing.reach, wanted["resource"])
    await _set_service(doing, "active")


async def _set_service(doing: Doing, state: str) -> None:
    running = {"active": "running", "terminated": "stopped"}[state]

    def decide(service: Json) -> Json | None:
        if service.get("state") == state:
            return None
        on = state == "active"
        return service | {"state": state, "operatingStatus": running, "isServiceEnabled": on}

    await change(doing.reach.services, doing.about["line"]["service"], decide)


async def _cease(doing: Doing) -> None:
    line = doing.about["line"]
    await doing.activation.ask(doing.order, doing.step)
    await _if_there(_set_service(doing, "terminated"))
    for used in line["resources"]:
        await free(doing.reach, used["resource"], "")


async def _change_service(doing: Doing) -> None:
    line = doing.about["line"]
    await doing.activation.ask(doing.order, doing.step)
    name = "serviceCharacteristic"
    wished = line["characteristics"]
    await change(doing.reach.services, line["service"], lambda one: _with(one, name, wished))


async def _complete(doing: Doing) -> None:
    await _move_service_order(doing, "completed", {"inProgress"})


async def _deliver(doing: Doing) -> None:
    about = doing.about
    services = [
        make.reference("ServiceRef", "Service", {n: v for n, v in one.items() if v})
        for one in about["services"]
    ]
    resources = make.resource_references(about["resources"])

    def decide(product: Json) -> Json | None:
        if product.get("status") == "active":
            return None
        realized = {"realizingService": services, "realizingResource": resources}
        known = {name: value for name, value in realized.items() if value}
        started = {"startDate": product.get("startDate") or doing.now}
        return product | known | started | {"status": "active"}

    await change(doing.reach.products, about["product"], decide)


async def _withdraw(doing: Doing) -> None:
    await _set_product(doing, "pendingTerminate", {"active", "suspended", "created"})


async def _keep_product(doing: Doing) -> None:
    await _set_product(doing, "active", {"pendingTerminate"})


async def _terminate(doing: Doing) -> None:
    ended = {"terminationDate": doing.now}
    await _set_product(doing, "terminated", {"pendingTerminate", "active"}, ended)


async def _set_product(
    doing: Doing, status: str, before: set[str], more: Json | None = None
) -> None:
    def decide(product: Json) -> Json | None:
        if product.get("status") not in before:
            return None
        return product | {"status": status} | (more or {})

    await change(doing.reach.products, doing.about["product"], decide)


async def _modify(doing: Doing) -> None:
    """Change characteristics; what they were is noted, so that it can be put back."""
    name, wished = "productCharacteristic", doing.about["characteristics"]
    product = await read(doing.reach.products, doing.about["product"])
    if "before" not in doing.step:
        before = {one["name"]: one.get("value") for one in product.get(name) or ()}
        doing.noted["before"] = {key: before[key] for key in wished if key in before}
    await change(doing.reach.products, doing.about["product"], lambda one: _with(one, name, wished))


async def _unmodify(doing: Doing) -> None:
    name, before = "productCharacteristic", doing.step.get("before") or {}
    wanted = change(
        doing.reach.products, doing.about["product"], lambda one: _with(one, name, before)
    )
    await _if_there(wanted)


def _with(holder: Json, name: str, wished: Mapping[str, Any]) -> Json | None:
    """Something with characteristics that have other values."""
    if not wished:
        return None
    kept = [one for one in holder.get(name) or () if one.get("name") not in wished]
    return holder | {name: kept + make.characteristics(wished)}


async def _rate(doing: Doing) -> None:
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


async def _unrate(doing: Doing) -> None:
    for price in doing.about["prices"]:
        id = doing.id(price["id"])
        rate = await read(doing.reach.rates, id)
        if rate and is_billable(rate):
            await remove(doing.reach.rates, id)


async def _refund(doing: Doing) -> None:
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
            taxes = [
                {"category": tax.get("taxCategory"), "rate": tax.get("taxRate")}
                for tax in rate.get("appliedTax") or ()
            ]
            price = {"name": f"{rate.get('name')}, given back", "tax": taxes}
            unit = rate["taxExcludedAmount"]["unit"]
            credit = rates.Charge(price, "credit", -back, unit)
            named = {n: v for n, v in rate["product"].items() if n in ("id", "name")}
            id = doing.id(record.id)
            await put(service, rates.rate_of(id, credit, named, rate["billingAccount"], at))


async def _finish(doing: Doing) -> None:
    states = {doing.step["item"]: "completed"}
    await change(doing.reach.orders, doing.order["id"], lambda order: make.in_state(order, states))


async def _nothing(doing: Doing) -> None:
    """What was done stays."""


async def _account(doing: Doing) -> Json | None:
    """The account that pays: of the item, of the order, or the first one of the customer."""
    item = next((i for i in _all(doing.order) if i.get("id") == doing.step["item"]), {})
    given = item.get("billingAccount") or doing.order.get("billingAccount")
    if given:
        return {**given, "@type": "BillingAccountRef"}
    for party in doing.order.get("relatedParty") or ():
        who = party.get("partyOrPartyRole") or {}
        customer = await read(doing.reach.customers, str(who.get("id", "")))
        for account in customer.get("account") or ():
            named = {name: account[name] for name in ("id", "name") if account.get(name)}
            return make.reference("BillingAccountRef", "BillingAccount", named)
    return None


def _all(holder: Json) -> list[Json]:
    found = list(holder.get("productOrderItem") or ())
    return found + [inner for item in found for inner in _all(item)]


async def _if_there(work: Awaitable[Any]) -> None:
    try:
        await work
    except Missing:
        return


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


Deed = Callable[[Doing], Awaitable[None]]

#: By kind of step: what is done, and how it is undone.
STEPS: Mapping[str, tuple[Deed, Deed]] = {
    "product": (_capture, _abort),
    "order": (_place, _unplace),
    "reserve": (_reserve, _release),
    "activate": (_activate, _nothing),
    "complete": (_complete, _nothing),
    "deliver": (_deliver, _nothing),
    "rate": (_rate, _unrate),
    "finish": (_finish, _nothing),
    "withdraw": (_withdraw, _keep_product),
    "cease": (_cease, _nothing),
    "terminate": (_terminate, _nothing),
    "refund": (_refund, _nothing),
    "modify": (_modify, _unmodify),
    "change": (_change_service, _nothing),
}
