"""The resources that a flow reads and writes, found once at start."""

from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import orjson

from handlers.changing import Decision, alter
from handlers.creating import keep
from handlers.drafting import New
from handlers.neighbours.neighbour import Neighbour
from handlers.raising import of_removal
from handlers.service import Service
from handlers.walking import walk
from persistence.errors import Duplicate, Missing, Stale
from persistence.store import Scope
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import By
from tmf_apis.rules.reached import REACHED
from tmf_apis.tmf630.query import All, Comparison, Kind, Operator, Shape, Step

Json = dict[str, Any]


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

    def reached(self) -> Iterator[Service]:
        """Each of them."""
        return (getattr(self, field.name) for field in fields(self))

    def neighbours(self) -> Mapping[str, Neighbour]:
        """By API, the neighbours that keep some of them."""
        return {
            one.api.number: one.elsewhere for one in self.reached() if one.elsewhere is not None
        }


def reach_of(served: Iterable[Service]) -> Reach | None:
    """What a flow reaches among the services of a server; None where something is not served."""
    known: Mapping[tuple[str, str], Service] = {
        (service.api.number, service.spec.name): service
        for service in sorted(served, key=lambda service: service.api.major)
        if service.lead is service
    }
    reached = {field.name: known.get(REACHED[field.name]) for field in fields(Reach)}
    return Reach(**reached) if all(reached.values()) else None  # type: ignore[arg-type]


async def put(service: Service, document: Json) -> None:
    """Keep something that the flow makes, with its event; what is there already is the same."""
    moment = Moment(service.now, By.SERVER)
    kept = {name: value for name, value in document.items() if value not in (None, [], {})}
    if service.elsewhere is not None:
        await service.elsewhere.put(kept)
        return
    try:
        await keep(service, _place(service), New(kept, moment, fresh=True), Scope())
    except Duplicate:
        return


async def change(service: Service, id: str, decide: Decision) -> Json:
    """Something after the flow changed it. Raises `Missing`."""
    if service.elsewhere is not None:
        return await service.elsewhere.change(id, decide)
    return await alter(service, id, decide, Moment(service.now, By.SERVER))


async def remove(service: Service, id: str) -> None:
    """Take away what the flow made, with its event; what is gone already is gone."""
    if service.elsewhere is not None:
        await service.elsewhere.remove(id)
        return
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


async def read(service: Service, id: str) -> Json:
    """A document as it is, of several versions the latest; empty where there is none."""
    if service.elsewhere is not None:
        return await service.elsewhere.read(id)
    try:
        record = await service.store.get(service.collection, id, Scope())
    except Missing:
        return {}
    document: Json = orjson.loads(record.body)
    return document


async def matching(
    service: Service, filters: Mapping[str, str], size: int
) -> AsyncGenerator[list[Json]]:
    """The documents whose attributes equal the filters, by their paths, in pages of a size."""
    if service.elsewhere is not None:
        async for page in service.elsewhere.matching(filters, size):
            yield page
        return
    where = All(tuple(_equal(path, text) for path, text in filters.items()))
    async for records in walk(service.store, service.collection, where, size):
        yield [orjson.loads(record.body) for record in records]


def _equal(path: str, text: str) -> Comparison:
    steps = tuple(Step(name, Shape.ONE) for name in path.split("."))
    return Comparison(steps, Operator.EQ, (text,), Kind.TEXT)


def _place(service: Service) -> str:
    return service.settings.origin + service.collection.name
