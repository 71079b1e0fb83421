"""A wire to a MongoDB server on which commands and replies are changed, held back or lost.

So a test sees what another server than that of the tests would say, as it is documented, and how
long it would take.
"""

import asyncio
import struct
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import bson

Document = dict[str, Any]
#: What becomes of a reply to a command: another one, or the same.
Answer = Callable[[Document, Document], Document | Awaitable[Document]]
#: What becomes of a command on its way: another one, or the same.
Ask = Callable[[Document], Document]

_HEADER = struct.Struct("<iiii")
_OP_MSG = 2013


class Relay:
    """Stands between clients and a server; its `url` names the same database."""

    def __init__(self, url: str, answer: Answer, port: int = 0, ask: Ask | None = None) -> None:
        self.answer = answer
        self.ask = ask
        self._port = port
        self._server = urlsplit(url)
        self._loop = asyncio.new_event_loop()
        self._listening: asyncio.Server | None = None
        self._ways: set[asyncio.Task[None]] = set()
        self._thread = Thread(target=self._loop.run_forever, name="relay")

    @property
    def url(self) -> str:
        """The URL of the server by way of this relay, which it does not know of."""
        assert self._listening is not None
        port = self._listening.sockets[0].getsockname()[1]
        users = self._server.netloc.rpartition("@")[0]
        netloc = f"{users}@127.0.0.1:{port}".lstrip("@")
        query = f"{self._server.query}&directConnection=true".lstrip("&")
        return self._server._replace(netloc=netloc, query=query).geturl()

    def start(self) -> None:
        self._thread.start()
        listening = asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._listening = asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stopped(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _stopped(self) -> None:
        assert self._listening is not None
        self._listening.close()
        for way in self._ways:
            way.cancel()
        while self._ways:
            await asyncio.sleep(0.01)

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        host, _, port = self._server.netloc.rpartition("@")[2].partition(":")
        server, to_server = await asyncio.open_connection(host, int(port or 27017))
        asked: dict[int, Document] = {}
        ways = {
            asyncio.create_task(self._commands(client, to_server, asked)),
            asyncio.create_task(self._replies(server, to_client, asked)),
        }
        self._ways |= ways
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for writer in (to_client, to_server):
            writer.close()
        await asyncio.gather(*ways, return_exceptions=True)
        self._ways -= ways

    async def _commands(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: dict[int, Document]
    ) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                header, body = await _message(reader)
                asked[header[1]] = command = _document(body) if header[3] == _OP_MSG else {}
                if command and self.ask is not None:
                    body = body[:5] + bson.encode(self.ask(command))
                    header = (_HEADER.size + len(body), *header[1:])
                writer.write(_HEADER.pack(*header) + body)
                await writer.drain()

    async def _replies(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: dict[int, Document]
    ) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                header, body = await _message(reader)
                command = asked.pop(header[2], {})
                if header[3] == _OP_MSG and command:
                    answer = self.answer(command, _document(body))
                    reply = answer if isinstance(answer, dict) else await answer
                    body = body[:5] + bson.encode(reply)
                    header = (_HEADER.size + len(body), *header[1:])
                writer.write(_HEADER.pack(*header) + body)
                await writer.drain()


async def _message(reader: asyncio.StreamReader) -> tuple[tuple[int, ...], bytes]:
    header = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    return header, await reader.readexactly(header[0] - _HEADER.size)


def _document(body: bytes) -> Document:
    """The document of a message, behind its flags, with what follows it in sections of its own."""
    (size,) = struct.unpack_from("<i", body, 5)
    document: Document = bson.decode(body[5 : 5 + size])
    begin = 5 + size
    while begin < len(body):  # The kind, the length, the name up to a NUL, documents.
        (size,) = struct.unpack_from("<i", body, begin + 1)
        name, _, documents = body[begin + 5 : begin + 1 + size].partition(b"\0")
        document[name.decode()] = bson.decode_all(documents)
        begin += 1 + size
    return document


@contextmanager
def relayed(url: str, answer: Answer, port: int = 0) -> Iterator[str]:
    """The URL of a database by way of a relay, for as long as the block lasts."""
    relay = Relay(url, answer, port)
    relay.start()
    try:
        yield relay.url
    finally:
        relay.stop()
