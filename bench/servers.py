"""The two servers under measurement, each one process, started alike."""

import asyncio
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep

from bench import floor
from bench.data import ORDERS, order
from handlers.app import collections_of
from handlers.protocol.connection import Connection
from handlers.services import services
from persistence.opening import open_store
from persistence.store import Scope
from tests.faced import draft_of
from tmf_apis.catalog import choose
from tmf_apis.settings import read_settings

PATH = "/tmf-api/productOrderingManagement/v5/productOrder"
_TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE = 60


@dataclass
class Running:
    """A server that runs: its name, where its orders are, and its process."""

    name: str
    url: str
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """User and system time of the process so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def megabytes(self) -> float:
        """Resident memory of the process."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20


def fill(folder: Path) -> None:
    """Put the same orders into both stores."""
    orders = [order(number) for number in range(ORDERS)]
    floor.fill(folder / "floor.db", orders)
    asyncio.run(_fill_ours(folder / "ours.db", orders))


async def _fill_ours(path: Path, orders: list[dict[str, object]]) -> None:
    settings, catalog = replace(read_settings(os.environ), store=f"sqlite:///{path}"), choose()
    store = open_store(settings.store)
    service = next(
        s
        for s in services(catalog.apis, store, settings)
        if f"{s.api.base_path}/{s.spec.name}" == PATH
    )
    await store.open(collections_of(catalog, settings, store))
    drafts = [draft_of(service, order) for order in orders]
    await store.load(service.collection, drafts, Scope())
    await store.close()


@contextmanager
def running(folder: Path) -> Iterator[tuple[Running, Running]]:
    """Our server and the floor, on ports of their own, both with one worker."""
    ours = _start(
        "ours",
        "handlers.server:application",
        http=f"{Connection.__module__}:{Connection.__qualname__}",
        TMF_STORE=f"sqlite:///{folder}/ours.db",
        # The floor keeps no events; what they cost is measured on its own.
        TMF_EVENTS="0",
    )
    thin = _start("floor", "bench.floor:application", FLOOR_STORE=f"{folder}/floor.db")
    try:
        yield ours, thin
    finally:
        for server in (ours, thin):
            server.process.terminate()
            server.process.wait()


def _start(name: str, factory: str, http: str = "httptools", **environment: str) -> Running:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", factory, "--factory", "--port", str(port),
         "--loop", "uvloop", "--http", http, "--no-access-log", "--log-level", "warning",
         "--no-server-header", "--lifespan", "auto"],
        env=os.environ | environment,
    )  # fmt: skip
    until = monotonic() + _PATIENCE
    while monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return Running(name, f"http://127.0.0.1:{port}{PATH}", process)
        sleep(0.05)
    raise TimeoutError(f"{name} did not start")
