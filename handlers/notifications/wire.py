"""HTTP/1.1 to one listener, as much of it as posting events takes.

A general client spends more than a millisecond of a core on a request, most of it on looking
after its pool; this one an eighth of that (docs/decisions/0006-a-client-of-our-own.md). It goes
to an address, follows nothing, and reads no more of an answer than it must.
"""

import asyncio
from ssl import SSLContext
from typing import cast

import httptools

#: Most bytes of an answer's body that are read to keep its connection; nobody looks at them.
MAX_ANSWER = 64 * 1024
#: Most bytes of an answer that has no body yet: its head.
MAX_HEAD = 64 * 1024
#: Seconds an idle connection is kept.
KEEP = 5.0


class BrokenOff(OSError):
    """The connection ended before the answer did."""


class Connection(asyncio.Protocol):
    """A connection that carries one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._answer: asyncio.Future[int] | None = None
        self._length = self._head = 0
        self._status = 0
        self._is_framed = False
        #: Whether it can carry another request; whether any byte of an answer came.
        self.usable = True
        self.heard = False
        self.idle_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed: the end of an answer that says neither its length nor its chunks."""
        self.usable = False
        if self._status and not self._is_framed:
            self._resolve(self._status)
        else:
            self._fail(exc or BrokenOff("the connection was closed before the answer ended"))

    def data_received(self, data: bytes) -> None:
        """Some of an answer."""
        self.heard = True
        if self._parser is None:
            self.abort()
            return
        if not self._status:
            self._head += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(BrokenOff(f"not HTTP: {error}"))
            self.abort()
        if self._head > MAX_HEAD and not self._status:
            self._fail(BrokenOff("the head of the answer is too long"))
            self.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header of the answer."""
        if name.lower() in (b"content-length", b"transfer-encoding"):
            self._is_framed = True

    def on_headers_complete(self) -> None:
        """The head of the answer is there."""
        if self._parser is not None:
            self._status = self._parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        """Some of the body: counted, not kept."""
        self._length += len(body)
        if self._length > MAX_ANSWER:
            self._resolve(self._status)
            self.abort()

    def on_message_complete(self) -> None:
        """The answer is whole, or it is only said that there will be one (1xx)."""
        if self._status < 200 or self._parser is None:
            self._status, self._is_framed = 0, False
            return
        self.usable = self.usable and self._parser.should_keep_alive()
        self._resolve(self._status)

    async def post(self, request: bytes) -> int:
        """Send a whole request; the status of the answer. Raises `OSError`."""
        if self._transport is None or not self.usable:
            raise BrokenOff("the connection is closed")
        self._parser = httptools.HttpResponseParser(self)
        self._answer = asyncio.get_running_loop().create_future()
        self._length = self._head = self._status = 0
        self._is_framed = self.heard = False
        try:
            self._transport.write(request)
            return await self._answer
        except BaseException:
            self.abort()
            raise
        finally:
            self._parser = self._answer = None

    def abort(self) -> None:
        """Close it at once."""
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    def _resolve(self, status: int) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(status)

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


class Connections:
    """The connections to one listener that can be used again.

    `tls` is None for plain HTTP; the certificate must be one of `name`.
    """

    def __init__(self, name: str, port: int, tls: SSLContext | None) -> None:
        self._name = name
        self._port = port
        self._tls = tls
        self._idle: list[Connection] = []

    async def post(self, address: str, request: bytes) -> int:
        """The status of the answer to a request. Raises `OSError`.

        A connection that was kept may turn out to be closed just then; if no byte of an answer
        came, the request is sent once more on a new one.
        """
        kept = self._take()
        if kept is not None:
            try:
                return await self._over(kept, request)
            except OSError:
                if kept.heard:
                    raise
        return await self._over(await self._connect(address), request)

    def close(self) -> None:
        """Close those that are idle."""
        while self._idle:
            self._idle.pop().abort()

    async def _over(self, connection: Connection, request: bytes) -> int:
        status = await connection.post(request)
        if connection.usable:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
        else:
            connection.abort()
        return status

    def _take(self) -> Connection | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and now - connection.idle_since < KEEP:
                return connection
            connection.abort()
        return None

    async def _connect(self, address: str) -> Connection:
        name = self._name if self._tls is not None else None
        _, connection = await asyncio.get_running_loop().create_connection(
            Connection, address, self._port, ssl=self._tls, server_hostname=name
        )
        return connection
