"""A thousand subscriptions to everything: simple requests of others do not notice, though each of
their writes is to be delivered a thousand times.
"""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any

import httpx

from tests.proofs.crowding import ROUNDS, in_a_process, noticed
from tests.proofs.notification_load import API
from tests.proofs.serving import PATIENCE, Served, free_port

SUBSCRIPTIONS, CLIENTS = 1_000, 8


def prove(rounds: int = ROUNDS) -> dict[str, Any]:
    """The ratios of p99 beside subscriptions to p99 without, round by round."""
    who = f"{SUBSCRIPTIONS} subscriptions"
    return noticed(_crowd, who, rounds, ["--development"], anew=True)


@contextmanager
def _crowd(served: Served) -> Iterator[None]:
    """Subscriptions whose listener takes all it is sent, for as long as the block lasts."""
    port = free_port()
    with in_a_process(_listen, port):
        while not _listens(port):
            sleep(0.1)
        asyncio.run(_register(served, port))
        yield


def _listen(port: int) -> None:
    async def all_of_it() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(_Listener, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(all_of_it())


class _Listener(asyncio.Protocol):
    """Answers each request, of which it looks at the length alone."""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._read = bytearray()

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            at = self._read.index(b"content-length: ") + len(b"content-length: ")
            whole = end + 4 + int(self._read[at : self._read.index(b"\r\n", at)])
            if len(self._read) < whole:
                return
            del self._read[:whole]
            self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def _register(served: Served, port: int) -> None:
    left = iter(range(SUBSCRIPTIONS))

    async def client(http: httpx.AsyncClient) -> None:
        for number in left:
            body = {"@type": "Hub", "callback": f"http://127.0.0.1:{port}/{number}"}
            (await http.post("/hub", json=body)).raise_for_status()

    async with httpx.AsyncClient(
        base_url=served.origin + API, trust_env=False, timeout=PATIENCE
    ) as http:
        await asyncio.gather(*(client(http) for _ in range(CLIENTS)))
