"""The kit's own listener: takes what a server delivers, by the path it was promised to."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import orjson

from conformance.options import Options

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request of the server: its body as JSON (None if it is none) and its media type."""

    method: str
    path: str
    media: str
    body: Any
    at: float


@dataclass(slots=True)
class Inbox:
    """What was delivered to one callback, and how each delivery is answered."""

    url: str
    deliveries: list[Delivery] = field(default_factory=list)
    #: What every delivery is answered with; R-1010 takes any 2xx.
    status: int = 204
    #: The first delivery of an event that holds this text is answered with 503.
    refuses: str = ""
    #: Seconds before each answer.
    lag: float = 0.0
    #: What is done with each event before its delivery is answered.
    probe: Callable[[Json], Awaitable[None]] | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def events(self) -> list[Json]:
        """The events that came, in order."""
        return [d.body for d in self.deliveries if isinstance(d.body, dict)]

    def answer_to(self, body: bytes) -> int:
        """The status of the answer to a delivery."""
        if self.refuses and self.refuses.encode() in body:
            self.refuses = ""
            return 503
        return self.status

    async def wait(self, seconds: float, enough: Callable[[list[Json]], Any]) -> list[Json]:
        """The events, as soon as they are enough, or when the time is over."""
        try:
            async with asyncio.timeout(seconds):
                while not enough(self.events):
                    self.arrived.clear()
                    await self.arrived.wait()
        except TimeoutError:
            pass
        return self.events


class Listener:
    """An HTTP server that starts with the first inbox."""

    def __init__(self, options: Options, target: str) -> None:
        self._options = options
        self._target = target
        self._inboxes: dict[str, Inbox] = {}
        self._server: asyncio.Server | None = None
        self._base = ""
        self._starting = asyncio.Lock()
        self._open: set[asyncio.StreamWriter] = set()

    async def inbox(self) -> Inbox:
        """A callback of its own."""
        async with self._starting:
            if self._server is None:
                await self._start()
        token = uuid4().hex
        inbox = Inbox(f"{self._base}/{token}")
        self._inboxes[token] = inbox
        return inbox

    async def close(self) -> None:
        """Stop listening, and let every connection end."""
        if self._server is None:
            return
        self._server.close()
        while self._open:
            for writer in self._open:
                writer.close()
            await asyncio.sleep(0.01)

    async def _start(self) -> None:
        host = _address_towards(self._target)
        bind = "0.0.0.0" if self._options.listener_url else host
        self._server = await asyncio.start_server(self._serve, bind, self._options.listener_port)
        port = self._server.sockets[0].getsockname()[1]
        self._base = self._options.listener_url.rstrip("/") or f"http://{host}:{port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            pass
        except asyncio.CancelledError:
            pass  # The run is over while a server keeps its connection: nothing to complain of.
        finally:
            writer.close()
            self._open.discard(writer)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Take one request and answer it; whether another may follow on the connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        body = await _body(reader, headers)
        inbox = self._inboxes.get(urlsplit(target).path.rstrip("/").rpartition("/")[2])
        status = 404
        if inbox is not None:
            status = inbox.answer_to(body)
            now = asyncio.get_running_loop().time()
            media = headers.get("content-type", "")
            delivery = Delivery(method, target, media, _json(body), now)
            if inbox.probe is not None and isinstance(delivery.body, dict):
                await inbox.probe(delivery.body)
            inbox.deliveries.append(delivery)
            inbox.arrived.set()
            await asyncio.sleep(inbox.lag)
        writer.write(f"HTTP/1.1 {status} Kit\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        return headers.get("connection", "").lower() != "close"


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        parts = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return b"".join(parts)
    return await reader.readexactly(int(headers.get("content-length", "0")))


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _address_towards(url: str) -> str:
    """The address of this machine on the way to a server; nothing is sent."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            parts.hostname, port, type=socket.SOCK_DGRAM
        )[0]
        with socket.socket(family, kind) as probe:
            probe.connect(address)
            host: str = probe.getsockname()[0]
            return host
    except OSError:
        return "127.0.0.1"
