"""The embedded store keeps the contract of every store."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import pytest

from persistence.sqlite.store import SqliteStore
from tests.persistence.driver import Driver
from tests.persistence.query_contract import QueryContract, ordered
from tests.persistence.store_contract import StoreContract

__all__ = ["ordered"]

#: The proof of encrypted files runs all of this on them.
ENCRYPTED = os.environ.get("TMF_TEST_STORE") == "cipher"


@contextmanager
def opened(folder: Path) -> Iterator[Driver]:
    key = folder / "store.key" if ENCRYPTED else None
    if key is not None:
        key.write_text(token_hex(32))

    def make(**options: float) -> SqliteStore:
        return SqliteStore(folder / "store.db", **options, key=key)

    with asyncio.Runner() as runner:
        shop = Driver(make, runner)
        yield shop
        shop.run(shop.store.close())


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Driver]:
    with opened(tmp_path) as shop:
        yield shop


@pytest.fixture(scope="class")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    with opened(tmp_path_factory.mktemp("shelf")) as shop:
        yield shop


class TestSqliteStore(StoreContract):
    """Writing, and reading one record."""


class TestSqliteQueries(QueryContract):
    """Reading many records."""
