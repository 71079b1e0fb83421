"""Databases of the MongoDB server that the tests of the stores share."""

from collections.abc import Iterator

import pytest

from tests.persistence.mongo_server import fresh_database


@pytest.fixture
def mongo_url() -> Iterator[str]:
    """The URL of an empty database."""
    with fresh_database() as url:
        yield url
