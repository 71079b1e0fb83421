"""What a store keeps, whatever kind it is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from handlers.app import collections_of
from persistence.store import Collection, Kept, Logged, Store
from tests.handlers.serving import store_of
from tmf_apis.catalog import choose
from tmf_apis.settings import Settings

#: How much is read at once.
_MANY = 1000


def kept(url: str, *names: str) -> list[list[Kept]]:
    """All records of the collections of these names, each in the order of their keys."""
    return asyncio.run(_kept(url, names))


def log(url: str) -> list[Logged]:
    """All events, in their order."""
    return asyncio.run(_log(url))


async def _kept(url: str, names: tuple[str, ...]) -> list[list[Kept]]:
    async with _opened(url) as (store, collections):
        return [
            [each async for batch in store.export(collections[name], 0, _MANY) for each in batch]
            for name in names
        ]


async def _log(url: str) -> list[Logged]:
    async with _opened(url) as (store, _):
        found = list[Logged]()
        while more := await store.events(found[-1].sequence if found else 0, _MANY):
            found += more
        return found


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[tuple[Store, dict[str, Collection]]]:
    """The store and its collections by name; what waited beside records is in the log by then, or
    in the audit.
    """
    store, settings = store_of(url), Settings(store=url, audit=True)
    collections = collections_of(choose(), settings, store)
    await store.open(collections)
    try:
        await store.settle()
        yield store, {each.name: each for each in collections}
    finally:
        await store.close()
