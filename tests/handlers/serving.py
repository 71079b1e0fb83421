"""A real server on a real socket, for as long as a `with` block lasts."""

import asyncio
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson

from handlers.app import collections_of, create_app
from handlers.loading import Batch
from handlers.reading import Line
from handlers.service import Service
from handlers.services import services
from persistence.mongo.store import MongoStore
from persistence.opening import open_store
from persistence.store import Collection, Scope, Store
from tests.handlers.administering import ASKED, OF_ITS_OWN, as_admin, asking
from tests.handlers.facts import Case, Json
from tests.handlers.ordering import cancelled_by, new_order
from tests.hosting import hosted
from tests.persistence.mongo_server import database_url, shared_server
from tmf_apis.catalog import Catalog
from tmf_apis.settings import Settings

#: The kind of store that the tests of the web run on, or a URL of a MongoDB server.
STORE = os.environ.get("TMF_TEST_STORE", "sqlite")
#: Seconds a server may take to answer, on a machine that does other things as well.
PATIENCE = 30


@dataclass(frozen=True)
class Server:
    """A running server: where it is, and a client that talks to it."""

    url: str
    settings: Settings
    catalog: Catalog
    client: httpx.Client

    def make(self, case: Case, **more: Any) -> Json:
        """A new resource of a case: posted where that is possible, else loaded."""
        if not case.creatable:
            return self.load(case, case.sample() | {"id": str(uuid4())} | more)
        answer = self.client.post(case.path, json=case.create_body(**more))
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    def make_some(self, case: Case, count: int, **more: Any) -> list[str]:
        """The ids of some new resources, in the order they were made."""
        return [self.make(case, **more)["id"] for _ in range(count)]

    def load(self, case: Case, document: Json) -> Json:
        """Put a representation into the store beside the server (D21), and show it."""
        self.load_all(case, [document])
        shown: Json = self.client.get(case.item(document["id"])).json()
        return shown

    def arrange(self, request: httpx.Request) -> None:
        """Put the order into the store that a cancellation is about, if it is not there (R-622-10).

        Bodies that name none, or cannot be read, are the server's to judge.
        """
        orders = cancelled_by(request.url.path) if request.method == "POST" else None
        if orders is None:
            return
        with suppress(ValueError, KeyError, TypeError):
            id = orjson.loads(request.read())[orders.resource.name]["id"]
            if isinstance(id, str) and id and self.client.get(orders.item(id)).status_code == 404:
                self.load(orders, new_order(orders, id))

    def load_all(self, case: Case, documents: Sequence[Json]) -> None:
        """Put representations into the store beside the server, all at once."""
        asyncio.run(self._load(case, documents))

    async def _load(self, case: Case, documents: Sequence[Json]) -> None:
        store = store_of(self.settings.store)
        await store.open(self.collections)
        try:
            await self.put(store, case, documents)
        finally:
            await store.close()

    async def put(self, store: Store, case: Case, documents: Sequence[Json]) -> None:
        """Put representations into a store that is open."""
        bases = {case.api.base_path, *case.api.aliases}
        service = next(
            s
            for s in self._services
            if s.spec.name == case.resource.name and s.api.base_path in bases
        )
        lines = [Line(number, orjson.dumps(each)) for number, each in enumerate(documents, 1)]
        await store.load(service.collection, Batch(service, lambda: lines), Scope())

    @cached_property
    def _services(self) -> list[Service]:
        """What says how records are kept, put together once; the store of these is never asked."""
        return services(self.catalog.apis, store_of(self.settings.store), self.settings)

    @cached_property
    def collections(self) -> list[Collection]:
        """What the store is opened with beside the server."""
        return collections_of(self.catalog, self.settings, store_of(self.settings.store))

    def raw(self, request: bytes) -> bytes:
        """The answer to a request sent byte by byte as given; the connection is closed after."""
        address = httpx.URL(self.url)
        with socket.create_connection((address.host, address.port or 80), PATIENCE) as wire:
            wire.sendall(request)
            received = b""
            while chunk := wire.recv(65536):
                received += chunk
            return received


def store_in(folder: Path, kind: str = STORE) -> str:
    """The URL of the store that belongs to a folder: a file in it, or a database named after it.

    `kind` is `sqlite`, `mongodb` for the server of the tests, or the URL of a MongoDB server.
    """
    if kind == "sqlite":
        return f"sqlite:///{folder}/tmf.db"
    name = blake2b(str(folder).encode(), digest_size=8).hexdigest()
    return database_url(shared_server() if kind == "mongodb" else kind, f"test-{name}")


def store_of(url: str, *, impatient: bool = False) -> Store:
    """The store of a URL; patient with a MongoDB server that many tests keep busy."""
    if url.startswith("mongodb://") and not impatient:
        return MongoStore(url, deadline=PATIENCE, patience=PATIENCE)
    return open_store(url)


@contextmanager
def running(
    folder: Path, catalog: Catalog, *, kind: str = STORE, impatient: bool = False, **settings: Any
) -> Iterator[Server]:
    """A server of a catalogue on the store of a folder, which is empty at first.

    Its tasks stay as they are made, unless the settings say otherwise.

    An `impatient` one keeps the time limits that users see.
    """
    asked = ASKED and settings.keys().isdisjoint(OF_ITS_OWN)
    more = asking(folder) if asked else {}
    settings = {"sample_data": False, "tasks": False, **more, **settings}
    chosen = Settings(store=store_in(folder, kind), **settings)
    app: Any = create_app(chosen, catalog, store_of(chosen.store, impatient=impatient))
    if asked:
        app = as_admin(app, chosen.keys)
    with (
        hosted(app, log_level="warning", timeout_graceful_shutdown=None) as url,
        httpx.Client(
            base_url=url,
            timeout=PATIENCE,
            trust_env=False,
            headers={"Accept-Encoding": "identity"},
        ) as client,
    ):
        server = Server(url, chosen, catalog, client)
        client.event_hooks = {"request": [server.arrange]}
        yield server
