"""`tmf-apis copy` of many records both ways: equal checksums, also when it is killed half way."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import orjson
from pymongo import MongoClient

from handlers.mirroring import collection_for
from persistence.mongo.names import collection_name
from persistence.opening import open_store
from persistence.store import Collection, Draft, Event, Scope
from tests.persistence.mongo_server import MongoServer
from tmf_apis.catalog import built_in
from tmf_apis.rules.lookup import rules_of

RECORDS = int(os.environ.get("TMF_PROOF_RECORDS", "50000"))
EVENTS = 500
API, RESOURCE = "/tmf-api/productOrderingManagement/v4", "productOrder"


def prove() -> dict[str, Any]:
    """The records copied, the seconds it took, and whether all checksums are equal."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        first, last = f"sqlite:///{folder}/first.db", f"sqlite:///{folder}/last.db"
        asyncio.run(_fill(first))
        mongo = MongoServer(folder, "--sync-on-commit", storage=str(folder / "data"))
        mongo.start()
        middle = f"{mongo.url}/tmf"
        try:
            killed = _killed_half_way(first, middle)
            there, seconds_there = _copied(first, middle)
            back, seconds_back = _copied(middle, last)
        finally:
            mongo.stop()
    holds = there == back and there.get(f"{API}/{RESOURCE}", ("", ""))[0] == str(RECORDS)
    return {
        "holds": holds and 0 < killed < RECORDS,
        "summary": f"{RECORDS} records and {EVENTS} events: to MongoDB killed after {killed} and"
        f" gone on with in {seconds_there:.0f} s, back in {seconds_back:.0f} s; checksums"
        f" {'equal' if there == back else 'DIFFER'}",
        "checksums": there,
    }


def _collection() -> Collection:
    api = next(api for api in built_in() if api.base_path == API)
    resource = api.resource(RESOURCE)
    return collection_for(api.base_path, resource, rules_of(api, resource))


async def _fill(url: str) -> None:
    store, collection = open_store(url), _collection()
    await store.open([collection])
    try:
        await store.load(collection, [_draft(n) for n in range(RECORDS - EVENTS)], Scope())
        for number in range(RECORDS - EVENTS, RECORDS):
            made = Event("ProductOrderCreateEvent", b"{}")
            await store.create(collection, _draft(number), Scope(), [made])
    finally:
        await store.close()


def _draft(number: int) -> Draft:
    document = {
        "id": f"order-{number}",
        "state": ("acknowledged", "completed")[number % 2],
        "orderDate": f"2024-02-{number % 28 + 1:02}T12:00:00.{number % 1000:03}Z",
        "productOrderItem": [{"id": "1", "action": "add", "productOffering": {"id": f"{number}"}}],
        "@type": "ProductOrder",
    }
    return Draft(document["id"], document, orjson.dumps(document))


def _command(source: str, target: str) -> list[str]:
    program = str(Path(sys.executable).with_name("tmf-apis"))
    return [program, "copy", "--from", source, "--to", target]


def _killed_half_way(source: str, target: str) -> int:
    """How many records the target has once the copy was killed."""
    copying = subprocess.Popen(_command(source, target), stderr=subprocess.DEVNULL)
    until = monotonic() + 300
    while _count(target) < RECORDS // 4 and monotonic() < until:
        sleep(0.5)
    copying.kill()
    copying.wait()
    return _count(target)


def _count(url: str) -> int:
    with MongoClient(url) as client:
        records = client.get_default_database()[collection_name(f"{API}/{RESOURCE}")]
        return records.estimated_document_count()


def _copied(source: str, target: str) -> tuple[dict[str, tuple[str, str]], float]:
    """The count and checksum of each collection, as the command prints them, and its seconds."""
    began = monotonic()
    done = subprocess.run(_command(source, target), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = re.findall(r"^(\S+) +(\d+) +([0-9a-f]{32})$", done.stdout, re.MULTILINE)
    return {name: (count, digest) for name, count, digest in rows}, monotonic() - began
