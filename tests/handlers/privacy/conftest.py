"""A server of all APIs and their neighbours that accounts for everything, on each kind of store."""

import pytest

from handlers.audit.signing import folder_of
from handlers.identity.keys import make_first
from tests.handlers.conftest import Start
from tests.handlers.privacy.life import WHOLE
from tests.handlers.serving import Server


@pytest.fixture(scope="session", params=["sqlite", "mongodb"])
def server(
    request: pytest.FixtureRequest, lasting: Start, tmp_path_factory: pytest.TempPathFactory
) -> Server:
    keys = tmp_path_factory.mktemp("keys")
    make_first(keys)
    make_first(folder_of(keys))
    return lasting(
        catalog=WHOLE, kind=request.param, authentication=True, audit=True, audit_reads=True,
        keys=keys,
    )  # fmt: skip
