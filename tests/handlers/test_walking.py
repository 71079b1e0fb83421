"""A walk meets every record once, in pages of a size, in the order they were made."""

import asyncio
from pathlib import Path

import pytest

from handlers.walking import walk
from persistence.room import ROOM
from persistence.sqlite.store import SqliteStore
from persistence.store import Collection, Draft, Scope
from tmf_apis.tmf630.query import ALWAYS


@pytest.mark.parametrize(
    ("count", "pages"), [(0, [[]]), (2, [["0", "1"]]), (3, [["0", "1"], ["2"]])]
)
def test_every_record_is_met_once(count: int, pages: list[list[str]], tmp_path: Path) -> None:
    assert asyncio.run(met(tmp_path / "tmf.db", [2] * count, 2)) == pages


def test_pages_of_large_records_are_smaller(tmp_path: Path) -> None:
    sizes = [2, ROOM // 2, ROOM // 2, 2, 2, ROOM + 1, 2]
    pages = [["0", "1"], ["2", "3", "4"], ["5"], ["6"]]
    assert asyncio.run(met(tmp_path / "tmf.db", sizes, 5)) == pages


async def met(path: Path, sizes: list[int], at_once: int) -> list[list[str]]:
    """The ids that a walk over records of some sizes meets, page by page."""
    store, collection = SqliteStore(path), Collection("/x")
    await store.open([collection])
    for number, size in enumerate(sizes):
        body = b"{%b}" % (b" " * (size - 2))
        await store.create(collection, Draft(str(number), {}, body), Scope())
    found = [[r.id for r in page] async for page in walk(store, collection, ALWAYS, at_once)]
    await store.close()
    return found
