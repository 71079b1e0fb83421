"""Kill -9 under concurrent writes on MongoDB: ten times the database, ten times the API server.

Clients post, patch and delete throughout, and note what was acknowledged. A write that was
answered 503, or not at all, may have happened or not. Everything acknowledged is there.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx

from tests.persistence.mongo_server import MongoServer, database_url
from tests.proofs.kill import API, RESOURCE, Ledger, _lost
from tests.proofs.serving import Served

ROUNDS = 10
CLIENTS = 6
#: Seconds of writing before each kill, and after the database is back.
SHORTEST, LONGEST = 0.4, 1.5


def prove() -> dict[str, Any]:
    """The writes acknowledged and what became of them."""
    ledger, random, problems = Ledger(), Random(1), []
    with TemporaryDirectory() as name:
        folder = Path(name)
        mongo = MongoServer(folder, "--sync-on-commit", storage=str(folder / "data"))
        mongo.start()
        served = Served(folder, "--no-sample-data", url=database_url(mongo.url, "tmf"))
        try:
            served.wait()
            for _ in range(ROUNDS):
                asyncio.run(write(served, ledger, random, mongo.kill))
                mongo.start()
                served.wait()
                problems += _lost(served, ledger)
            of_database = ledger.acknowledged
            for _ in range(ROUNDS):
                asyncio.run(write(served, ledger, random, served.kill))
                served = Served(folder, "--no-sample-data", url=database_url(mongo.url, "tmf"))
                served.wait()
                problems += _lost(served, ledger)
        finally:
            served.stop()
            mongo.stop()
    return {
        "holds": not problems and ledger.acknowledged > 2 * ROUNDS,
        "summary": f"{ROUNDS} kills of the database with {of_database} acknowledged writes,"
        f" {ROUNDS} of the server with {ledger.acknowledged - of_database};"
        f" {len(problems)} lost",
        "problems": problems[:20],
    }


async def write(served: Served, ledger: Ledger, random: Random, kill: Callable[[], None]) -> None:
    """Write from several clients, kill something in the middle, and stop a little later."""
    ended = asyncio.Event()
    async with httpx.AsyncClient(
        base_url=served.origin + API, trust_env=False, timeout=30
    ) as client:
        clients = [asyncio.create_task(keep_writing(client, ledger, random, ended))
                   for _ in range(CLIENTS)]  # fmt: skip
        await asyncio.sleep(random.uniform(SHORTEST, LONGEST))
        await asyncio.to_thread(kill)
        await asyncio.sleep(0.3)
        ended.set()
        await asyncio.gather(*clients)


async def keep_writing(
    client: httpx.AsyncClient,
    ledger: Ledger,
    random: Random,
    ended: asyncio.Event,
    seen: list[tuple[int, float]] | None = None,
) -> None:
    """Post, patch and delete until told to stop; `seen` gets each status and its seconds."""
    mine: list[str] = []
    while not ended.is_set():
        method = random.choices(
            ("POST", "PATCH", "DELETE"), (3, 4, 1) if len(mine) > 1 else (1, 0, 0)
        )[0]
        id = str(uuid4()) if method == "POST" else random.choice(mine)
        text = str(uuid4())
        ledger.unknown.add(id)
        began = monotonic()
        try:
            answer = await _sent(client, method, id, text)
        except httpx.TransportError:
            if method == "DELETE":
                mine.remove(id)
            await asyncio.sleep(0.05)
            continue
        if seen is not None:
            seen.append((answer.status_code, monotonic() - began))
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            if method != "POST":
                mine.remove(id)
            await asyncio.sleep(0.05)
            continue
        assert answer.is_success, answer.text
        ledger.acknowledged += 1
        ledger.unknown.discard(id)
        if method == "DELETE":
            mine.remove(id)
            ledger.kept.pop(id, None)
            ledger.gone.add(id)
            continue
        ledger.kept[id] = text
        if method == "POST":
            mine.append(id)


async def _sent(client: httpx.AsyncClient, method: str, id: str, text: str) -> httpx.Response:
    if method == "POST":
        item = {"id": "1", "action": "add", "productOffering": {"id": id}}
        body = {"id": id, "description": text, "productOrderItem": [item]}
        return await client.post(f"/{RESOURCE}", json=body)
    if method == "PATCH":
        return await client.patch(f"/{RESOURCE}/{id}", json={"description": text})
    return await client.delete(f"/{RESOURCE}/{id}")
