"""A thousand streams of events that are read as fast as they come: simple requests of others do
not notice, though each of their writes goes to all of these.
"""

import asyncio
from functools import partial
from typing import Any

from tests.proofs.crowding import ROUNDS, clients, noticed

STREAMS = 1_000


def prove(rounds: int = ROUNDS) -> dict[str, Any]:
    """The ratios of p99 beside streams to p99 without, round by round."""
    crowd = partial(clients, one=_reader, count=STREAMS, connected=True)
    return noticed(crowd, f"{STREAMS} streams", rounds)


async def _reader(port: int, _number: int) -> None:
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
