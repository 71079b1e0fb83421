"""Kill -9 of the server under concurrent writes, twenty times on one file.

Clients post, patch and delete until the server goes away, and note what was acknowledged. Then
the file is opened again: everything acknowledged is there, nothing is half written, and the
mirror and the mentions of every record agree with its body.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx
import orjson

from handlers.mirroring import collection_for
from persistence.mirror import Mirror
from persistence.store import Collection
from tests.proofs.serving import Served
from tmf_apis.catalog import built_in
from tmf_apis.rules.lookup import rules_of

ROUNDS = 20
CLIENTS = 8
#: Seconds of writing before each kill.
SHORTEST, LONGEST = 0.4, 1.2
API, RESOURCE = "/tmf-api/productOrderingManagement/v4", "productOrder"


@dataclass
class Ledger:
    """What the server acknowledged: the last description of each order, or that it is gone."""

    kept: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    #: Orders whose last write was not answered: either outcome is right.
    unknown: set[str] = field(default_factory=set)
    acknowledged: int = 0


def prove() -> dict[str, Any]:
    """The writes acknowledged and what became of them."""
    ledger = Ledger()
    random = Random(1)
    problems: list[str] = []
    with TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            served = Served(Path(folder), "--workers", "2", "--no-sample-data")
            served.wait()
            problems += _lost(served, ledger)
            asyncio.run(_write(served, ledger, random))
            problems += _inconsistent(served.store)
        served = Served(Path(folder), "--no-sample-data")
        served.wait()
        problems += _lost(served, ledger)
        served.stop()
    return {
        "holds": not problems and ledger.acknowledged > ROUNDS,
        "summary": f"{ROUNDS} kills, {ledger.acknowledged} acknowledged writes,"
        f" {len(ledger.kept)} orders kept, {len(ledger.gone)} deleted, {len(problems)} problems",
        "problems": problems[:20],
    }


async def _write(served: Served, ledger: Ledger, random: Random) -> None:
    """Write from several clients, then kill the server in the middle of it."""
    async with httpx.AsyncClient(base_url=served.origin + API, trust_env=False) as client:
        clients = [asyncio.create_task(_client(client, ledger, random)) for _ in range(CLIENTS)]
        await asyncio.sleep(random.uniform(SHORTEST, LONGEST))
        served.kill()
        await asyncio.gather(*clients)


async def _client(client: httpx.AsyncClient, ledger: Ledger, random: Random) -> None:
    mine: list[str] = []
    actions: list[Callable[[], Awaitable[None]]] = [
        lambda: _post(client, ledger, mine),
        lambda: _patch(client, ledger, random.choice(mine)),
        lambda: _delete(client, ledger, mine.pop(random.randrange(len(mine)))),
    ]
    try:
        while True:
            weights = (3, 4, 1) if len(mine) > 1 else (1, 0, 0)
            await random.choices(actions, weights)[0]()
    except httpx.TransportError:
        return


async def _post(client: httpx.AsyncClient, ledger: Ledger, mine: list[str]) -> None:
    id = str(uuid4())
    items = [{"id": str(n), "action": "add", "productOffering": {"id": id}} for n in range(5)]
    ledger.unknown.add(id)
    answer = await client.post(
        f"/{RESOURCE}", json={"id": id, "description": "0", "productOrderItem": items}
    )
    assert answer.status_code == httpx.codes.CREATED, answer.text
    _note(ledger, id, "0")
    mine.append(id)


async def _patch(client: httpx.AsyncClient, ledger: Ledger, id: str) -> None:
    description = str(uuid4())
    ledger.unknown.add(id)
    answer = await client.patch(f"/{RESOURCE}/{id}", json={"description": description})
    assert answer.status_code == httpx.codes.OK, answer.text
    _note(ledger, id, description)


async def _delete(client: httpx.AsyncClient, ledger: Ledger, id: str) -> None:
    ledger.unknown.add(id)
    answer = await client.delete(f"/{RESOURCE}/{id}")
    assert answer.status_code == httpx.codes.NO_CONTENT, answer.text
    ledger.kept.pop(id, None)
    ledger.gone.add(id)
    ledger.unknown.discard(id)
    ledger.acknowledged += 1


def _note(ledger: Ledger, id: str, description: str) -> None:
    ledger.kept[id] = description
    ledger.unknown.discard(id)
    ledger.acknowledged += 1


def _lost(served: Served, ledger: Ledger) -> list[str]:
    """What was acknowledged and is not so; what is unknown is settled by what is found."""
    found: dict[str, str] = {}
    with httpx.Client(base_url=served.origin + API, trust_env=False) as client:
        offset, total = 0, 1
        while offset < total:
            answer = client.get(f"/{RESOURCE}?fields=description&limit=1000&offset={offset}")
            total = int(answer.headers["X-Total-Count"])
            page = answer.json()
            found |= {order["id"]: order["description"] for order in page}
            offset += len(page)
    for id in ledger.unknown:
        ledger.kept.pop(id, None)
        if id in found:
            ledger.kept[id] = found[id]
    ledger.unknown.clear()
    lost = [f"{id} was acknowledged and is gone" for id in ledger.kept.keys() - found.keys()]
    back = [f"{id} was deleted and is back" for id in ledger.gone & found.keys()]
    old = [
        f"{id} holds {found[id]}, not {text}"
        for id, text in ledger.kept.items()
        if id in found and found[id] != text
    ]
    return lost + back + old


def _inconsistent(path: Path) -> list[str]:
    """Records whose mirror or mentions do not follow from their body."""
    collection = _collection()
    mirror = Mirror(collection)
    connection = sqlite3.connect(path)
    try:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        problems = [] if verdict == "ok" else [f"integrity: {verdict}"]
        (number,) = connection.execute(
            "SELECT number FROM collection WHERE name = ?", (collection.name,)
        ).fetchone()
        mentions: dict[int, set[tuple[int, str]]] = {}
        for place, value, key in connection.execute(f"SELECT path, value, key FROM m{number}"):
            mentions.setdefault(key, set()).add((place, value))
        columns = ", ".join(mirror.names)
        rows = connection.execute(f"SELECT key, body, {columns} FROM r{number}").fetchall()
        for key, body, *values in rows:
            document = orjson.loads(body)
            if mirror.values(document) != values:
                problems.append(f"record {key}: the mirror differs from the body")
            if mirror.mentions(document) != mentions.pop(key, set()):
                problems.append(f"record {key}: the mentions differ from the body")
        return problems + [f"record {key}: mentions without a record" for key in mentions]
    finally:
        connection.close()


def _collection() -> Collection:
    api = next(api for api in built_in() if api.base_path == API)
    resource = api.resource(RESOURCE)
    return collection_for(api.base_path, resource, rules_of(api, resource))
