"""Whether anybody notices a crowd: how long simple requests of others take with it and without.

Rounds with and without the crowd are interleaved, since a machine has other things to do as well;
the p99 of others may grow at most three times.
"""

import asyncio
import os
import re
import resource
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

import httpx

from bench.data import posted
from tests.proofs.notification_load import API, p99
from tests.proofs.serving import PATIENCE, Served, serving

ROUNDS = 8
#: Requests of a round, how many come in a second, and from how many clients; one in so many writes.
REQUESTS, RATE, OTHERS, WRITES = 800, 100.0, 8, 4
#: Records that are read.
READ = 100
MOST_TIMES, MOST_MEGABYTES = 3.0, 400.0
#: Open files of one process: one for each of a crowd, and some.
FILES = 4_096
#: How much a crowd gives way to those who are measured: it may be slow, they may not.
_NICE = 15

Crowd = Callable[[Served], AbstractContextManager[None]]
#: What one client of a crowd does without end, by the port of the server and its own number.
Client = Callable[[int, int], Coroutine[Any, Any, None]]


@dataclass
class Waits:
    """The seconds that reads and writes of others took."""

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)

    def p99s(self) -> dict[str, float]:
        """The p99 of each, by its name."""
        return {name: p99(sorted(seconds)) for name, seconds in vars(self).items()}


def noticed(
    crowd: Crowd,
    who: str,
    rounds: int = ROUNDS,
    flags: Sequence[str] = (),
    before: int = READ,
    *,
    anew: bool = False,
) -> dict[str, Any]:
    """The result of a proof: the ratios of the p99 of others beside a crowd to those without.

    The crowd is there while its context lasts; `before` is how many orders there are. One that
    leaves much to do behind has a server of its own, `anew` in each round.
    """
    _allow_files()
    ratios: dict[str, list[float]] = {"reads": [], "writes": []}
    megabytes = 0.0
    with _prepared(flags, before) as (served, ids):
        asyncio.run(_others(served, ids))
        for number in range(rounds):
            found = {}
            for crowded in (False, True) if number % 2 else (True, False):
                with ExitStack() as stack:
                    there = (served, ids)
                    if crowded and anew:
                        there = stack.enter_context(_prepared(flags, before, kill=True))
                    if crowded:
                        stack.enter_context(crowd(there[0]))
                    found[crowded] = asyncio.run(_others(*there)).p99s()
                    if crowded:
                        megabytes = max(megabytes, _resident(there[0]))
            for name, values in ratios.items():
                values.append(found[True][name] / found[False][name])
    middle = {name: median(values) for name, values in ratios.items()}
    told = ", ".join(f"of {name} {times:.2f} times" for name, times in middle.items())
    return {
        "holds": max(middle.values()) <= MOST_TIMES and megabytes <= MOST_MEGABYTES,
        "summary": f"p99 {told} as long beside {who}; {megabytes:.0f} MB at most",
        "ratios": {name: [round(one, 3) for one in values] for name, values in ratios.items()},
        "megabytes": round(megabytes, 1),
    }


@contextmanager
def _prepared(
    flags: Sequence[str], before: int, *, kill: bool = False
) -> Iterator[tuple[Served, list[str]]]:
    """A server with so many orders, and the ids of some."""
    with (
        TemporaryDirectory() as folder,
        serving(Path(folder), "--no-sample-data", *flags) as served,
    ):
        yield served, asyncio.run(_written(served, before))[:READ]
        if kill:
            served.kill()


@contextmanager
def in_a_process(work: Callable[..., None], *arguments: Any) -> Iterator[None]:
    """A crowd that does some work in a process of its own, behind all others."""
    process = get_context("spawn").Process(target=_giving_way, args=(work, *arguments), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


@contextmanager
def clients(served: Served, one: Client, count: int, *, connected: bool = False) -> Iterator[None]:
    """So many clients in a process of their own; such as stay `connected`, once all are there."""
    with in_a_process(_all, one, served.port, count):
        while connected and _files(served) < count:
            sleep(0.1)
        yield


def _all(one: Client, port: int, count: int) -> None:
    async def all_of_them() -> None:
        await asyncio.gather(*(one(port, number) for number in range(count)))

    asyncio.run(all_of_them())


def _files(served: Served) -> int:
    """How many files, sockets among them, the server has open."""
    return len(os.listdir(f"/proc/{served.process.pid}/fd"))


def _giving_way(work: Callable[..., None], *arguments: Any) -> None:
    os.nice(_NICE)
    _allow_files()
    work(*arguments)


def _allow_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, most), most))


async def _written(served: Served, count: int) -> list[str]:
    """The ids of so many new orders."""
    left, ids = iter(range(count)), list[str]()

    async def client(http: httpx.AsyncClient) -> None:
        for _ in left:
            answer = await http.post("/productOrder", json=posted())
            answer.raise_for_status()
            ids.append(answer.json()["id"])

    async with _http(served) as http:
        await asyncio.gather(*(client(http) for _ in range(OTHERS)))
    return ids


async def _others(served: Served, ids: Sequence[str]) -> Waits:
    """What others waited who read and write one order at a time, so many in a second."""
    numbers, waits, body = iter(range(REQUESTS)), Waits(), posted()
    began = perf_counter()

    async def client(http: httpx.AsyncClient) -> None:
        for number in numbers:
            if (early := began + number / RATE - perf_counter()) > 0:
                await asyncio.sleep(early)
            started = perf_counter()
            if number % WRITES:
                answer = await http.get(f"/productOrder/{ids[number % len(ids)]}")
                waits.reads.append(perf_counter() - started)
            else:
                answer = await http.post("/productOrder", json=body)
                waits.writes.append(perf_counter() - started)
            answer.raise_for_status()

    async with _http(served) as http:
        await asyncio.gather(*(client(http) for _ in range(OTHERS)))
    return waits


def _http(served: Served) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=served.origin + API, trust_env=False, timeout=PATIENCE)


def _resident(served: Served) -> float:
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else float("inf")
