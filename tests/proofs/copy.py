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

from pymongo import MongoClient

from handlers.services import services
from persistence.mongo.names import collection_name
from persistence.opening import open_store
from persistence.store import Event, Scope
from tests.faced import draft_of
from tests.persistence.mongo_server import MongoServer, database_url
from tmf_apis.catalog import built_in
from tmf_apis.settings import Settings

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
        middle = database_url(mongo.url, "tmf")
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


async def _fill(url: str) -> None:
    store, settings = open_store(url), Settings(store=url)
    served = services(tuple(built_in()), store, settings)
    name = f"{API}/{RESOURCE}"
    service = next(each for each in served if each.collection.name == name)
    await store.open([service.collection, service.twin.collection])
    orders = [draft_of(service, _order(number)) for number in range(RECORDS)]
    try:
        await store.load(service.collection, orders[:-EVENTS], Scope())
        for order in orders[-EVENTS:]:
            made = Event("ProductOrderCreateEvent", b"{}")
            await store.create(service.collection, order, Scope(), [made])
    finally:
        await store.close()


def _order(number: int) -> dict[str, object]:
    return {
        "id": f"order-{number}",
        "state": ("acknowledged", "completed")[number % 2],
        "orderDate": f"2024-02-{number % 28 + 1:02}T12:00:00.{number % 1000:03}Z",
        "productOrderItem": [{"id": "1", "action": "add", "productOffering": {"id": f"{number}"}}],
        "@type": "ProductOrder",
    }


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
