"""What the tests of the stores share: databases of one MongoDB server, a store of either kind."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from tests.persistence.driver import Driver
from tests.persistence.mongo_server import fresh_database


@pytest.fixture
def mongo_url() -> Iterator[str]:
    """The URL of an empty database."""
    with fresh_database() as url:
        yield url


@pytest.fixture
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    """An empty store of the kind that its parameter names: sqlite, or mongodb."""
    if request.param == "sqlite":
        make = partial(SqliteStore, tmp_path / "tmf.db")
    else:
        # Patient, because the machine may be busy with other tests.
        make = partial(MongoStore, request.getfixturevalue("mongo_url"), patience=20.0)
    with asyncio.Runner() as runner:
        driver = Driver(make, runner)
        yield driver
        driver.run(driver.store.close())
