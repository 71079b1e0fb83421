"""A slow database never wedges a process: 64 clients ask for lists that take longer than they
may, through a wire that delays and stalls replies, ten times.

When that ends, whatever was asked and whatever is asked then is answered within two seconds; and
SIGTERM under the same load ends the process. `TMF_PROOF_PROGRAM` names the `tmf-apis` of another
Python.
"""

import asyncio
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx

from handlers.worker import GRACE
from tests.persistence.mongo_server import MongoServer, database_url
from tests.persistence.relay import Document, Relay
from tests.proofs import kill, load_beside
from tests.proofs.serving import PROGRAM, Served

ROUNDS = int(os.environ.get("TMF_PROOF_ROUNDS", "10"))
CLIENTS = 64
#: Seconds of load, and of the load in which the process is told to stop.
LOAD, SECOND_LOAD = 60.0, 4.0
#: Seconds within which all is answered again.
SOON = 2.0
ORDERS, CUSTOMERS = f"{kill.API}/{kill.RESOURCE}", load_beside.PATH
#: Lists are slow by the wire alone: each asks for a page and a total of a few records, to which the
#: load adds none. The server of the tests looks through all there are, and is slower itself the
#: longer a load lasts.
LISTED, LISTS = 6, f"{CUSTOMERS}?statusReason.regex=x&limit=5"


class SlowWire(Relay):
    """A wire that delays and stalls replies while it is slow."""

    def __init__(self, url: str) -> None:
        super().__init__(url, self._late)
        self._swift = asyncio.Event()
        self._swift.set()
        self._random = Random(1)

    def be_slow(self) -> None:
        self._loop.call_soon_threadsafe(self._swift.clear)

    def be_swift(self) -> None:
        """Hold nothing back any more."""
        self._loop.call_soon_threadsafe(self._swift.set)

    async def _late(self, command: Document, reply: Document) -> Document:
        seconds = self._seconds(next(iter(command)))
        if seconds and not self._swift.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._swift.wait(), seconds)
        return reply

    def _seconds(self, command: str) -> float:
        """Lists pass their deadline, and some replies do not come at all; others are late."""
        if command == "aggregate":
            return self._random.choice((4.5, 5.0, 5.2, 6.0, 30.0))
        if command in ("hello", "ismaster"):
            return 0.0
        return self._random.choice((0.0, 0.0, 0.2, 0.5, 1.7, 2.5))


def prove() -> dict[str, Any]:
    """How long it took after each load, and how each process ended."""
    program = Path(os.environ.get("TMF_PROOF_PROGRAM", PROGRAM))
    rounds: list[dict[str, Any]] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        mongo = MongoServer(folder)
        mongo.start()
        wire = SlowWire(database_url(mongo.url, "tmf"))
        wire.start()
        try:
            # Each with records of its own: what the server takes for them is not in question.
            urls = (database_url(wire.url, f"round-{number}") for number in range(ROUNDS))
            rounds += [_round(folder, url, wire, program) for url in urls]
        finally:
            wire.be_swift()
            wire.stop()
            mongo.stop()
    return {
        "holds": all(each["answered"] <= SOON and each["ended"] is not None for each in rounds),
        "summary": f"{ROUNDS} rounds, {CLIENTS} clients: all answered"
        f" {max(each['answered'] for each in rounds):.2f} s after the load at the latest, the"
        f" process ended {max(each['ended'] or 999 for each in rounds):.1f} s after SIGTERM at the"
        " latest",
        "program": _python(program),
        "rounds": rounds,
    }


def _round(folder: Path, url: str, wire: SlowWire, program: Path) -> dict[str, Any]:
    served = Served(folder, "--no-sample-data", program=program, url=url)
    try:
        served.wait()
        statuses, answered = asyncio.run(_loaded(served, wire))
        return {"statuses": statuses, "answered": answered, "ended": _ended(served, wire)}
    finally:
        wire.be_swift()
        if served.process.poll() is None:
            served.kill()


async def _loaded(served: Served, wire: SlowWire) -> tuple[dict[str, int], float]:
    """The answers during the load, and the seconds after it until all was answered."""
    async with _client(served) as client:
        made = (await _post(client)).json()["id"]
        for _ in range(LISTED):
            (await client.post(CUSTOMERS, json=_customer())).raise_for_status()
        ended = asyncio.Event()
        wire.be_slow()
        seen: Counter[str] = Counter()
        clients = [
            asyncio.create_task(_ask(client, made, ended, seen, Random(n))) for n in range(CLIENTS)
        ]
        await asyncio.sleep(LOAD)
        ended.set()
        wire.be_swift()
        began = monotonic()
        good = [_until_good(request) for request in _requests(client, made).values()]
        await asyncio.gather(*clients, *good)
        return dict(sorted(seen.items())), round(monotonic() - began, 2)


def _requests(client: httpx.AsyncClient, id: str) -> dict[str, Callable[[], Awaitable[Any]]]:
    """What is asked, by name."""
    return {
        "list": lambda: client.get(LISTS),
        "get": lambda: client.get(f"{ORDERS}/{id}"),
        "patch": lambda: client.patch(f"{ORDERS}/{id}", json={"description": "x"}),
        "post": lambda: _post(client),
    }


async def _ask(
    client: httpx.AsyncClient, id: str, ended: asyncio.Event, seen: Counter[str], random: Random
) -> None:
    """Ask for lists, and now and then for something else, until told to stop."""
    requests = _requests(client, id)
    while not ended.is_set():
        kind = random.choices(list(requests), (12, 1, 2, 2))[0]
        answer = await requests[kind]()
        seen[f"{kind} {answer.status_code}"] += 1
        await asyncio.sleep(0.05)


async def _until_good(request: Callable[[], Awaitable[httpx.Response]]) -> None:
    """Return when a request is carried out."""
    while not (await request()).is_success:
        await asyncio.sleep(0.05)


def _ended(served: Served, wire: SlowWire) -> float | None:
    """Seconds from SIGTERM under load to the end of the process; None when it does not end."""

    async def loaded() -> float | None:
        async with _client(served) as client:
            wire.be_slow()
            asking = [
                asyncio.create_task(_ask(client, "none", asyncio.Event(), Counter(), Random(n)))
                for n in range(CLIENTS)
            ]
            await asyncio.sleep(SECOND_LOAD)
            os.killpg(served.process.pid, signal.SIGTERM)
            began = monotonic()
            try:
                await asyncio.to_thread(served.process.wait, GRACE + 10)
            except subprocess.TimeoutExpired:
                return None
            else:
                return round(monotonic() - began, 1)
            finally:
                for task in asking:
                    task.cancel()
                await asyncio.gather(*asking, return_exceptions=True)

    return asyncio.run(loaded())


def _client(served: Served) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None)
    return httpx.AsyncClient(base_url=served.origin, trust_env=False, timeout=60, limits=limits)


async def _post(client: httpx.AsyncClient) -> httpx.Response:
    item = {"id": "1", "action": "add", "productOffering": {"id": "1"}}
    body = {"id": str(uuid4()), "description": "x", "productOrderItem": [item]}
    return await client.post(ORDERS, json=body)


def _customer() -> dict[str, Any]:
    return load_beside.customer(str(uuid4())) | {"statusReason": "x"}


def _python(program: Path) -> str:
    command = [program.with_name("python"), "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
