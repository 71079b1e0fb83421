"""Requests byte by byte, as no well-behaved client would send them."""

import socket
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPResponse

import httpx
import orjson

from tests.handlers.facts import Json
from tests.handlers.serving import PATIENCE, Server


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    def json(self) -> Json:
        found: Json = orjson.loads(self.body)
        return found


def ask(
    server: Server,
    method: str,
    target: str | bytes,
    body: bytes | Iterable[bytes] = b"",
    headers: Mapping[str, str | bytes] | None = None,
) -> Answer:
    """The answer to a request whose parts go out as they are given.

    A body given in pieces is sent in chunks, without its length. An answer that comes before
    the whole request is sent ends the sending.
    """
    chunked = not isinstance(body, bytes)
    given: dict[str, str | bytes] = {"Host": "localhost", "Connection": "close", **(headers or {})}
    if chunked:
        given.setdefault("Transfer-Encoding", "chunked")
    elif body or method in ("POST", "PATCH"):
        given.setdefault("Content-Length", str(len(body)))
    lines = [f"{method} ".encode() + _bytes(target) + b" HTTP/1.1"]
    lines += [name.encode() + b": " + _bytes(value) for name, value in given.items()]
    pieces = _chunks(body) if not isinstance(body, bytes) else [body]
    address = httpx.URL(server.url)
    began = time.monotonic()
    with socket.create_connection((address.host, address.port or 80), PATIENCE) as wire:
        try:
            wire.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
            for piece in pieces:
                wire.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server has answered already
        answer = HTTPResponse(wire, method=method)
        answer.begin()
        found = answer.read()
        return Answer(answer.status, dict(answer.getheaders()), found, time.monotonic() - began)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _chunks(pieces: Iterable[bytes]) -> Iterable[bytes]:
    for piece in pieces:
        yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    yield b"0\r\n\r\n"


def send_junk(server: Server, junk: bytes) -> bytes:
    """The beginning of what the server says to bytes that are no request, if anything."""
    address = httpx.URL(server.url)
    with socket.create_connection((address.host, address.port or 80), PATIENCE) as wire:
        with suppress(BrokenPipeError, ConnectionResetError):
            wire.sendall(junk)
        try:
            return wire.recv(65536)
        except ConnectionResetError:
            return b""
