"""Load for the proofs of notifications: orders posted at a pace, and what is measured of it."""

import asyncio
from dataclasses import dataclass
from time import perf_counter, sleep

import httpx

from bench.data import posted
from tests.proofs.receiver import Receiver
from tests.proofs.serving import PATIENCE, Served

API = "/tmf-api/productOrderingManagement/v5"
CLIENTS = 8


@dataclass(frozen=True)
class Written:
    """How fast orders were posted: per second, and the seconds each took, sorted."""

    per_second: float
    seconds: list[float]


def register(served: Served, callback: str) -> str:
    """The id of a new subscription to all events."""
    body = {"@type": "Hub", "callback": callback}
    answer = httpx.post(f"{served.origin}{API}/hub", json=body, trust_env=False, timeout=PATIENCE)
    answer.raise_for_status()
    id: str = answer.json()["id"]
    return id


def remove(served: Served, id: str) -> None:
    """Take a subscription away."""
    httpx.delete(f"{served.origin}{API}/hub/{id}", trust_env=False).raise_for_status()


def write(served: Served, count: int, rate: float | None = None) -> Written:
    """Post orders from several clients, as fast as they go or so many a second."""
    return asyncio.run(_write(served, count, rate))


async def _write(served: Served, count: int, rate: float | None) -> Written:
    numbers, seconds = iter(range(count)), list[float]()
    began = perf_counter()

    async def client(http: httpx.AsyncClient) -> None:
        for number in numbers:
            if rate and (early := began + number / rate - perf_counter()) > 0:
                await asyncio.sleep(early)
            started = perf_counter()
            answer = await http.post("/productOrder", json=posted())
            seconds.append(perf_counter() - started)
            answer.raise_for_status()

    async with httpx.AsyncClient(
        base_url=served.origin + API, trust_env=False, timeout=PATIENCE
    ) as http:
        await asyncio.gather(*(client(http) for _ in range(CLIENTS)))
    return Written(count / (perf_counter() - began), sorted(seconds))


def lags(receiver: Receiver, name: str, count: int) -> list[float]:
    """The seconds from change to arrival of that many events, sorted, once they came."""
    began = perf_counter()
    while len(got := receiver.got(name)) < count:
        if perf_counter() - began > PATIENCE:
            raise TimeoutError(f"{len(got)} of {count} events came")
        sleep(0.1)
    return sorted(one[-1] for one in got[-count:])


def p99(ordered: list[float]) -> float:
    """The value that one in a hundred exceeds."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
