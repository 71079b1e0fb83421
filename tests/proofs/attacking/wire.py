"""Requests as raw bytes over connections of their own, and what came back."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson

#: Seconds an answer may take, however long the request is.
PATIENCE = 30.0
#: Statuses from 500 on that blame the request.
_REASONED = (501, 505, 508)


@dataclass(frozen=True)
class Answer:
    """What came back: a status, 0 for none, and a body."""

    status: int
    headers: bytes
    body: bytes

    @property
    def tag(self) -> bytes:
        """The `ETag`, or nothing."""
        for line in self.headers.split(b"\r\n"):
            if line.lower().startswith(b"etag:"):
                return line.partition(b":")[2].strip()
        return b""

    @property
    def document(self) -> Any:
        """The body as JSON; None for what is none."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None

    @property
    def fault(self) -> str:
        """What is wrong with this as an answer to anything, in words; empty when nothing is."""
        if self.status < 400:
            return ""
        told = self.document
        reasoned = isinstance(told, dict) and told.get("reason") and told.get("code")
        if self.status == 503 and reasoned:
            return ""
        if self.status >= 500 and self.status not in _REASONED:
            return f"{self.status} {self.body[:200]!r}"
        if self.body and not reasoned:
            return f"{self.status} without a reason: {self.body[:200]!r}"
        return ""


def request(
    method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> bytes:
    """The bytes of a request on a connection that is closed behind it."""
    fields = {"Host": "127.0.0.1", "Connection": "close"} | dict(headers or {})
    if body and "Transfer-Encoding" not in fields:
        fields.setdefault("Content-Length", str(len(body)))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogatepass") + body


async def ask(port: int, raw: bytes, patience: float = PATIENCE) -> Answer:
    """The answer to raw bytes, which nothing follows. Raises `TimeoutError`."""
    async with asyncio.timeout(patience):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(raw)
            writer.write_eof()
            got = await reader.read()
        except (ConnectionError, BrokenPipeError):
            got = b""
        finally:
            writer.close()
    return _parsed(got, headed=raw.startswith(b"HEAD "))


async def listen(port: int, raw: bytes, seconds: float) -> int:
    """How many bytes of an answer without end came within so many seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    came = 0
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(seconds):
            while piece := await reader.read(1 << 16):
                came += len(piece)
    writer.close()
    return came


def _parsed(got: bytes, *, headed: bool) -> Answer:
    """The first answer; one to HEAD has no body, whatever its length says (RFC 9110, 9.3.2)."""
    while got.startswith(b"HTTP/1.1 100"):
        got = got.partition(b"\r\n\r\n")[2]
    head, _, body = got.partition(b"\r\n\r\n")
    words = head.split(None, 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        len(body),
    )
    return Answer(status, head, b"" if headed else body[:length])
