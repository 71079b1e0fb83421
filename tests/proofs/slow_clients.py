"""A thousand slow clients: simple requests of others do not notice.

Heads byte by byte, bodies that trickle, streams that nobody reads, kept up for the length of a
round.
"""

import asyncio
from functools import partial
from typing import Any

from tests.proofs.crowding import ROUNDS, clients, noticed

CLIENTS = 1_000
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
    crowd = partial(clients, one=_slow, count=CLIENTS, connected=True)
    return noticed(crowd, f"{CLIENTS} slow clients", rounds)


async def _slow(port: int, number: int) -> None:
    """One slow client, which begins again whenever it is turned away."""
    beginning, more = SLOW[number % len(SLOW)]
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
