"""The embedded store keeps the contract of every store."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from persistence.sqlite.store import SqliteStore
from tests.persistence.driver import Driver
from tests.persistence.query_contract import QueryContract, ordered
from tests.persistence.store_contract import StoreContract

__all__ = ["ordered"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Driver]:
    file = tmp_path / "store.db"

    def make(**options: float) -> SqliteStore:
        return SqliteStore(file, **options)

    with asyncio.Runner() as runner:
        shop = Driver(make, runner)
        yield shop
        shop.run(shop.store.close())


class TestSqliteStore(StoreContract):
    """Writing, and reading one record."""


class TestSqliteQueries(QueryContract):
    """Reading many records."""
