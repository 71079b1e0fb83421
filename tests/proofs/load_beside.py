"""A load of 200,000 records beside a server, a worker of which is killed in the middle of it.

Others read and write meanwhile and are not held up; of the load nobody sees anything before all of
it. A second load, which is killed itself, leaves nothing.
"""

import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import httpx
import orjson

from tests.proofs.notification_load import p99
from tests.proofs.processes import within, workers
from tests.proofs.serving import PATIENCE, PROGRAM, ROOT, Served, serving

RECORDS = 200_000
API, VERSION, RESOURCE = "TMF629", "v5", "customer"
PATH = f"/tmf-api/customerManagement/{VERSION}/{RESOURCE}"
#: A process is killed when a load is under way for one second in so many records.
RATE = 25_000
#: Seconds between two rounds of reads and a write; and that a write may take, one time in a
#: hundred and at most.
PERIOD = 0.05
P99, LONGEST = 0.25, 2.0
#: Seconds that a load may take, and that what a killed one left may stay.
PATIENCE_WITH_LOAD, SWEPT = 400.0, 150.0


@dataclass
class Seen:
    """What somebody saw who was there."""

    writes: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    made: int = 0
    #: How many records there were beside those that were made here.
    totals: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def prove(records: int = RECORDS) -> dict[str, Any]:
    """What others saw of a load, and what became of it, of a worker, and of one that was killed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with serving(folder, "--workers", "2", "--no-sample-data") as served:
            seen = Seen()
            began = monotonic()
            loading = _load(folder, served, "whole", records)
            _watch(served, seen, loading, began + records / RATE, victim=min(workers(served)))
            took, code = monotonic() - began, loading.returncode
            _look(served, seen)
            whole = code == 0 and seen.totals == {0, records}
            again = _load(folder, served, "killed", records)
            _watch(served, seen, again, monotonic() + records / RATE, victim=again.pid)
            left = _left(served)
            back = within(PATIENCE, lambda: len(workers(served)) == 2)
            _look(served, seen)
            none = seen.totals == {0, records} and left == 0
    writes, reads = sorted(seen.writes), sorted(seen.reads)
    holds = p99(writes) <= P99 and writes[-1] <= LONGEST and not seen.faults
    return {
        "holds": whole and none and back and holds,
        "summary": f"{records} records loaded in {took:.0f} s beside {seen.made} writes of others,"
        f" of which p99 took {p99(writes) * 1000:.0f} ms and the longest {writes[-1] * 1000:.0f} ms"
        f" (reads {p99(reads) * 1000:.0f} and {reads[-1] * 1000:.0f} ms), although a worker was"
        f" killed, which came {'' if back else 'not '}back; of a load that was killed"
        f" {left} records stayed",
        "totals": sorted(seen.totals),
        "faults": seen.faults[:20],
    }


def _load(folder: Path, served: Served, prefix: str, records: int) -> subprocess.Popen[bytes]:
    """A load that has begun."""
    file = folder / f"{prefix}.jsonl"
    with file.open("wb") as lines:
        for number in range(records):
            lines.write(orjson.dumps(customer(f"{prefix}-{number}")) + b"\n")
    return subprocess.Popen(
        [PROGRAM, "load", "--api", API, "--version", VERSION, "--resource", RESOURCE, str(file)],
        env=os.environ | {"TMF_STORE": f"sqlite:///{served.store}"},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )


def customer(id: str) -> dict[str, Any]:
    """The body of a small record."""
    party = {"@type": "PartyRef", "@referredType": "Individual", "id": f"p-{id}", "name": id}
    return {
        "@type": "Customer", "id": id, "name": f"Customer {id}", "status": "approved",
        "engagedParty": party,
    }  # fmt: skip


def _watch(
    served: Served, seen: Seen, load: subprocess.Popen[bytes], when: float, *, victim: int
) -> None:
    """Read and write until a load has ended; at some moment a process is killed."""
    until, killed = monotonic() + PATIENCE_WITH_LOAD, False
    while load.poll() is None and monotonic() < until:
        _look(served, seen)
        if not killed and monotonic() >= when:
            os.kill(victim, signal.SIGKILL)
            killed = True
        sleep(PERIOD)
    if load.poll() is None:
        load.kill()
        load.wait()
        seen.faults.append("the load did not end")
    elif not killed:
        seen.faults.append("the load ended before anything was killed")


def _look(served: Served, seen: Seen) -> None:
    """One write and one look at how many records there are."""
    body = {name: value for name, value in customer("x").items() if name != "id"}
    for method, json, times in (("POST", body, seen.writes), ("GET", None, seen.reads)):
        began = monotonic()
        answer = _asked(served, method, json)
        times.append(monotonic() - began)
        if answer.is_error:
            seen.faults.append(f"{method}: {answer.status_code} {answer.text[:200]}")
        elif method == "POST":
            seen.made += 1
        else:
            seen.totals.add(int(answer.headers["x-total-count"]) - seen.made)


def _asked(served: Served, method: str, json: Any) -> httpx.Response:
    """An answer on a connection of its own, so that no end of a worker is in the way of another."""
    params = {"limit": 0} if method == "GET" else {}
    with httpx.Client(trust_env=False, timeout=PATIENCE, verify=False) as http:
        return http.request(method, served.origin + PATH, json=json, params=params)


def _left(served: Served) -> int:
    """How many records of the load that was killed are still there, which nobody sees."""
    until, left = monotonic() + SWEPT, 1
    with closing(sqlite3.connect(served.store)) as store:
        (number,) = store.execute(
            "SELECT number FROM collection WHERE name = ?", (PATH,)
        ).fetchone()
        while left and monotonic() < until:
            sleep(1)
            rows = f"SELECT count(*) FROM r{number} WHERE id LIKE 'killed-%'"
            (left,) = store.execute(rows).fetchone()
    return int(left)
