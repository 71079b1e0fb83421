"""Steps of products: captured, delivered, changed, ended; and how that is undone."""

from typing import Any

from handlers.flow.accounts import account_of
from handlers.flow.doing import Doing, Taken, if_there
from handlers.flow.reach import change, put, read
from handlers.flow.values import Values
from tmf_apis.flow import documents as make

Json = dict[str, Any]


async def capture(doing: Doing) -> None:
    """Put the product into the inventory, `pendingActive`. Raises `Taken`."""
    account = await account_of(doing)
    about, item = doing.about, doing.step["item"]
    await put(doing.reach.products, make.product(doing.order, item, about, account, doing.now))
    there = await read(doing.reach.products, about["product"])
    if there and not make.is_of(there, doing.order["id"], item):
        raise Taken(f"there is a product {about['product']} already, which it cannot add")


async def abort(doing: Doing) -> None:
    """End a product that never was delivered, or no longer is."""
    ended = "cancelled" if doing.cancelled else "aborted"

    def decide(product: Json) -> Json | None:
        if not make.is_of(product, doing.order["id"], doing.step["item"]):
            return None
        if product.get("status") == "pendingActive":
            return product | {"status": ended}
        return product | {"status": "terminated"} if product.get("status") == "active" else None

    await if_there(change(doing.reach.products, doing.about["product"], decide))


async def deliver(doing: Doing) -> None:
    """Have the product be active, with what realises it."""
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


async def withdraw(doing: Doing) -> None:
    """Have a product wait for its end."""
    await _set_product(doing, "pendingTerminate", {"active", "suspended", "created"})


async def keep(doing: Doing) -> None:
    """Have a product that waited for its end go on."""
    await _set_product(doing, "active", {"pendingTerminate"})


async def terminate(doing: Doing) -> None:
    """End a product."""
    ended = {"terminationDate": doing.now}
    await _set_product(doing, "terminated", {"pendingTerminate", "active"}, ended)


async def modify(doing: Doing) -> None:
    """Change characteristics, when it is noted what they were."""
    values = _values(doing)
    if await values.are_noted():
        await values.put_in()


async def unmodify(doing: Doing) -> None:
    """Put back what characteristics were."""
    await _values(doing).put_back()


def _values(doing: Doing) -> Values:
    about, products = doing.about, doing.reach.products
    return Values(
        doing, products, about["product"], "productCharacteristic", about["characteristics"]
    )


async def _set_product(
    doing: Doing, status: str, before: set[str], more: Json | None = None
) -> None:
    def decide(product: Json) -> Json | None:
        if product.get("status") not in before:
            return None
        return product | {"status": status} | (more or {})

    await change(doing.reach.products, doing.about["product"], decide)
