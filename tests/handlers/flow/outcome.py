"""What must hold of all that an order made once nothing is left to do, whatever came in between."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import orjson

from handlers.flow.reach import Reach
from handlers.service import Service
from tests.handlers.flow.stepping import Office

Json = dict[str, Any]

#: States of what lives; what an order made and does not want any more has none of them.
_LIVING = ("active", "pendingActive", "reserved", "inProgress", "acknowledged", "pendingTerminate")
_STATES = ("state", "status", "lifecycleState")
#: What of an order's doing is looked at: the names of resources in `Reach`.
_KINDS = ("orders", "products", "service_orders", "services", "resources", "rates")
_READ = 1000


@dataclass(frozen=True)
class Snapshot:
    """All that is there, by the name of its resource, and which state of each was told last."""

    documents: Mapping[str, list[Json]]
    told: Mapping[tuple[str, str], str | None]

    @classmethod
    async def taken(cls, office: Office) -> Self:
        """What there is in the store of an office, as far as it looks back."""
        await office.store.settle()
        known = {one.name: getattr(office.reach, one.name) for one in fields(Reach)}
        documents = {name: await _every(office, known[name]) for name in _KINDS}
        there = {one["id"] for one in documents["resources"]}
        documents["resources"] += [one for one in await office.pool() if one["id"] not in there]
        return cls(documents, await _told(office, {known[n].collection.name: n for n in _KINDS}))

    def of(self, order: str) -> dict[str, list[Json]]:
        """What there is of an order, by the name of its resource."""
        products = [one for one in self.documents["products"] if order in _ordered_by(one)]
        placed = [one for one in self.documents["service_orders"] if order in _origins(one)]
        ids = {one["id"] for one in placed}
        services = [
            one
            for one in self.documents["services"]
            if any(item["serviceOrderId"] in ids for item in one.get("serviceOrderItem") or ())
        ]
        meant = {line["service"]["id"] for one in placed for line in one["serviceOrderItem"]}
        made = {one["id"] for one in products}
        return {
            "orders": [one for one in self.documents["orders"] if one["id"] == order],
            "products": products,
            "service_orders": placed,
            "services": services,
            "resources": [r for r in self.documents["resources"] if _kept_for(r) in meant],
            "rates": [r for r in self.documents["rates"] if r["product"]["id"] in made],
        }

    def standing(self, order: str) -> dict[str, list[Json]]:
        """The same; in which order characteristics are does not count."""
        return {name: [_sorted(one) for one in found] for name, found in self.of(order).items()}


def problems(snapshot: Snapshot, id: str) -> list[str]:
    """What is wrong with what an order made; nothing for an order as it should be."""
    made = snapshot.of(id)
    return [*_of_products(made), *_of_services(made), *_of_events(snapshot, made)]


def _of_products(made: Mapping[str, list[Json]]) -> Iterator[str]:
    """Each item that is completed has one product, of its offering; no other has one."""
    (order,) = made["orders"]
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


def _of_services(made: Mapping[str, list[Json]]) -> Iterator[str]:
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
    if (there := {one["id"] for one in made["resources"]}) != resting:
        yield f"resources {there}, wanted {resting}"
    if any(one["usageState"] != "active" for one in made["resources"]):
        yield "a resource that is used is not in use"
    if stuck := [o["state"] for o in made["service_orders"] if o["state"] in _LIVING]:
        yield f"service orders in {stuck}"


def _of_events(snapshot: Snapshot, made: Mapping[str, list[Json]]) -> Iterator[str]:
    """Whoever hears events knows what is there, in which state."""
    for name, documents in made.items():
        for one in documents:
            told = snapshot.told.get((name, one["id"]))
            if told != _state(one):
                yield f"{name} {one['id']} is {_state(one)}, told was {told}"


async def _every(office: Office, service: Service) -> list[Json]:
    found: list[Json] = []
    after = office.since.get(service.collection.name, 0)
    async for records in office.store.export(service.collection, after, _READ):
        found += [orjson.loads(record.body) for record in records]
    return found


async def _told(office: Office, names: Mapping[str, str]) -> dict[tuple[str, str], str | None]:
    """The state of each resource that was told last, None of one that is told to be gone."""
    heard: dict[tuple[str, str], str | None] = {}
    at = office.told
    while events := await office.store.events(at, _READ):
        for event in events:
            at, name = event.sequence, names.get(event.collection)
            (about,) = orjson.loads(event.body.splitlines()[1])["event"].values()
            if name is None:
                continue
            if event.type.endswith("DeleteEvent"):
                heard[name, event.id] = None
            elif event.type.endswith(("CreateEvent", "StateChangeEvent")):
                heard[name, event.id] = _state(about)
    return heard


def _state(document: Json) -> str | None:
    return next((str(document[name]) for name in _STATES if name in document), None)


def _ordered_by(product: Json) -> set[str]:
    return {item["orderId"] for item in product.get("productOrderItem") or () if "orderId" in item}


def _origins(order: Json) -> set[str]:
    return {one["id"] for one in order.get("externalReference") or ()}


def _kept_for(resource: Json) -> str:
    """The service that a resource is kept for; empty for none."""
    for one in resource.get("resourceCharacteristic") or ():
        if one.get("name") == "reservedFor":
            return str(one["value"])
    return ""


def _sorted(document: Json) -> Json:
    lists = [name for name in document if name.endswith("Characteristic")]
    return document | {
        name: sorted(document[name], key=lambda one: str(one["name"])) for name in lists
    }
