"""The embedded store keeps the contract of every store."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from persistence.sqlite.store import SqliteStore
from tests.persistence.driver import Driver, Kept
from tests.persistence.query_contract import QueryContract, ordered
from tests.persistence.store_contract import StoreContract

__all__ = ["ordered"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Driver]:
    file = tmp_path / "store.db"

    def make(**options: float) -> SqliteStore:
        return SqliteStore(file, **options)

    def events() -> list[Kept]:
        with sqlite3.connect(file) as connection:
            rows = connection.execute("SELECT type, id, body FROM event ORDER BY sequence")
            found = [(type_, id, body.encode()) for type_, id, body in rows]
        connection.close()
        return found

    with asyncio.Runner() as runner:
        shop = Driver(make, events, runner)
        yield shop
        shop.run(shop.store.close())


class TestSqliteStore(StoreContract):
    """Writing, and reading one record."""


class TestSqliteQueries(QueryContract):
    """Reading many records."""
