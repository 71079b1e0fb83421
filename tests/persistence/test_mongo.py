"""The MongoDB store keeps the contract of every store."""

import asyncio
from collections.abc import Iterator

import pytest

from persistence.mongo.store import MongoStore
from tests.persistence.driver import Driver
from tests.persistence.query_contract import QueryContract, ordered
from tests.persistence.store_contract import StoreContract

__all__ = ["ordered"]


@pytest.fixture
def shop(mongo_url: str) -> Iterator[Driver]:
    def make(**options: float) -> MongoStore:
        # Patient, because the machine may be busy with other tests.
        return MongoStore(mongo_url, **{"patience": 20.0, **options})

    with asyncio.Runner() as runner:
        shop = Driver(make, runner)
        yield shop
        shop.run(shop.store.close())


class TestMongoStore(StoreContract):
    """Writing, and reading one record."""


class TestMongoQueries(QueryContract):
    """Reading many records."""
