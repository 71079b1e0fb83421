"""What must hold of all that an order made once nothing is left to do, whatever came in between."""

from collections.abc import Iterator
from typing import Any

import orjson

from handlers.service import Service
from tests.handlers.flow.stepping import Office, every, ids

Json = dict[str, Any]

#: States of what lives; what an order made and does not want any more has none of them.
_LIVING = ("active", "pendingActive", "reserved", "inProgress", "acknowledged", "pendingTerminate")
_EVENTS = 10_000


async def problems(office: Office, id: str) -> list[str]:
    """What is wrong with what an order made; nothing for an order as it should be."""
    await office.store.settle()
    order = await office.read(office.reach.orders, id)
    made = await _made(office, id)
    return [*_of_products(order, made), *_of_services(made), *await _of_events(office, made)]


async def standing(office: Office, id: str) -> Json:
    """All that an order made, as it stands; in which order characteristics are does not count."""
    made = await _made(office, id)
    return {name: [_sorted(one) for one in found] for name, found in made.items()}


def _sorted(document: Json) -> Json:
    lists = [name for name in document if name.endswith("Characteristic")]
    return document | {
        name: sorted(document[name], key=lambda one: str(one["name"])) for name in lists
    }


async def _made(office: Office, id: str) -> dict[str, list[Json]]:
    """All that is there of an order, by the resource."""
    reach = office.reach
    products = [
        one
        for one in await every(office, reach.products)
        if any(item.get("orderId") == id for item in one.get("productOrderItem") or ())
    ]
    placed = [
        one
        for one in await every(office, reach.service_orders)
        if any(origin["id"] == id for origin in one.get("externalReference") or ())
    ]
    orders = ids(placed)
    running = [
        one
        for one in await every(office, reach.services)
        if any(item["serviceOrderId"] in orders for item in one.get("serviceOrderItem") or ())
    ]
    named = {line["service"]["id"] for one in placed for line in one["serviceOrderItem"]}
    used = [
        one
        for one in [*await every(office, reach.resources), *await office.pool()]
        if _marked(one) in named | ids(running)
    ]
    rates = [
        one
        for one in await every(office, reach.rates)
        if one.get("product", {}).get("id") in ids(products)
    ]
    return {
        "order": [await office.read(reach.orders, id)],
        "products": products,
        "service_orders": placed,
        "services": running,
        "resources": used,
        "rates": rates,
    }


def _of_products(order: Json, made: dict[str, list[Json]]) -> Iterator[str]:
    """Each item that is completed has one product, of its offering; no other has one."""
    wanted = {
        item["id"]: item["productOffering"]["id"]
        for item in order["productOrderItem"]
        if item["state"] == "completed"
    }
    living = [one for one in made["products"] if one["status"] in _LIVING]
    found = {
        one["productOrderItem"][0]["orderItemId"]: one["productOffering"]["id"] for one in living
    }
    if found != wanted or len(living) != len(wanted):
        yield f"products {found}, wanted {wanted}"
    if any(one["status"] != "active" for one in living):
        yield f"products in {[one['status'] for one in living]}"
    charged = {one["product"]["id"] for one in made["rates"]}
    priced = {one["id"] for one in living if one.get("productPrice")}
    if charged != priced:
        yield f"{len(charged)} products are charged for, {len(priced)} have prices"
    names = [(one["product"]["id"], one["name"]) for one in made["rates"]]
    if len(names) != len(set(names)):
        yield f"rates are there twice: {names}"


def _of_services(made: dict[str, list[Json]]) -> Iterator[str]:
    """What a living product rests on is active; nothing else of the order is."""
    living = [one for one in made["products"] if one["status"] == "active"]
    services = {one["id"]: one for one in made["services"]}
    wanted: set[str] = set()
    waiting = [ref["id"] for one in living for ref in one.get("realizingService") or ()]
    while waiting:
        wanted.add(id := waiting.pop())
        waiting += [ref["id"] for ref in services[id].get("supportingService") or ()]
    active = {id for id, one in services.items() if one["state"] == "active"}
    alive = {id for id, one in services.items() if one["state"] in _LIVING}
    if active != wanted or alive != wanted:
        yield f"{len(active)} active and {len(alive)} living services, {len(wanted)} wanted"
    resting = {ref["id"] for id in wanted for ref in services[id].get("supportingResource") or ()}
    if (there := ids(made["resources"])) != resting:
        yield f"resources {there}, wanted {resting}"
    if any(one["usageState"] != "active" for one in made["resources"]):
        yield "a resource that is used is not in use"
    if stuck := [o["state"] for o in made["service_orders"] if o["state"] in _LIVING]:
        yield f"service orders in {stuck}"


async def _of_events(office: Office, made: dict[str, list[Json]]) -> list[str]:
    """Whoever hears events knows what is there, in which state, and what is gone."""
    heard: dict[tuple[str, str], str | None] = {}
    for event in await office.store.events(office.told, _EVENTS):
        body = orjson.loads(event.body.splitlines()[1])
        (about,) = body["event"].values()
        if event.type.endswith("DeleteEvent"):
            heard[event.collection, event.id] = None
        elif event.type.endswith(("CreateEvent", "StateChangeEvent")):
            heard[event.collection, event.id] = _state(about)
    wrong = []
    for name, documents in made.items():
        service: Service = getattr(office.reach, "orders" if name == "order" else name)
        for one in documents:
            if (told := heard.get((service.collection.name, one["id"]))) != _state(one):
                wrong.append(f"{name} {one['id']} is {_state(one)}, told was {told}")
    return wrong


def _state(document: Json) -> str | None:
    names = ("state", "status", "lifecycleState")
    return next((str(document[name]) for name in names if name in document), None)


def _marked(resource: Json) -> str:
    values = {
        one.get("name"): one.get("value") for one in resource.get("resourceCharacteristic") or ()
    }
    return str(values.get("reservedFor", ""))
