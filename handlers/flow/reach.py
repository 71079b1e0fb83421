"""The resources that a flow reads and writes, found once at start."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from handlers.changing import Decision, alter
from handlers.creating import keep
from handlers.drafting import New
from handlers.raising import of_removal
from handlers.service import Service
from persistence.errors import Duplicate, Missing, Stale
from persistence.store import Scope
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import By
from tmf_apis.rules.reached import REACHED

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Reach:
    """The services of those resources, of two faces the newer one."""

    orders: Service
    products: Service
    service_orders: Service
    services: Service
    resources: Service
    rates: Service
    customers: Service
    offerings: Service
    prices: Service
    product_specifications: Service
    service_specifications: Service


def reach_of(served: Iterable[Service]) -> Reach | None:
    """What a flow reaches among the services of a server; None where something is not served."""
    known: Mapping[tuple[str, str], Service] = {
        (service.api.number, service.spec.name): service
        for service in sorted(served, key=lambda service: service.api.major)
        if service.lead is service
    }
    found = {field.name: known.get(REACHED[field.name]) for field in fields(Reach)}
    return Reach(**found) if all(found.values()) else None  # type: ignore[arg-type]


async def put(service: Service, document: Json) -> None:
    """Keep something that the flow makes, with its event; what is there already is the same."""
    moment = Moment(service.now, By.SERVER)
    kept = {name: value for name, value in document.items() if value not in (None, [], {})}
    try:
        await keep(service, _place(service), New(kept, moment, fresh=True), Scope())
    except Duplicate:
        return


async def change(service: Service, id: str, decide: Decision) -> dict[str, object]:
    """Something after the flow changed it. Raises `Missing`."""
    return await alter(service, id, decide, Moment(service.now, By.SERVER))


async def remove(service: Service, id: str) -> None:
    """Take away what the flow made, with its event; what is gone already is gone."""
    while True:
        try:
            seen = await service.store.get(service.collection, id, Scope(), twin=service.has_twin)
            events = of_removal(service, _place(service), [seen])
            await service.records.delete(service.collection, [seen], Scope(), events)
        except Missing:
            return
        except Stale:
            continue
        return


def _place(service: Service) -> str:
    return service.settings.origin + service.collection.name
