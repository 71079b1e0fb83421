"""A face of a record that has two is written, found and listed as a record that has one."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from persistence.store import Store
from tests.persistence.driver import Driver
from tests.persistence.mongo_server import fresh_database
from tests.persistence.query_contract import Cursors, Kinds, Order, Room, Totals, Types, ordered
from tests.persistence.store_contract import StoreContract
from tests.persistence.twin_store import TwinStore

__all__ = ["ordered"]


@contextmanager
def opened(make: Callable[..., Store]) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        shop = Driver(lambda **options: TwinStore(make(**options)), runner)  # type: ignore[arg-type,return-value]
        yield shop
        shop.run(shop.store.close())


def on_mongodb(url: str) -> Callable[..., Store]:
    def make(**options: float) -> Store:
        return MongoStore(url, **{"patience": 20.0, **options})

    return make


@pytest.fixture(params=["SQLite", "MongoDB"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    if request.param == "SQLite":
        with opened(partial(SqliteStore, tmp_path / "store.db")) as shop:
            yield shop
        return
    with fresh_database() as url, opened(on_mongodb(url)) as shop:
        yield shop


@pytest.fixture(scope="class")
def shelf() -> Iterator[Driver]:
    with fresh_database() as url, opened(on_mongodb(url)) as shop:
        yield shop


class TestTwinStore(StoreContract):
    """Writing, and reading one record."""


class TestTwinKinds(Kinds):
    """Sorting many records, which on SQLite each face does from a table of its own."""


@pytest.mark.parametrize("shop", ["MongoDB"], indirect=True)
class TestTwinQueries(Order, Cursors, Room, Totals, Types):
    """Reading many records, which on SQLite each face does from a table of its own."""
