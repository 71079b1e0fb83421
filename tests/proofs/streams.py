"""A thousand streams of events that are read as fast as they come: simple requests of others do
not notice, though each of their writes goes to all of these.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any

from tests.proofs.crowding import ROUNDS, files, in_a_process, noticed
from tests.proofs.serving import Served

STREAMS = 1_000


def prove(rounds: int = ROUNDS) -> dict[str, Any]:
    """The ratios of p99 beside streams to p99 without, round by round."""
    return noticed(_crowd, f"{STREAMS} streams", rounds)


@contextmanager
def _crowd(served: Served) -> Iterator[None]:
    """Readers of streams in a process of their own, once they are there."""
    with in_a_process(_run, served.port):
        while files(served) < STREAMS:
            sleep(0.1)
        yield


def _run(port: int) -> None:
    async def all_of_them() -> None:
        await asyncio.gather(*(_reader(port) for _ in range(STREAMS)))

    asyncio.run(all_of_them())


async def _reader(port: int) -> None:
    """One stream, begun again whenever it ends."""
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            while await reader.read(1 << 18):
                pass
            writer.close()
        except OSError:
            await asyncio.sleep(1)
