"""The MongoDB store keeps the contract of every store."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from persistence.mongo.store import MongoStore
from tests.persistence.driver import Driver
from tests.persistence.mongo_server import fresh_database
from tests.persistence.query_contract import QueryContract, ordered
from tests.persistence.store_contract import StoreContract

__all__ = ["ordered"]


@contextmanager
def opened(url: str) -> Iterator[Driver]:
    def make(**options: float) -> MongoStore:
        # Patient, because the machine may be busy with other tests.
        return MongoStore(url, **{"patience": 20.0, **options})

    with asyncio.Runner() as runner:
        shop = Driver(make, runner)
        yield shop
        shop.run(shop.store.close())


@pytest.fixture
def shop(mongo_url: str) -> Iterator[Driver]:
    with opened(mongo_url) as shop:
        yield shop


@pytest.fixture(scope="class")
def shelf() -> Iterator[Driver]:
    with fresh_database() as url, opened(url) as shop:
        yield shop


class TestMongoStore(StoreContract):
    """Writing, and reading one record."""


class TestMongoQueries(QueryContract):
    """Reading many records."""
