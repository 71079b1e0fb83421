"""Talking HTTP byte by byte: one connection, answers as they come."""

import gzip
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from tests.handlers.serving import PATIENCE

#: A POST of three bytes, and a GET, as short as they may be.
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@dataclass(frozen=True)
class Heard:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """What the body says, unzipped if it came in gzip."""
        zipped = self.headers.get("content-encoding") == "gzip"
        return orjson.loads(gzip.decompress(self.body) if zipped else self.body)

    def error(self) -> tuple[int, str]:
        """The status and the code of an answer that is an `Error` as it should be."""
        found = orjson.loads(self.body)
        assert found["@type"] == "Error"
        assert found["status"] == str(self.status)
        assert found["message"].endswith(".")
        assert self.headers["content-type"] == "application/json"
        return self.status, found["code"]


@dataclass
class Talk:
    """A connection to a server."""

    wire: socket.socket
    _heard: bytearray = field(default_factory=bytearray)

    def say(self, *pieces: bytes) -> None:
        """Send some pieces, each in a packet of its own."""
        for piece in pieces:
            self.wire.sendall(piece)

    def hear(self, *, bodiless: bool = False) -> Heard:
        """The next answer, whole."""
        head = self._until(b"\r\n\r\n").decode("latin-1")
        first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
        headers = {}
        for line in lines:
            name, value = line.split(": ", 1)
            assert name not in headers
            headers[name.lower()] = value
        status = int(first.split(" ")[1])
        if bodiless or status in (100, 204, 304):
            body = b""
        elif headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self._until(b"\r\n"), 16):
                body += self._take(size + 2)[:-2]
            assert self._until(b"\r\n") == b"\r\n"
        elif "content-length" in headers:
            body = self._take(int(headers["content-length"]))
        else:
            body = self.rest()
        return Heard(status, headers, body)

    def rest(self) -> bytes:
        """All that comes until the server ends the connection."""
        while self._more():
            pass
        return self._take(len(self._heard))

    def ended(self) -> bool:
        """Whether the server ends the connection, saying no more."""
        return self.rest() == b""

    def quiet(self, seconds: float) -> bool:
        """Whether nothing comes for so long."""
        self.wire.settimeout(seconds)
        try:
            if not self._heard:
                self._more()
            return False
        except TimeoutError:
            return True
        finally:
            self.wire.settimeout(PATIENCE)

    def _until(self, end: bytes) -> bytes:
        while (found := self._heard.find(end)) < 0:
            assert self._more(), f"the connection ended after {bytes(self._heard)!r}"
        return self._take(found + len(end))

    def _take(self, size: int) -> bytes:
        while len(self._heard) < size:
            assert self._more(), f"the connection ended after {bytes(self._heard)!r}"
        taken = bytes(self._heard[:size])
        del self._heard[:size]
        return taken

    def _more(self) -> bool:
        try:
            received = self.wire.recv(65536)
        except ConnectionResetError:
            return False
        self._heard += received
        return bool(received)


@contextmanager
def talking(url: str) -> Iterator[Talk]:
    """A connection to the server at a URL."""
    address = httpx.URL(url)
    with socket.create_connection((address.host, address.port or 80), PATIENCE) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield Talk(wire)


async def echo(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """An application that answers with what it was asked: method, path, query, body."""
    pieces: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        pieces.append(message["body"])
        if not message["more_body"]:
            break
    asked = orjson.dumps(
        {
            "method": scope["method"],
            "path": scope["path"],
            "query": scope["query_string"].decode(),
            "host": next((v.decode() for n, v in scope["headers"] if n == b"host"), None),
            "body": b"".join(pieces).decode(),
        }
    )
    headers = [(b"content-length", b"%d" % len(asked))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": asked})
