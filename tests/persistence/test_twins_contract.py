"""A face of a record that has two is written, found and listed as a record that has one."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from persistence.store import Store
from tests.persistence.driver import Driver
from tests.persistence.query_contract import Cursors, Order, Room, Totals, Types, ordered
from tests.persistence.store_contract import StoreContract
from tests.persistence.twin_store import TwinStore

__all__ = ["ordered"]


@pytest.fixture(params=["SQLite", "MongoDB"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, mongo_url: str) -> Iterator[Driver]:
    def make(**options: float) -> Store:
        if request.param == "SQLite":
            return TwinStore(SqliteStore(tmp_path / "store.db", **options))  # type: ignore[return-value]
        patient = {"patience": 20.0, **options}
        return TwinStore(MongoStore(mongo_url, **patient))  # type: ignore[return-value]

    with asyncio.Runner() as runner:
        shop = Driver(make, runner)
        yield shop
        shop.run(shop.store.close())


class TestTwinStore(StoreContract):
    """Writing, and reading one record."""


@pytest.mark.parametrize("shop", ["MongoDB"], indirect=True)
class TestTwinQueries(Order, Cursors, Room, Totals, Types):
    """Reading many records, which on SQLite each face does from a table of its own."""
