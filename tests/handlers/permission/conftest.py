"""A server that asks who asks, on each kind of store."""

from pathlib import Path

import pytest

from handlers.identity.keys import make_first
from tests.handlers.conftest import Start
from tests.handlers.serving import Server


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_first(folder)
    return folder


@pytest.fixture(scope="session", params=["sqlite", "mongodb"])
def guarded(request: pytest.FixtureRequest, lasting: Start, keys: Path) -> Server:
    """A server with the shipped policy."""
    return lasting(kind=request.param, authentication=True, keys=keys)
