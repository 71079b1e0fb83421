"""One listener that never answers and one that always fails: the others do not notice.

Rounds with and without the two are interleaved; the p99 of API writes and of the lag of a good
listener may grow at most 1.5 times (D22).
"""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any
from uuid import uuid4

from tests.proofs.notification_load import lags, p99, register, remove, write
from tests.proofs.receiver import Receiver, receiving
from tests.proofs.serving import Served, serving

ROUNDS = 16
WRITES = 1_000
RATE = 200.0
MOST = 1.5


def prove(rounds: int = ROUNDS) -> dict[str, Any]:
    """The ratios of p99, disturbed to undisturbed, round by round."""
    ratios: dict[str, list[float]] = {"writes": [], "lag": []}
    flags = ("--no-sample-data", "--development", "--workers", "2")
    with (
        TemporaryDirectory() as folder,
        receiving() as receiver,
        serving(Path(folder), *flags) as served,
    ):
        _round(served, receiver, disturbed=True)
        for number in range(rounds):
            order = (False, True) if number % 2 else (True, False)
            found = {bad: _round(served, receiver, disturbed=bad) for bad in order}
            for name, quiet, busy in zip(ratios, found[False], found[True], strict=True):
                ratios[name].append(busy / quiet)
    middle = {name: _interval(sorted(values)) for name, values in ratios.items()}
    return {
        "holds": all(high <= MOST for _, _, high in middle.values()),
        "summary": ", ".join(
            f"p99 of {name} {m:.2f} times ({low:.2f} to {high:.2f})"
            for name, (m, low, high) in middle.items()
        ),
        "ratios": {name: [round(v, 3) for v in values] for name, values in ratios.items()},
    }


def _round(served: Served, receiver: Receiver, *, disturbed: bool) -> tuple[float, float]:
    """The p99 of writes and of the lag, in seconds."""
    good = str(uuid4())
    hubs = [register(served, f"{receiver.url}/ok/{good}")]
    if disturbed:
        hubs += [register(served, f"{receiver.url}/{way}/{uuid4()}") for way in ("never", "fails")]
    sleep(1.5)  # until couriers are there
    written = write(served, WRITES, RATE)
    lag = lags(receiver, good, WRITES)
    for hub in hubs:
        remove(served, hub)
    sleep(1)
    return p99(written.seconds), p99(lag)


def _interval(ordered: list[float]) -> tuple[float, float, float]:
    """The median and its 95 % interval by order statistics."""
    cut = max(0, int(len(ordered) / 2 - 1.96 * len(ordered) ** 0.5 / 2))
    return median(ordered), ordered[cut], ordered[-1 - cut]
