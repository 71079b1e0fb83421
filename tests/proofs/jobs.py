"""Import of 100,000 records from a gzip file, ended by kill -9 half way and run on, within 200 MB.

What an export then writes is what was imported.
"""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import httpx
import orjson

from tests.proofs.bills_large import peak
from tests.proofs.serving import Served

RECORDS, MOST_MEGABYTES = 100_000, 200
#: Seconds a job may take.
LONGEST = 900.0
#: What the server adds to a record.
ADDED = ("href", "lastUpdate")
API, RESOURCE = "/tmf-api/productCatalogManagement/v5", "productOffering"


def prove(records: int = RECORDS) -> dict[str, Any]:
    """What came of the records, and the most memory a server took."""
    megabytes: list[int] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        taken, given = folder / "in.jsonl.gz", folder / "out.jsonl.gz"
        with gzip.open(taken, "wb") as file:
            file.writelines(orjson.dumps(one) + b"\n" for one in _offerings(records))
        served = _served(folder)
        try:
            id = _begun(served, "ImportJob", taken)
            killed_at = _killed(served, records)
            megabytes.append(peak(served.process.pid) // 1024)
            served.kill()
            served = _served(folder)
            jobs = [_over(served, "importJob", id)]
            jobs.append(_over(served, "exportJob", _begun(served, "ExportJob", given)))
            megabytes.append(peak(served.process.pid) // 1024)
        finally:
            served.stop()
        problems = [f"{job['status']}: {job.get('errorLog')}" for job in jobs if _failed(job)]
        problems += _differences(_offerings(records), given) if not problems else []
    return {
        "holds": not problems and 0 < killed_at < records and max(megabytes) <= MOST_MEGABYTES,
        "summary": f"{records} records imported, ended suddenly at {killed_at}, and exported again:"
        f" {max(megabytes)} MB at most, {len(problems)} problems",
        "megabytes": megabytes,
        "problems": problems[:20],
    }


def _offerings(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "id": f"offering-{number}",
            "@type": "ProductOffering",
            "name": f"Fibre {number}",
            "description": "Down and up at the same speed, with a router that is lent. " * 3,
            "version": "1.0",
            "lifecycleStatus": "Active",
            "isBundle": False,
            "isSellable": bool(number % 2),
            "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
        }


def _served(folder: Path) -> Served:
    served = Served(folder, "--no-sample-data", "--jobs-folder", str(folder))
    served.wait()
    return served


def _begun(served: Served, kind: str, file: Path) -> str:
    """The id of a new job on a file."""
    body = {
        "@type": kind,
        "url": file.as_uri(),
        "path": RESOURCE,
        "contentType": "application/gzip",
    }
    url = f"{served.origin}{API}/{kind[:1].lower()}{kind[1:]}"
    answer = httpx.post(url, json=body, trust_env=False)
    answer.raise_for_status()
    id: str = answer.json()["id"]
    return id


def _killed(served: Served, records: int) -> int:
    """How many records there are once half of them came."""
    until = monotonic() + LONGEST
    while (count := _count(served.store)) < records // 2:
        if monotonic() > until:
            raise TimeoutError(f"{count} records came")
        sleep(0.2)
    return count


def _count(store: Path) -> int:
    """The records in the store, seen or not."""
    with suppress(sqlite3.OperationalError), sqlite3.connect(store) as connection:
        collection = f"{API}/{RESOURCE}"
        rows = connection.execute("SELECT number FROM collection WHERE name = ?", (collection,))
        for (number,) in rows.fetchall():
            ((count,),) = connection.execute(f"SELECT count(*) FROM r{number}")
            return int(count)
    return 0


def _over(served: Served, name: str, id: str) -> dict[str, Any]:
    """A job when it is over."""
    until = monotonic() + LONGEST
    while monotonic() < until:
        url = f"{served.origin}{API}/{name}/{id}"
        job: dict[str, Any] = httpx.get(url, trust_env=False, timeout=60).json()
        if job["status"] in ("Succeeded", "Failed"):
            return job
        sleep(0.5)
    raise TimeoutError(f"{name} {id} is {job['status']}")


def _failed(job: dict[str, Any]) -> bool:
    return job["status"] != "Succeeded"


def _differences(wanted: Iterator[dict[str, Any]], given: Path) -> list[str]:
    """Which records a file does not give back as they were, but for what the server adds."""
    with gzip.open(given) as file:
        found = {one["id"]: one for one in map(orjson.loads, file)}
    problems = []
    for one in wanted:
        got = found.pop(one["id"], {})
        if {name: value for name, value in got.items() if name not in ADDED} != one:
            problems.append(f"{one['id']}: {got}")
    return problems + [f"{id} was never imported" for id in found]
