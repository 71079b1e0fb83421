"""One server for all tests of the web, and others where a special setting is needed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.handlers.administering import ASKED, OPEN_ALONE
from tests.handlers.facts import APIS
from tests.handlers.serving import PATIENCE, Server, running
from tmf_apis.catalog import Catalog

Start = Callable[..., Server]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what is otherwise on purpose where everybody is asked."""
    if ASKED:
        items[:] = [item for item in items if item.name.partition("[")[0] not in OPEN_ALONE]


@contextmanager
def starting(folders: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts servers with special settings, for as long as the context lasts; equal ones once."""
    found: dict[str, Server] = {}
    with ExitStack() as stack:

        def started(*, catalog: Catalog | None = None, **settings: Any) -> Server:
            key = repr((catalog and [api.source for api in catalog.apis], settings))
            if key not in found:
                served = catalog or Catalog(tuple(APIS))
                folder = folders.mktemp("store")
                found[key] = stack.enter_context(running(folder, served, **settings))
            return found[key]

        yield started


@pytest.fixture(scope="session")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts servers that are there for all tests."""
    with starting(tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts servers for the tests of a file: dozens that have nothing to do take time as well."""
    with starting(tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="session")
def server(lasting: Start) -> Server:
    """The server with the default settings, of all built-in APIs, without sample data."""
    return lasting()


@pytest.fixture(scope="session")
def administered(lasting: Start) -> Iterator[Server]:
    """A server as an administrator sees it, whatever host it is asked under."""
    token = "the token of an administrator"
    server = lasting(admin_token=token)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(
        base_url=server.url, headers=headers, timeout=PATIENCE, trust_env=False
    ) as client:
        yield replace(server, client=client)


@pytest.fixture(scope="session")
def client(server: Server) -> httpx.Client:
    """Talks to `server`."""
    return server.client
