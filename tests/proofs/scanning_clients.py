"""Five hundred clients that scan, each for something else: simple requests of others do not notice.

Who is told when to come back does so.
"""

import asyncio
from functools import partial
from typing import Any

from tests.proofs.crowding import ROUNDS, clients, noticed

CLIENTS = 500
#: Orders that are looked through: each of 3 KB, of which no index knows the texts of notes.
ORDERS = 10_000
PATH = "/tmf-api/productOrderingManagement/v5/productOrder"


def prove(rounds: int = ROUNDS) -> dict[str, Any]:
    """The ratios of p99 beside scans to p99 without, round by round."""
    crowd = partial(clients, one=_scans, count=CLIENTS, connected=True)
    return noticed(crowd, f"{CLIENTS} clients that scan", rounds, before=ORDERS)


async def _scans(port: int, number: int) -> None:
    """One client that scans again as soon as it has its answer, on the same connection."""
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for turn in range(1_000_000):
                query = f"note.text.regex=n{number}.*{turn}"
                writer.write(f"GET {PATH}?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(_number(head, b"content-length"))
                await asyncio.sleep(_number(head, b"retry-after"))
            writer.close()
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(1)


def _number(head: bytes, name: bytes) -> int:
    """What a header of an answer says, 0 where it is not there."""
    return int(head.lower().partition(b"%b: " % name)[2].partition(b"\r")[0] or 0)
