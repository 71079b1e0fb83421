"""Events as they happen: server-sent events, with the syntax of a hub query as query string.

The id of each is its number in the log, so that `Last-Event-ID` goes on where a client was.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from math import inf
from time import time
from urllib.parse import unquote

from handlers.aside import behind
from handlers.http import Request, Response, Send
from handlers.methods import READS, not_offered
from handlers.notifications.feed import Feed
from handlers.notifications.notice import Notice
from persistence.store import Store
from tmf_apis.tmf630.errors import INVALID_HEADER, UNAVAILABLE, TmfError
from tmf_apis.tmf630.event_types import EventTypes, check_types
from tmf_apis.tmf630.matching import may_match
from tmf_apis.tmf630.query import ALWAYS
from tmf_apis.tmf630.subscriptions import Interest, interest

PATH = "/events/stream"
#: Seconds between two looks at the log, and after which a comment shows that the line is alive.
LOOK = 0.2
HEARTBEAT = 15.0
#: Seconds after which a client may try again for which there was no room.
LATER = 10
#: What goes before server-sent events.
HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


class Streams:
    """How many streams are sent at once: `most`, or as many as are asked for where that is 0."""

    def __init__(self, most: int = 0) -> None:
        self._most = most
        self.count = 0

    def check(self) -> None:
        """Raise `TmfError` (503) where there is no room for another."""
        if self._most and self.count >= self._most:
            raise TmfError(
                UNAVAILABLE,
                f"{self._most} streams are sent already; try again later.",
                {"Retry-After": str(LATER)},
            )


@dataclass(slots=True)
class Stream(Response):
    """An answer that goes on until the client goes away."""

    goes_on = True
    request: Request | None = None
    feed: Feed | None = None
    streams: Streams = field(default_factory=Streams)
    interest: Interest = field(default_factory=lambda: Interest(ALWAYS))
    position: int = 0
    #: When who asked is not known any more (POSIX time).
    until: float = inf

    async def send(self, send: Send, *, with_body: bool = True) -> None:
        """Send events as they come, until the client goes away."""
        headers = self.wire_headers()
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        if with_body and self.request is not None:
            gone = asyncio.create_task(_gone(self.request))
            self.streams.count += 1
            try:
                await self._flow(send, gone)
            finally:
                self.streams.count -= 1
                gone.cancel()
        await send({"type": "http.response.body", "body": b""})

    async def _flow(self, send: Send, gone: asyncio.Task[None]) -> None:
        quiet = HEARTBEAT
        while not gone.done() and time() < self.until:
            body = await self._next()
            quiet = 0.0 if body else quiet + LOOK
            if not body and quiet >= HEARTBEAT:
                body, quiet = b": alive\n\n", 0.0
            if body:
                await send({"type": "http.response.body", "body": body, "more_body": True})
            await asyncio.wait({gone}, timeout=LOOK)

    async def _next(self) -> bytes:
        """What is new, as the text of server-sent events."""
        assert self.feed is not None
        await self.feed.turnstile.through()
        notices = await self.feed.after(self.position)
        if not notices:
            return b""
        self.position = notices[-1].sequence
        effort = sum(notice.effort(self.interest) for notice in notices)
        return await behind(effort, partial(self._all, notices))

    def _all(self, notices: Sequence[Notice]) -> bytes:
        return b"".join(map(self._shown, notices))

    def _shown(self, notice: Notice) -> bytes:
        asked = self.interest
        if asked.where != ALWAYS and not may_match(asked.where, notice.document):
            return b""
        return b"id: %d\ndata: %b\n\n" % (notice.sequence, notice.sent(asked))


async def stream(
    store: Store, feed: Feed, types: EventTypes, streams: Streams, request: Request
) -> Response:
    """The stream a request asks for: from its last event on, or from now.

    Raises `TmfError`: 400, also for a kind of event that is none of `types`, and 503 where too
    many are sent.
    """
    if request.method not in READS:
        return not_offered(request.method, READS)
    streams.check()
    asked = interest(_query(request.query), None)
    check_types(asked.where, types)
    last = request.header(b"last-event-id")
    if last is not None and not (last.isdecimal() and len(last) < 19):
        raise TmfError(INVALID_HEADER, "Last-Event-ID: the id of an event of this stream.")
    position = int(last) if last is not None else await store.last_event()
    return Stream(
        200,
        headers=dict(HEADERS),
        request=request,
        feed=feed,
        streams=streams,
        interest=asked,
        position=position,
        until=inf if request.caller is None else request.caller.until,
    )


def _query(raw: str) -> str:
    """A query as a hub takes it: a JSONPath that stands alone may be encoded."""
    text = unquote(raw)
    return text if text.startswith(("$", "[")) else raw


async def _gone(request: Request) -> None:
    """Return when the client went away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
