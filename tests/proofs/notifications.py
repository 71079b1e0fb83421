"""Notifications are never lost: changes under kill -9, five subscribers with their own queries.

Clients post and patch orders through servers that are killed ten times, and note what was
acknowledged. Afterwards every subscriber must have got each event it asked for at least once, in
the order of the changes of each order, and none it did not ask for.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from tests.persistence.mongo_server import MongoServer
from tests.proofs.receiver import Receiver, receiving
from tests.proofs.serving import PATIENCE, Served

CHANGES = 10_000
KILLS = 10
CLIENTS = 6
#: Changes of one order, its creation included.
LIFE = 12
API = "/tmf-api/productOrderingManagement/v4"
STATES = ("inProgress", "held")


class Told(NamedTuple):
    """An event as a listener sees it: of which order, which kind, and its running number."""

    id: str
    kind: str
    number: int
    state: str


@dataclass
class Ledger:
    """What was acknowledged, in order by order; `maybe` is what was sent without an answer."""

    told: dict[str, list[Told]] = field(default_factory=dict)
    maybe: set[Told] = field(default_factory=set)
    changes: int = 0


Wanted = Callable[[Told], bool]
#: Query and meaning of each subscriber.
SUBSCRIBERS: dict[str, tuple[str, Wanted]] = {
    "all": ("", lambda told: True),
    "states": ("eventType=ProductOrderStateChangeEvent", lambda t: t.kind == "StateChange"),
    "created": ("$[?(@.eventType=='ProductOrderCreateEvent')]", lambda t: t.kind == "Create"),
    "held": ("event.productOrder.state=held", lambda t: t.state == "held"),
    "numbered": ("event.productOrder.description.regex=7$", lambda t: t.number % 10 == 7),
}


def prove(
    changes: int = CHANGES, kills: int = KILLS, database_kills: int | None = None
) -> dict[str, Any]:
    """What each subscriber missed, got unasked and got twice.

    On SQLite, or on a MongoDB that is killed as often as `database_kills` says.
    """
    ledger = Ledger()
    with (
        TemporaryDirectory() as name,
        receiving() as receiver,
        _database(Path(name), database_kills is not None) as database,
    ):
        flags = ["--workers", "2", "--no-sample-data", "--development"]
        if database is not None:
            flags += ["--store", f"{database.url}/proof"]
        served = _start(Path(name), flags)
        for label, (query, _) in SUBSCRIBERS.items():
            _register(served, f"{receiver.url}/ok/{label}", query)
        for round in range(kills):
            asyncio.run(_write(served, ledger, changes * (round + 1) // (kills + 1)))
            if database is not None and round < (database_kills or 0):
                database.kill()
                database.start()
            served = _start(Path(name), flags)
        asyncio.run(_write(served, ledger, changes, kill=False))
        missing = _wait(receiver, ledger)
        served.stop()
        return _judged(receiver, ledger, missing, kills)


@contextmanager
def _database(folder: Path, wanted: bool) -> Iterator[MongoServer | None]:
    if not wanted:
        yield None
        return
    server = MongoServer(folder, storage=str(folder / "mongo"))
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _start(folder: Path, flags: list[str]) -> Served:
    served = Served(folder, *flags)
    served.wait()
    return served


def _register(served: Served, callback: str, query: str) -> None:
    body = {"callback": callback, "query": query}
    answer = httpx.post(f"{served.origin}{API}/hub", json=body, trust_env=False, timeout=PATIENCE)
    assert answer.status_code == httpx.codes.CREATED, answer.text


async def _write(served: Served, ledger: Ledger, until: int, kill: bool = True) -> None:
    """Change orders until there were so many changes in all, then kill the server amid more."""
    async with httpx.AsyncClient(
        base_url=served.origin + API, trust_env=False, timeout=PATIENCE
    ) as client:
        clients = [
            asyncio.create_task(_client(client, ledger, None if kill else until))
            for _ in range(CLIENTS)
        ]
        while ledger.changes < until and not all(c.done() for c in clients):
            await asyncio.sleep(0.02)
        if kill:
            served.kill()
        await asyncio.gather(*clients)


async def _client(client: httpx.AsyncClient, ledger: Ledger, until: int | None) -> None:
    """Make one order after the other, and change each some times, until the server goes away."""
    while until is None or ledger.changes < until:
        id = str(uuid4())
        for number in range(LIFE):
            state = STATES[number % 2] if number else "acknowledged"
            told = _told(id, number, state)
            body: dict[str, Any] = {"description": str(number)}
            if number:
                body["state"] = state
            ledger.maybe.update(told)
            try:
                answer = await (
                    client.patch(f"/productOrder/{id}", json=body)
                    if number
                    else client.post("/productOrder", json={"id": id, **body, **_ITEMS})
                )
            except httpx.TransportError:
                return
            if not answer.is_success:
                # The store was away: nobody knows, so this order is left alone.
                await asyncio.sleep(0.05)
                break
            ledger.maybe.difference_update(told)
            ledger.told.setdefault(id, []).extend(told)
            ledger.changes += 1


_ITEMS = {"productOrderItem": [{"id": "1", "action": "add", "productOffering": {"id": "x"}}]}


def _told(id: str, number: int, state: str) -> list[Told]:
    """What a change raises: the state and the description both changed (R-1017)."""
    kinds = ("StateChange", "AttributeValueChange") if number else ("Create",)
    return [Told(id, kind, number, state) for kind in kinds]


def _got(receiver: Receiver, label: str) -> list[Told]:
    return [
        Told(id, kind.removeprefix("ProductOrder").removesuffix("Event"), int(number), state)
        for _, kind, id, number, state, _ in receiver.got(label)
    ]


def _wait(receiver: Receiver, ledger: Ledger) -> dict[str, int]:
    """How many events each subscriber misses, once none does or nothing more comes."""
    before, quiet = -1, monotonic()
    while True:
        missing = {
            label: len(
                {t for told in ledger.told.values() for t in told if wanted(t)}
                - set(_got(receiver, label))
            )
            for label, (_, wanted) in SUBSCRIBERS.items()
        }
        left = sum(missing.values())
        if left != before:
            before, quiet = left, monotonic()
        if not left or monotonic() - quiet > PATIENCE:
            return missing
        sleep(0.5)


def _judged(
    receiver: Receiver, ledger: Ledger, missing: dict[str, int], kills: int
) -> dict[str, Any]:
    acknowledged = {t for told in ledger.told.values() for t in told}
    unwanted = duplicates = disordered = delivered = 0
    for label, (_, wanted) in SUBSCRIBERS.items():
        got = _got(receiver, label)
        delivered += len(got)
        unwanted += sum(not wanted(t) or t not in acknowledged | ledger.maybe for t in set(got))
        duplicates += sum(count - 1 for count in Counter(got).values())
        disordered += _disordered(got)
    lost = sum(missing.values())
    return {
        "holds": not (lost or unwanted or disordered) and delivered > 0,
        "summary": f"{ledger.changes} changes, {kills} kills, {delivered} delivered: missing"
        f" {lost}, unwanted {unwanted}, out of order {disordered}, duplicates {duplicates}",
        "missing": missing,
    }


def _disordered(got: list[Told]) -> int:
    """Events that came, for the first time, behind a later one of the same order."""
    order = {"Create": 0, "StateChange": 1, "AttributeValueChange": 2}
    last: dict[str, tuple[int, int]] = {}
    wrong = 0
    for told in dict.fromkeys(got):
        place = (told.number, order[told.kind])
        wrong += place < last.get(told.id, (-1, -1))
        last[told.id] = max(place, last.get(told.id, place))
    return wrong
