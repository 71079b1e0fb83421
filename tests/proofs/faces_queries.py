"""Random queries on the face that nobody wrote: both stores find what a naive evaluator finds.

Resources invented from the schemas of one version are loaded, and asked for through the other, of
every API and resource that two versions have.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from handlers.app import collections_of
from handlers.service import Service
from handlers.services import services
from persistence.opening import open_store
from persistence.store import Scope, Store
from tests import naive
from tests.faced import draft_of
from tests.faces.invented import classes_of, invented
from tests.faces.pairs import SIDES, Json, Pair, pairs
from tests.persistence.mongo_server import fresh_database
from tests.queries import raw_query
from tmf_apis.catalog import choose
from tmf_apis.settings import Settings
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.listing import parse_listing
from tmf_apis.tmf630.paging import Limits
from tmf_apis.tmf630.query import Query

#: Records of a resource, and queries of each side of it, by store.
RECORDS = 50
QUERIES = {"sqlite": 105, "mongodb": 12}
_LIMITS = Limits(100, 1000)
_MOST_SHOWN = 10


def prove() -> dict[str, Any]:
    """How many queries were put to each store, and which were answered otherwise."""
    with TemporaryDirectory() as folder:
        on_sqlite = asyncio.run(_asked(f"sqlite:///{Path(folder) / 'tmf.db'}", QUERIES["sqlite"]))
    with fresh_database() as url:
        on_mongo = asyncio.run(_asked(url, QUERIES["mongodb"]))
    faults = on_sqlite[1] + on_mongo[1]
    least = [count * len(pairs()) * len(SIDES) for count in QUERIES.values()]
    return {
        "holds": not faults and [on_sqlite[0], on_mongo[0]] == least,
        "summary": f"{on_sqlite[0]} random queries on SQLite and {on_mongo[0]} on MongoDB, of"
        f" {len(pairs())} resources by the face that was not written: {len(faults)} differences",
        "faults": faults[:_MOST_SHOWN],
    }


async def _asked(url: str, queries: int) -> tuple[int, list[str]]:
    """How many queries were put to a store, and what was wrong."""
    settings, catalog = Settings(store=url), choose()
    store = open_store(url)
    await store.open(collections_of(catalog, settings, store))
    served = services(catalog.apis, store, settings)
    asked, faults = 0, list[str]()
    try:
        for of in pairs():
            for side in SIDES:
                service = _service(served, of, side)
                shown = await _loaded(store, service, of, side)
                for raw, query in _queries(service, shown, Random(f"{of} {side}"), queries):
                    page = await store.find(service.twin.collection, query, _scope(side))
                    found = [record.id for record in page.records], page.total
                    asked += 1
                    if found != (wanted := naive.answer(shown, query)):
                        faults.append(f"{of} written as v{4 + side}: {raw}: {found}, not {wanted}")
    finally:
        await store.close()
    return asked, faults


def _scope(side: int) -> Scope:
    """Each side has a space of its own."""
    return Scope(tenant=f"v{4 + side}")


def _service(served: list[Service], of: Pair, side: int) -> Service:
    api, name = of.apis[side], of.specs[side].name
    return next(
        each for each in served if each.api.base_path == api.base_path and each.spec.name == name
    )


async def _loaded(store: Store, service: Service, of: Pair, side: int) -> list[Json]:
    """Loads invented resources of one version; what the other shows of them."""
    classes, random, drafts = classes_of(of, side), Random(f"{of} {side}"), []
    while len(drafts) < RECORDS:
        document = invented(of, side, classes, random)
        if not of.unwritable(side, document):
            document |= {"id": f"{random.choice('abc')}{len(drafts)}"}
            version = str(document.setdefault("version", "1")) if service.rules.versioned else ""
            drafts.append(draft_of(service, document)._replace(version=version))
    await store.load(service.collection, drafts, _scope(side))
    shown = [dict(draft.twin.document) for draft in drafts if draft.twin is not None]
    for document in shown:
        document.pop("href", None)
    return shown


def _queries(
    service: Service, shown: list[Json], random: Random, count: int
) -> Iterator[tuple[str, Query]]:
    """So many queries about what the other version shows."""
    while count:
        raw = raw_query(random, shown)
        try:
            query = parse_listing(raw, service.twin.spec.attributes, _LIMITS).query
        except TmfError:
            continue
        yield raw, query
        count -= 1
