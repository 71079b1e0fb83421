"""Tenants of one process, each as a server that is asked under its own name."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from handlers.identity.keys import make_first
from handlers.server import application_of
from tests.handlers.serving import PATIENCE, STORE, Server
from tests.hosting import hosted
from tests.persistence.mongo_server import database_url, shared_server
from tmf_apis.catalog import Catalog
from tmf_apis.settings import Settings
from tmf_apis.tenants import PLACE, tenants_of

#: Two who share a process.
ACME, GLOBEX = "acme", "globex"


def stores_in(folder: Path, kind: str = STORE) -> str:
    """The URL of the stores of the tenants of a folder: files in it, or databases of their own."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/{PLACE}.db"
    return database_url(shared_server(), f"test-{uuid4().hex[:12]}-{PLACE}")


@contextmanager
def housed(
    folder: Path, catalog: Catalog, kind: str = STORE, **given: Any
) -> Iterator[dict[str, Server]]:
    """The servers of two tenants by their names, without sample data, for as long as it lasts."""
    settings = Settings(
        store=stores_in(folder, kind), tenants=f"{ACME},{GLOBEX}", keys=folder / "keys",
        sample_data=False, **given,
    )  # fmt: skip
    tenants = tenants_of(settings)
    for tenant in tenants.values():
        make_first(tenant.settings.keys)
    with hosted(application_of(settings, catalog), log_level="warning") as url, ExitStack() as held:
        yield {
            name: Server(url, tenant.settings, catalog, held.enter_context(_client(url, name)))
            for name, tenant in tenants.items()
        }


def _client(url: str, name: str) -> httpx.Client:
    """Asks for a tenant at the address that it shares."""
    headers = {"Host": f"{name}.localhost"}
    return httpx.Client(base_url=url, headers=headers, timeout=PATIENCE, trust_env=False)
