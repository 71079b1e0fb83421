"""A walk meets every record once, in pages of a size, in the order they were made."""

import asyncio
from pathlib import Path

import pytest

from handlers.walking import walk
from persistence.sqlite.store import SqliteStore
from persistence.store import Collection, Draft, Scope
from tmf_apis.tmf630.query import ALWAYS


@pytest.mark.parametrize(
    ("count", "pages"), [(0, [[]]), (2, [["0", "1"], []]), (3, [["0", "1"], ["2"]])]
)
def test_every_record_is_met_once(count: int, pages: list[list[str]], tmp_path: Path) -> None:
    async def met() -> list[list[str]]:
        store, collection = SqliteStore(tmp_path / "tmf.db"), Collection("/x")
        await store.open([collection])
        for number in range(count):
            await store.create(collection, Draft(str(number), {}, b"{}"), Scope())
        found = [[r.id for r in page] async for page in walk(store, collection, ALWAYS, 2)]
        await store.close()
        return found

    assert asyncio.run(met()) == pages
