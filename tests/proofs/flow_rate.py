"""How many orders a second one worker carries out, from the order to its rates, on SQLite.

The orders are those of the proof `flow`, with all that they become; the first is posted when the
clock starts, and the last is completed when it stops. The processor time of an order tells more
than the clock where others use the machine.
"""

import asyncio
import os
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import httpx

from tests.handlers.flow import ordering as paths
from tests.proofs.flow import LONGEST, offerings
from tests.proofs.serving import Served

ORDERS, CLIENTS = 500, 8
LEAST_A_SECOND = 20.0
_TICKS = os.sysconf("SC_CLK_TCK")
_OURS = f"{paths.ORDERS}?id.regex=^rate-&limit=0"


def prove(orders: int = ORDERS) -> dict[str, Any]:
    """How long so many orders took, and how much processor time each."""
    with TemporaryDirectory() as name:
        served = Served(Path(name), "--flow", "--development")
        try:
            served.wait()
            before, began = _busy(served), monotonic()
            posted = asyncio.run(_ordered(served, orders))
            seconds, busy = monotonic() - began, _busy(served) - before
            with httpx.Client(base_url=served.origin, trust_env=False, timeout=60) as client:
                completed = _count(client, "completed")
        finally:
            served.stop()
    rate = orders / seconds
    return {
        "holds": completed == orders and rate >= LEAST_A_SECOND,
        "summary": f"{completed} of {orders} orders completed, {rate:.1f} a second (all taken after"
        f" {posted:.1f} s); {1_000 * busy / orders:.1f} ms of processor time an order",
        "per_second": round(rate, 1),
        "milliseconds": round(1_000 * busy / orders, 1),
    }


async def _ordered(served: Served, orders: int) -> float:
    """Have orders carried out; the seconds until all were taken."""
    random, numbers, began = Random(18), iter(range(orders)), monotonic()
    async with httpx.AsyncClient(
        base_url=served.origin, trust_env=False, timeout=LONGEST
    ) as client:

        async def ask() -> None:
            for number in numbers:
                wanted = enumerate(offerings(random), 1)
                items = [paths.added(str(place), one) for place, one in wanted]
                body = paths.order_of(*items, id=f"rate-{number}")
                (await client.post(paths.ORDERS, json=body)).raise_for_status()

        await asyncio.gather(*(ask() for _ in range(CLIENTS)))
    taken = monotonic() - began
    with httpx.Client(base_url=served.origin, trust_env=False, timeout=LONGEST) as client:
        while _count(client, "acknowledged,inProgress"):
            if monotonic() - began > LONGEST:
                raise TimeoutError("orders are stuck")
            sleep(0.2)
    return taken


def _count(client: httpx.Client, states: str) -> int:
    return int(client.get(f"{_OURS}&state={states}").headers["X-Total-Count"])


def _busy(served: Served) -> float:
    """Seconds of processor time of the server so far."""
    fields = Path(f"/proc/{served.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
