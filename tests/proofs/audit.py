"""Ten thousand changes with ten kill -9, and a hundred tamperings: nothing is lost, all are found.

Clients post, patch and delete until the server goes away, and note what was acknowledged. Every
such change is in the chain, once, and the chain holds; what is kept is what its entries lead to.
Then the entries are tampered with in one of four ways at a random place, a hundred times over.
"""

import asyncio
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx
import orjson

from handlers.audit.entries import ENTRIES
from handlers.audit.sealing import known_seal
from handlers.audit.signing import Opener
from persistence.store import Kept
from tests.handlers.serving import store_in
from tests.proofs.keeping import kept
from tests.proofs.serving import PROGRAM, Served
from tmf_apis.audit.history import undone
from tmf_apis.audit.seals import Statement
from tmf_apis.audit.verifying import Seen, Verifier

CHANGES, KILLS, TAMPERINGS = 10_000, 10, 100
CLIENTS = 12
PATH = "/tmf-api/productCatalogManagement/v4/category"
#: Seconds that a client waits whom a busy store refused.
_PAUSE = 0.1


@dataclass
class Ledger:
    """What the server acknowledged: each change as the id it is about and what it makes of it."""

    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    #: What was asked and not answered: it may have been done or not.
    unknown: list[tuple[str, str]] = field(default_factory=list)


def prove(kind: str = "sqlite") -> dict[str, Any]:
    """How many changes and tamperings there were, and what became of them, on a kind of store."""
    ledger, random = Ledger(), Random(16)
    with TemporaryDirectory() as name:
        folder = Path(name)
        url, keys = store_in(folder, kind), folder / "keys"
        flags = ("--audit", "--no-sample-data", "--keys", str(keys), "--workers", "2")
        for kill in range(1, KILLS + 1):
            served = Served(folder, *flags, url=url)
            served.wait()
            asyncio.run(_write(served, ledger, random, CHANGES * kill // KILLS))
        served = Served(folder, *flags, url=url)
        served.wait()
        served.stop()
        chain, records = kept(url, ENTRIES.name, PATH)
        entries = [Seen(record.key, record.id, record.body) for record in chain]
        known, opener = known_seal(keys), Opener(keys)
        problems = _faults(entries, opener, known) + _lost(entries, ledger)
        problems += _astray(records, entries) + _verified(url, keys)
        found = _tampered(entries, opener, known, random)
    count = len(ledger.acknowledged)
    missed = [f"{how}: {times}" for how, times in found.items() if how.startswith("missed")]
    return {
        "holds": not problems and not missed and count >= CHANGES and known is not None,
        "summary": f"{count} acknowledged changes, {KILLS} kills, {len(entries)} entries,"
        f" {len(problems)} problems; {TAMPERINGS} tamperings, {len(missed)} kinds missed",
        "tamperings": dict(found),
        "problems": problems[:20],
    }


async def _write(served: Served, ledger: Ledger, random: Random, until: int) -> None:
    """Write from several clients until so many changes are acknowledged, then kill the server."""
    async with httpx.AsyncClient(base_url=served.origin, trust_env=False, timeout=60) as client:
        clients = [asyncio.create_task(_client(client, ledger, random)) for _ in range(CLIENTS)]
        while len(ledger.acknowledged) < until:
            await asyncio.sleep(0.02)
            for ended in (each for each in clients if each.done()):
                ended.result()
        served.kill()
        await asyncio.gather(*clients)


async def _client(client: httpx.AsyncClient, ledger: Ledger, random: Random) -> None:
    mine: list[str] = []
    try:
        while True:
            way = random.choices(["post", "patch", "delete"], (2, 6, 1))[0] if mine else "post"
            if way == "post":
                id, body = str(uuid4()), {"name": str(uuid4())}
                if await _asked(client, ledger, "POST", PATH, id, {"id": id, **body}):
                    mine.append(id)
            elif way == "patch":
                id = random.choice(mine)
                await _asked(client, ledger, "PATCH", f"{PATH}/{id}", id, {"name": str(uuid4())})
            else:
                id = mine.pop(random.randrange(len(mine)))
                await _asked(client, ledger, "DELETE", f"{PATH}/{id}", id, {"name": ""})
    except httpx.TransportError:
        return


async def _asked(
    client: httpx.AsyncClient, ledger: Ledger, method: str, path: str, id: str, body: Any
) -> bool:
    """Whether a change was acknowledged; one that a busy store refuses may have been done."""
    change = (id, body["name"])
    ledger.unknown.append(change)
    answer = await client.request(method, path, json=body if method != "DELETE" else None)
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        await asyncio.sleep(_PAUSE)
        return False
    assert answer.is_success, answer.text
    ledger.unknown.remove(change)
    ledger.acknowledged.append(change)
    return True


def _verified(url: str, keys: Path) -> list[str]:
    """What the command of operators finds wrong."""
    command = [PROGRAM, "audit", "verify", "--store", url, "--keys", str(keys)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else [f"verify: {done.stdout}{done.stderr}"]


def _faults(entries: list[Seen], opener: Opener, known: Statement | None) -> list[str]:
    verifier = Verifier(opener, known)
    found = [fault for entry in entries for fault in verifier.look(entry)]
    return [*found, *verifier.end()]


def _lost(entries: list[Seen], ledger: Ledger) -> list[str]:
    """Acknowledged changes that are not there once, and entries of what nobody asked for."""
    told = Counter(_changes(entries))
    known, perhaps = Counter(ledger.acknowledged), Counter(ledger.unknown)
    lost = [f"{change} is told {told[change]} times" for change in known if told[change] != 1]
    strange = [f"{change} was never asked" for change in told if change not in known | perhaps]
    return lost + strange


def _changes(entries: list[Seen]) -> Iterator[tuple[str, str]]:
    for seen in entries:
        entry = orjson.loads(seen.body)
        if entry["kind"] != "write":
            continue
        *_, last = (o for o in entry["change"][0]["patch"] if o["op"] != "test")
        names = [
            o["value"]["name"] if o["path"] == "" else o["value"]
            for o in entry["change"][0]["patch"]
            if o["op"] in ("add", "replace") and o["path"] in ("", "/name")
        ]
        yield entry["resourceId"], "" if last["op"] == "remove" else names[0]


def _astray(records: list[Kept], entries: list[Seen]) -> list[str]:
    """Records that are not what their entries lead to: undone, nothing must be left of any."""
    documents: dict[str, Any] = {record.id: orjson.loads(record.body) for record in records}
    problems = []
    for seen in reversed(entries):
        entry = orjson.loads(seen.body)
        if entry["kind"] == "write":
            id = entry["resourceId"]
            try:
                documents[id] = undone(documents.get(id), entry["change"][0]["patch"])
            except ValueError as error:
                problems.append(f"entry {seen.key} does not lead to {id}: {error}")
    left = [f"{id} was there before it was made" for id, d in documents.items() if d is not None]
    return problems + left


def _tampered(
    entries: list[Seen], opener: Opener, known: Statement | None, random: Random
) -> Counter[str]:
    """How often each way was found, or missed."""
    found: Counter[str] = Counter()
    ways: dict[str, Callable[[list[Seen], Random], list[Seen]]] = {
        "change": _change, "drop": _drop, "swap": _swap, "cut": _cut,
    }  # fmt: skip
    for n in range(TAMPERINGS):
        way = [*ways][n % len(ways)]
        told = _faults(ways[way](list(entries), random), opener, known)
        found[f"{'found' if told else 'missed'} {way}"] += 1
    return found


def _change(entries: list[Seen], random: Random) -> list[Seen]:
    """One byte of one entry is another."""
    place = random.randrange(len(entries))
    body = bytearray(entries[place].body)
    at = random.randrange(len(body))
    body[at] = (body[at] + random.randrange(1, 256)) % 256
    entries[place] = entries[place]._replace(body=bytes(body))
    return entries


def _drop(entries: list[Seen], random: Random) -> list[Seen]:
    del entries[random.randrange(len(entries))]
    return entries


def _swap(entries: list[Seen], random: Random) -> list[Seen]:
    """Two entries have each other's bytes."""
    one, other = random.sample(range(len(entries)), 2)
    a, b = entries[one], entries[other]
    entries[one], entries[other] = a._replace(body=b.body), b._replace(body=a.body)
    return entries


def _cut(entries: list[Seen], random: Random) -> list[Seen]:
    return entries[: -random.randrange(1, len(entries))]
