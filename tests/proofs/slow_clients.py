"""A thousand slow clients: simple requests of others do not notice.

Heads byte by byte, bodies that trickle, streams that nobody reads, kept up for the length of a
round. Rounds with and without them are interleaved; the p99 of others may grow at most three times.
"""

import asyncio
import os
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

from tests.proofs.notification_load import p99, write
from tests.proofs.serving import Served, serving

ROUNDS = 8
CLIENTS = 1_000
WRITES, RATE = 1_000, 100.0
MOST_TIMES, MOST_MEGABYTES = 3.0, 400.0
#: Open files of one process: one for each client, and some.
FILES = 4_096
PATH = b"/tmf-api/productOrderingManagement/v5/productOrder"
#: How requests begin, and what follows them bit by bit.
SLOW = (
    (b"GET / HTTP/1.1\r\nHost: x\r\nA: ", b"a"),
    (b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n" % PATH, b" "),
    (b"POST %b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" % PATH, b"1\r\n \r\n"),
    (b"GET /events/stream HTTP/1.1\r\nHost: x\r\n\r\n", b""),
)


def prove(rounds: int = ROUNDS) -> dict[str, Any]:
    """The ratios of p99 with slow clients to p99 without, round by round."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, most), most))
    ratios, megabytes = [], 0.0
    with TemporaryDirectory() as folder, serving(Path(folder), "--no-sample-data") as served:
        write(served, WRITES)
        for number in range(rounds):
            found = {}
            for slow in (False, True) if number % 2 else (True, False):
                with _slow_clients(served, CLIENTS if slow else 0):
                    found[slow] = p99(write(served, WRITES, RATE).seconds)
                    megabytes = max(megabytes, _resident(served))
            ratios.append(found[True] / found[False])
    middle = median(ratios)
    return {
        "holds": middle <= MOST_TIMES and megabytes <= MOST_MEGABYTES,
        "summary": f"p99 of writes {middle:.2f} times with {CLIENTS} slow clients,"
        f" {megabytes:.0f} MB at most",
        "ratios": [round(ratio, 3) for ratio in ratios],
        "megabytes": round(megabytes, 1),
    }


@contextmanager
def _slow_clients(served: Served, count: int) -> Iterator[None]:
    """So many slow clients in a process of their own, once they are there."""
    process = get_context("spawn").Process(target=_run, args=(served.port, count), daemon=True)
    process.start()
    try:
        while _files(served) < count:
            sleep(0.1)
        yield
    finally:
        process.kill()
        process.join()


def _run(port: int, count: int) -> None:
    async def all_of_them() -> None:
        await asyncio.gather(*(_slow(port, *SLOW[n % len(SLOW)]) for n in range(count)))

    asyncio.run(all_of_them())


async def _slow(port: int, beginning: bytes, more: bytes) -> None:
    """One slow client, which begins again whenever it is turned away."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            writer.write(beginning)
            for _ in range(20):
                await asyncio.sleep(1)
                writer.write(more)
                await writer.drain()
            writer.close()
        except OSError:
            await asyncio.sleep(1)


def _files(served: Served) -> int:
    """How many files, sockets among them, the server has open."""
    return len(os.listdir(f"/proc/{served.process.pid}/fd"))


def _resident(served: Served) -> float:
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else float("inf")
