"""How many events a second one listener gets, how late they are, and what raising them costs.

A backlog is delivered to one listener as fast as it goes; then orders are posted at 200 a
second; then servers with events on and off take the same writes in interleaved rounds.
"""

import subprocess
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

from tests.proofs.notification_load import lags, p99, register, write
from tests.proofs.receiver import Receiver, receiving
from tests.proofs.serving import PROGRAM, Served, serving

BACKLOG = 5_000
LEAST_PER_SECOND = 500.0
RATE, AT_RATE = 200.0, 2_000
MOST_LAG = 1.0
ROUNDS, WRITES = 10, 400
MOST_COST = 1.3
FLAGS = ("--no-sample-data", "--development")


def prove(backlog: int = BACKLOG, rounds: int = ROUNDS) -> dict[str, Any]:
    """Events per second, p99 lag at the rate, and the cost of writes with events."""
    with (
        TemporaryDirectory() as folder,
        receiving() as receiver,
        serving(Path(folder), *FLAGS) as served,
    ):
        per_second = _drained(served, receiver, backlog)
        register(served, f"{receiver.url}/ok/paced")
        sleep(1.5)
        paced = write(served, AT_RATE, RATE)
        lag = p99(lags(receiver, "paced", AT_RATE))
    cost, low, high = _cost(rounds)
    return {
        "holds": per_second >= LEAST_PER_SECOND and lag < MOST_LAG and high <= MOST_COST,
        "summary": f"{per_second:.0f} events/s to one listener; p99 lag {lag * 1000:.0f} ms at"
        f" {paced.per_second:.0f} writes/s; writes cost {cost:.2f} times as much with events"
        f" ({low:.2f} to {high:.2f})",
        "events_per_second": round(per_second, 1),
        "p99_lag_ms": round(lag * 1000, 1),
        "cost_of_writes": [round(value, 3) for value in (cost, low, high)],
    }


def _drained(served: Served, receiver: Receiver, backlog: int) -> float:
    """Events per second, of a backlog that came up while the subscription was paused."""
    id = register(served, f"{receiver.url}/ok/drained")
    _operate(served, "pause", id)
    write(served, backlog)
    _operate(served, "resume", id)
    while not receiver.got("drained"):
        sleep(0.01)
    began, before = perf_counter(), len(receiver.got("drained"))
    lags(receiver, "drained", backlog)
    return (backlog - before) / (perf_counter() - began)


def _operate(served: Served, *command: str) -> None:
    store = ("--store", f"sqlite:///{served.store}")
    subprocess.run([PROGRAM, "events", *command, *store], check=True, capture_output=True)


def _cost(rounds: int) -> tuple[float, float, float]:
    """How many times as long the same writes take with events: median and 95 % interval."""
    ratios = []
    with (
        TemporaryDirectory() as one,
        TemporaryDirectory() as other,
        serving(Path(one), *FLAGS) as on,
        serving(Path(other), *FLAGS, "--no-events") as off,
    ):
        for number in range(-1, rounds):
            order = (on, off) if number % 2 else (off, on)
            speed = {served.origin: write(served, WRITES).per_second for served in order}
            if number >= 0:
                ratios.append(speed[off.origin] / speed[on.origin])
    ratios.sort()
    cut = max(0, int(len(ratios) / 2 - 1.96 * len(ratios) ** 0.5 / 2))
    return median(ratios), ratios[cut], ratios[-1 - cut]
