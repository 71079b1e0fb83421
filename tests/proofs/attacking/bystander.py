"""Somebody who has nothing to do with it: asks whether the server is there, and writes."""

import asyncio
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

import httpx

from bench.data import posted

#: Seconds between two requests of each kind.
PERIOD = 0.02
ORDERS = "/tmf-api/productOrderingManagement/v5/productOrder"


def watch(origin: str, until_told: Connection) -> None:
    """Ask and write until told to end; then tell the seconds of each, by its method, and what was
    not answered as it should be.
    """
    until_told.send(asyncio.run(_watched(origin, until_told)))


async def _watched(origin: str, until_told: Connection) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {"GET": [], "POST": []}
    faults: list[str] = []
    shed = 0
    running: set[asyncio.Task[None]] = set()

    async def one(http: httpx.AsyncClient, method: str, path: str, body: Any) -> None:
        nonlocal shed
        started = perf_counter()
        try:
            answer = await http.request(method, path, json=body)
        except httpx.HTTPError as error:
            faults.append(f"{method} {path}: {error!r}")
            return
        seconds[method].append(perf_counter() - started)
        shed += answer.status_code == 503
        if answer.status_code not in (200, 201, 503):
            faults.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
    async with httpx.AsyncClient(
        base_url=origin, trust_env=False, timeout=30, limits=limits
    ) as http:
        body = posted()
        while not until_told.poll():
            began = perf_counter()
            for ask in (("GET", "/health", None), ("POST", ORDERS, body)):
                task = asyncio.create_task(one(http, *ask))
                running.add(task)
                task.add_done_callback(running.discard)
            await asyncio.sleep(max(0, PERIOD - (perf_counter() - began)))
        await asyncio.gather(*running)
    told = {method: sorted(each) for method, each in seconds.items()}
    return {"seconds": told, "faults": faults, "shed": shed}
