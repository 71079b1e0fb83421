"""A thousand subscriptions that nothing concerns cost next to nothing.

Without events a server with them uses hardly any processor and writes nothing to the disk. With
events of other kinds writers are as fast as on a server without subscriptions, in interleaved
rounds.
"""

import os
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any, NamedTuple

import httpx

from tests.proofs.notification_load import API, write
from tests.proofs.serving import PATIENCE, Served, serving

SUBSCRIPTIONS = 1_000
SECONDS = 20.0
MOST_CPU = 2.0
ROUNDS, WRITES = 10, 300
MOST_COST = 1.15
FLAGS = ("--no-sample-data", "--development")
#: Nothing of the load of this proof is of this kind.
QUERY = "eventType=ProductOrderDeleteEvent"


class Used(NamedTuple):
    """What the processes of a server used so far: seconds of processors, and bytes written."""

    seconds: float
    written: int


def prove(subscriptions: int = SUBSCRIPTIONS, rounds: int = ROUNDS) -> dict[str, Any]:
    """The processor time and the writes of an idle server, and what writers pay."""
    with (
        TemporaryDirectory() as one,
        TemporaryDirectory() as other,
        serving(Path(one), *FLAGS) as crowded,
        serving(Path(other), *FLAGS) as empty,
    ):
        _register(crowded, subscriptions)
        sleep(5)
        before = _used(crowded)
        sleep(SECONDS)
        after = _used(crowded)
        cost, low, high = _cost(crowded, empty, rounds)
    cpu = 100 * (after.seconds - before.seconds) / SECONDS
    written = after.written - before.written
    return {
        "holds": cpu < MOST_CPU and written == 0 and low <= MOST_COST,
        "summary": f"{subscriptions} idle subscriptions: {cpu:.1f} % of a processor,"
        f" {written} bytes written in {SECONDS:.0f} s; writes take {cost:.2f} times as long"
        f" ({low:.2f} to {high:.2f})",
        "cpu_percent": round(cpu, 2),
        "bytes_written": written,
        "cost_of_writes": [round(value, 3) for value in (cost, low, high)],
    }


def _register(served: Served, count: int) -> None:
    with httpx.Client(base_url=served.origin, trust_env=False, timeout=PATIENCE) as client:
        for number in range(count):
            body = {"@type": "Hub", "callback": f"http://127.0.0.1:9/{number}", "query": QUERY}
            client.post(f"{API}/hub", json=body).raise_for_status()


def _cost(crowded: Served, empty: Served, rounds: int) -> tuple[float, float, float]:
    """How many times as long the same writes take: median and 95 % interval."""
    ratios = []
    for number in range(-1, rounds):
        order = (crowded, empty) if number % 2 else (empty, crowded)
        speed = {served.origin: write(served, WRITES).per_second for served in order}
        if number >= 0:
            ratios.append(speed[empty.origin] / speed[crowded.origin])
    ratios.sort()
    cut = max(0, int(len(ratios) / 2 - 1.96 * len(ratios) ** 0.5 / 2))
    return median(ratios), ratios[cut], ratios[-1 - cut]


def _used(served: Served) -> Used:
    """What a server and the processes it began used, as Linux counts it."""
    seconds, written = 0, 0
    for process in _tree(served.process.pid):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        seconds += int(fields[11]) + int(fields[12])
        told = dict(
            line.split(": ") for line in Path(f"/proc/{process}/io").read_text().splitlines()
        )
        written += int(told["write_bytes"])
    return Used(seconds / os.sysconf("SC_CLK_TCK"), written)


def _tree(root: int) -> list[int]:
    """A process and all below it."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(folder.name)] = int(fields[1])
    found, began = [root], monotonic()
    for process in found:
        found += [child for child, parent in parents.items() if parent == process]
        assert monotonic() - began < PATIENCE
    return found
