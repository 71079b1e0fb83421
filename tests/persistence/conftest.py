"""One MongoDB server for all tests of the stores."""

from collections.abc import Iterator

import pytest

from tests.persistence.mongo_server import fresh_database, mongo_server


@pytest.fixture(scope="session")
def mongo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server, which runs as long as tests do."""
    with mongo_server(tmp_path_factory.mktemp("mongo")) as url:
        yield url


@pytest.fixture
def mongo_url(mongo: str) -> Iterator[str]:
    """The URL of an empty database."""
    with fresh_database(mongo) as url:
        yield url
