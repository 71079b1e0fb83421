"""A thousand orders that several clients move and cancel at once: no illegal state is ever visible,
and an order and its items always agree (L-622-R).
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.handlers.tasks.orders_at_once import try_orders

#: Runs with each policy of cancellation.
RUNS = 500
POLICIES = ("immediate", "manual")


def prove() -> dict[str, Any]:
    """Whether all runs held, and how many states were looked at."""
    with TemporaryDirectory() as folder, ProcessPoolExecutor(2, get_context("spawn")) as pool:
        homes = [Path(folder) / policy for policy in POLICIES]
        for home in homes:
            home.mkdir()
        running = [
            pool.submit(try_orders, home, "sqlite", policy, RUNS)
            for home, policy in zip(homes, POLICIES, strict=True)
        ]
        looked = sum(one.result() for one in running)
    runs = RUNS * len(POLICIES)
    return {
        "holds": looked > runs,
        "summary": f"{runs} orders moved by 4 clients at once, {looked} states seen, none illegal",
        "runs": runs,
        "states": looked,
    }
