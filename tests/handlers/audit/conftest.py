"""A server that accounts for everything, on each kind of store."""

from pathlib import Path

import pytest

from handlers.audit.signing import folder_of
from handlers.identity.keys import make_first
from tests.handlers.conftest import Start
from tests.handlers.serving import Server


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_first(folder)
    make_first(folder_of(folder))
    return folder


@pytest.fixture(scope="module", params=["sqlite", "mongodb"])
def audited(request: pytest.FixtureRequest, start: Start, keys: Path) -> Server:
    """One that asks who asks, and records what is personal."""
    return start(kind=request.param, authentication=True, audit=True, audit_reads=True, keys=keys)
