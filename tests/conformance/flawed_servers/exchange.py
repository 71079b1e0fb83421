"""A server as a function from what is asked to what is answered, so that a flaw can stand between.

`Flawed` is the ASGI application around it. Everything happens in the process: no second socket.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import orjson

from handlers.http import AT_ONCE
from tests.handlers.facts import Json

App = Callable[[Any, Any, Any], Awaitable[None]]
Headers = tuple[tuple[str, str], ...]

#: Parameters that never name an attribute.
RESERVED = {"fields", "offset", "limit", "sort", "filter", "depth", "expand", "before", "after"}
#: Those that move a list.
WINDOW = {"offset", "limit", "before", "after"}
_LINKED = re.compile(r"<([^?>]*)\?([^>]*)>")
MERGES = ("application/merge-patch+json", "application/json", "")
_END_OF_NAME = re.compile(r"=|<|>|;|%3[CDE]", re.IGNORECASE)


def named(criterion: str) -> str:
    """What a part of a query names, with its operator if that is a suffix."""
    return _END_OF_NAME.split(criterion)[0]


@dataclass(frozen=True)
class Asked:
    """One request: `path` is the raw path, `query` the raw query string."""

    method: str
    path: str
    query: str = ""
    headers: Headers = ()
    body: bytes = b""
    scope: Any = field(default=None, repr=False)
    #: The query as the client wrote it, if a flaw has changed it: links are made of this one.
    written: str | None = None

    @property
    def json(self) -> Any:
        """The body as JSON, or None when it is none, or too deep to be written again."""
        try:
            body = orjson.loads(self.body)
            orjson.dumps(body)
            return body
        except (orjson.JSONDecodeError, TypeError):
            return None

    @property
    def criteria(self) -> list[str]:
        """The parts of the query, as they are written."""
        return [part for part in self.query.split("&") if part]

    @property
    def parameters(self) -> dict[str, str]:
        """The values of parameters that occur once, as they are written."""
        return dict(part.partition("=")[::2] for part in self.criteria)

    @property
    def collection(self) -> str:
        """The path of the collection of an item."""
        return self.path.rpartition("/")[0]

    @property
    def filters(self) -> list[str]:
        """The parts of the query that name attributes."""
        return [part for part in self.criteria if named(part) not in RESERVED]

    @property
    def controls(self) -> list[str]:
        """The parts of the query that do not."""
        return [part for part in self.criteria if named(part) in RESERVED]

    @property
    def on_item(self) -> bool:
        """Whether one record is addressed: /tmf-api/name/v5/resource/id."""
        return len(self._segments) == 6 and self._segments[4] != "hub"

    @property
    def on_list(self) -> bool:
        return len(self._segments) == 5 and self._segments[4] != "hub"

    @property
    def on_hub(self) -> bool:
        return self._segments[4:5] == ["hub"]

    @property
    def lists(self) -> bool:
        """Whether this asks for a list."""
        return self.method == "GET" and self.on_list

    @property
    def reads(self) -> bool:
        """Whether this asks for one record."""
        return self.method == "GET" and self.on_item

    @property
    def creates(self) -> bool:
        return self.method == "POST" and self.on_list

    @property
    def patches(self) -> bool:
        return self.method == "PATCH" and self.on_item

    @property
    def merges(self) -> bool:
        """Whether this is a merge patch with an object."""
        media = self.header("content-type").partition(";")[0]
        return self.patches and media in MERGES and isinstance(self.json, dict)

    @property
    def deletes(self) -> bool:
        return self.method == "DELETE" and self.on_item

    @property
    def _segments(self) -> list[str]:
        return self.path.rstrip("/").split("/")

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    def with_query(self, criteria: list[str]) -> "Asked":
        written = self.query if self.written is None else self.written
        return replace(self, query="&".join(criteria), written=written)

    def with_header(self, name: str, value: str) -> "Asked":
        kept = tuple(pair for pair in self.headers if pair[0] != name)
        return replace(self, headers=(*kept, (name, value)))

    def without_header(self, name: str) -> "Asked":
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0] != name))

    def with_json(self, body: Any) -> "Asked":
        return replace(self, body=orjson.dumps(body))

    def reading(self, path: str = "", query: str = "") -> "Asked":
        """The same client reading something."""
        kept = tuple(pair for pair in self.headers if pair[0] in ("host", "accept"))
        return Asked("GET", path or self.path, query, kept, b"", self.scope)

    def patching(self, body: Json, path: str = "") -> "Asked":
        """The same client changing something by a merge patch."""
        kept = tuple(pair for pair in self.headers if pair[0] in ("host", "accept"))
        patch = (*kept, ("content-type", "application/merge-patch+json"))
        return Asked("PATCH", path or self.path, "", patch, orjson.dumps(body), self.scope)


@dataclass(frozen=True)
class Answered:
    """One answer; names of headers are in lower case."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        return orjson.loads(self.body) if self.body else None

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    def with_header(self, name: str, value: str) -> "Answered":
        return replace(self, headers=(*self.without_header(name).headers, (name, value)))

    def without_header(self, name: str) -> "Answered":
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0] != name))

    def with_json(self, body: Any) -> "Answered":
        return self.with_body(orjson.dumps(body))

    def with_body(self, body: bytes) -> "Answered":
        return replace(self, body=body).with_header("content-length", str(len(body)))

    def with_status(self, status: int) -> "Answered":
        return replace(self, status=status)

    def each(self, change: Callable[[Json], Json]) -> "Answered":
        """The same with every entity in it changed: the one, or those of a list."""
        if not self.ok or not self.body:
            return self
        body = self.json
        return self.with_json([change(e) for e in body] if isinstance(body, list) else change(body))


def answer(body: Any, status: int = 200, location: str = "") -> Answered:
    """A body as JSON, and where it is if that is to be said."""
    where = (("location", location),) if location else ()
    return Answered(status, (("content-type", "application/json"), *where)).with_json(body)


def refusal(status: int, reason: str) -> Answered:
    """An `Error` body."""
    error = {"code": "1", "reason": reason, "status": str(status), "@type": "Error"}
    return answer(error, status)


Answer = Callable[[Asked], Awaitable[Answered]]


@dataclass
class Server:
    """The server behind a flaw: call it, and keep in `memory` what the flaw has to remember."""

    answer: Answer
    memory: dict[str, Any] = field(default_factory=dict)

    async def __call__(self, asked: Asked) -> Answered:
        return await self.answer(asked)


Behaviour = Callable[[Asked, Server], Awaitable[Answered]]


def over(app: App, *behaviours: Behaviour) -> Server:
    """An application with behaviours around it, the first one innermost."""
    server = Server(lambda asked: _through(app, asked))
    for behaviour in behaviours:
        server = Server(partial(_behaving, behaviour, server))
    return server


async def _behaving(behaviour: Behaviour, inner: Server, asked: Asked) -> Answered:
    return await behaviour(asked, inner)


async def _through(app: App, asked: Asked) -> Answered:
    """What an ASGI application answers."""
    waiting = [{"type": "http.request", "body": asked.body, "more_body": False}]
    told: list[Any] = []

    async def receive() -> Any:
        if waiting:
            return waiting.pop()
        # The client stays until it is answered: who has gone is answered nothing.
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        told.append(message)

    headers = [(k.encode(), v.encode("latin-1")) for k, v in asked.headers]
    headers = [pair for pair in headers if pair[0] != b"content-length"]
    # What is sent in one piece goes past `send`: a flaw must see it.
    plain = {name: value for name, value in asked.scope.items() if name != AT_ONCE}
    scope = plain | {
        "method": asked.method,
        "path": asked.path,
        "raw_path": asked.path.encode("latin-1"),
        "query_string": asked.query.encode("latin-1"),
        "headers": [*headers, (b"content-length", str(len(asked.body)).encode())],
    }
    await app(scope, receive, send)
    start, *rest = told
    answered = Answered(
        start["status"],
        tuple((k.decode().lower(), v.decode("latin-1")) for k, v in start["headers"]),
        b"".join(message.get("body", b"") for message in rest),
    )
    link = answered.header("link")
    if not link or asked.written is None:
        return answered
    return answered.with_header("link", _LINKED.sub(partial(_as_written, asked), link))


def _as_written(asked: Asked, link: re.Match[str]) -> str:
    """A link with the query of the client, moved to another window."""
    where = [part for part in link[2].split("&") if named(part) in WINDOW]
    others = [part for part in (asked.written or "").split("&") if named(part) not in WINDOW]
    return f"<{link[1]}?{'&'.join(filter(None, [*others, *where]))}>"


class Flawed:
    """An ASGI application that answers every request by a behaviour over another application."""

    def __init__(self, app: App, *behaviours: Behaviour) -> None:
        self._app = app
        #: What went wrong in a flaw itself, which proves nothing.
        self.mistakes: list[Exception] = []
        self.become(*behaviours)

    def become(self, *behaviours: Behaviour) -> None:
        """Behave otherwise from now on, with nothing remembered; the first is the innermost."""
        self._server = over(self._app, *behaviours)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        raw = scope.get("raw_path") or scope["path"].encode()
        asked = Asked(
            scope["method"],
            raw.decode("latin-1"),
            scope["query_string"].decode("latin-1"),
            tuple((k.decode().lower(), v.decode("latin-1")) for k, v in scope["headers"]),
            body,
            scope,
        )
        try:
            answered = await self._server(asked)
        except Exception as error:
            self.mistakes.append(error)
            raise
        headers = [(k.encode(), v.encode("latin-1")) for k, v in answered.headers]
        await send({"type": "http.response.start", "status": answered.status, "headers": headers})
        shown = b"" if scope["method"] == "HEAD" else answered.body
        await send({"type": "http.response.body", "body": shown})
