"""Bills and rates in a store, and a reckoning of its own that says where they disagree."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson

from handlers.app import collections_of
from handlers.loading import Batch
from handlers.reading import Line
from handlers.service import Service
from handlers.services import services
from persistence.store import Scope, Store
from tests.handlers.facts import APIS
from tests.handlers.serving import store_of
from tmf_apis.catalog import Catalog
from tmf_apis.settings import Settings
from tmf_apis.tmf630.query import ALWAYS, Comparison, Kind, Operator, Predicate, Query, Shape, Step

Json = dict[str, Any]
#: The API that bills, alone.
CATALOG = Catalog(tuple(api for api in APIS if api.number == "TMF678"))
_IS_BILLED = Comparison((Step("isBilled", Shape.ONE),), Operator.EQ, (True,), Kind.BOOLEAN)
UNITS = {"GBP": Decimal("0.01"), "EUR": Decimal("0.01"), "JPY": Decimal(1), "BHD": Decimal("0.001")}


def put(url: str, version: str, resource: str, documents: Iterable[Json]) -> None:
    """Put representations into a store, which is made where there is none."""

    async def work(store: Store, served: Mapping[str, Service]) -> None:
        service = served[resource]
        lines = [Line(number, orjson.dumps(each)) for number, each in enumerate(documents, 1)]
        await store.load(service.collection, Batch(service, lambda: lines), Scope())

    _on_store(url, version, work)


def read_bills(url: str, version: str) -> tuple[dict[str, Json], dict[str, Json]]:
    """All bills and all rates of a store, by id; the bills are read first."""
    found: list[dict[str, Json]] = []

    async def work(store: Store, served: Mapping[str, Service]) -> None:
        for name in ("customerBill", "appliedCustomerBillingRate"):
            batches = store.export(served[name].collection, 0, 1000)
            found.append({r.id: orjson.loads(r.body) async for batch in batches for r in batch})

    _on_store(url, version, work)
    return found[0], found[1]


class Billed:
    """How many rates of a store are on bills, asked again and again."""

    def __init__(self, url: str, version: str) -> None:
        self._settings = Settings(store=url)
        self._store = store_of(url)
        self._runner = asyncio.Runner()
        served = services(CATALOG.apis, self._store, self._settings)
        (self._rates,) = (
            s.collection
            for s in served
            if (s.api.major, s.spec.name) == (version, "appliedCustomerBillingRate")
        )

    def __enter__(self) -> "Billed":
        collections = collections_of(CATALOG, self._settings, self._store)
        self._runner.run(self._store.open(collections))
        return self

    def __exit__(self, *_error: object) -> None:
        self._runner.run(self._store.close())
        self._runner.close()

    def count(self) -> int:
        """How many there are now."""
        return self._count(_IS_BILLED)

    def made(self) -> int:
        """How many rates there are now, on bills or not."""
        return self._count(ALWAYS)

    def _count(self, which: Predicate) -> int:
        asked = Query(which, limit=0)
        return self._runner.run(self._store.find(self._rates, asked, Scope())).total


def _on_store(
    url: str, version: str, work: Callable[[Store, Mapping[str, Service]], Awaitable[None]]
) -> None:
    async def done() -> None:
        settings, store = Settings(store=url), store_of(url)
        await store.open(collections_of(CATALOG, settings, store))
        try:
            served = services(CATALOG.apis, store, settings)
            await work(store, {s.spec.name: s for s in served if s.api.major == version})
        finally:
            await store.close()

    asyncio.run(done())


def disagreements(
    bills: dict[str, Json], rates: dict[str, Json], *, over: bool = True
) -> list[str]:
    """Where bills and their rates disagree, to the last minor unit; `over` when all are made."""
    lines: dict[str, list[Json]] = defaultdict(list)
    for rate in rates.values():
        if rate.get("isBilled"):
            lines[rate["bill"]["id"]].append(rate)
    problems = [
        f"{id} says {found}, its {len(lines[id])} rates {wanted}"
        for id, bill in bills.items()
        if (found := totals(bill)) != (wanted := reckoned(lines[id]))
    ]
    if over:
        problems += [f"rates are on {id}, which is not there" for id in lines.keys() - bills.keys()]
        problems += [f"{id} is on no bill" for id, r in rates.items() if not r.get("isBilled")]
    return problems


def totals(bill: Json) -> tuple[Decimal, Decimal]:
    """What a bill says it comes to, without and with tax."""
    excluded, included = (
        Decimal(str(bill[f"tax{kind}Amount"]["value"])) for kind in ("Excluded", "Included")
    )
    return excluded, included


def reckoned(rates: list[Json]) -> tuple[Decimal, Decimal]:
    """What rates come to: each tax of each to the minor unit."""
    excluded = included = Decimal(0)
    for rate in rates:
        net, gross = (rate.get(f"tax{kind}Amount") for kind in ("Excluded", "Included"))
        given = net or gross
        assert given is not None
        amount, unit = Decimal(str(given["value"])), UNITS[given["unit"]]
        percents = [Decimal(str(tax["taxRate"])) for tax in rate.get("appliedTax", ())]
        base = amount if net else amount * 100 / (100 + sum(percents))
        taxes = sum(((base * p / 100).quantize(unit, ROUND_HALF_UP) for p in percents), Decimal(0))
        rounded = amount.quantize(unit, ROUND_HALF_UP)
        excluded += rounded if net else rounded - taxes
        included += rounded + taxes if net else rounded
    return excluded, included
