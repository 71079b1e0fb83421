"""Both stores keep the contract of a chain."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from tests.persistence.chain_contract import ChainContract
from tests.persistence.driver import Driver
from tests.persistence.mongo_server import fresh_database


@pytest.fixture
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        if request.param == "sqlite":
            driver = Driver(lambda: SqliteStore(tmp_path / "tmf.db"), runner)
            yield driver
            driver.run(driver.store.close())
            return
        with fresh_database() as url:
            # Patient, because the machine may be busy with other tests.
            driver = Driver(lambda: MongoStore(url, patience=20.0), runner)
            yield driver
            driver.run(driver.store.close())


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
class TestSqliteChain(ChainContract):
    """The chain in a file."""

    LOADED = 700


@pytest.mark.parametrize("shop", ["mongodb"], indirect=True)
class TestMongoChain(ChainContract):
    """The chain in a database."""
