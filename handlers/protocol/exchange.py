"""One request with its answer, as ASGI has them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from handlers.http import Response
from handlers.problems import error_response, respond
from handlers.protocol.answers import CLOSING, CONTINUE, ENDING, has_body, head_of, whole
from handlers.protocol.head import Head
from handlers.protocol.limits import DROPPED_BYTES, WAITING_BYTES
from tmf_apis.tmf630.errors import UNAVAILABLE

Message = dict[str, Any]
App = Callable[[Message, Any, Any], Awaitable[None]]
_GONE: Message = {"type": "http.disconnect"}


class Line(Protocol):
    """What an exchange asks of its connection."""

    def write(self, data: bytes) -> None:
        """Send bytes."""

    async def drained(self) -> None:
        """Return when the client takes bytes, at once if it does."""

    def wanted(self) -> None:
        """More of the body is wanted."""

    def answered(self) -> None:
        """The answer is complete, or there will be none."""


class Exchange:
    """What was received of one request, and what was sent of its answer.

    `keep_alive` says whether another request may follow. `left` is how many bytes of the body are
    still to come, None when nobody knows.
    """

    __slots__ = (
        "_bodied",
        "_body",
        "_chunked",
        "_ended",
        "_gone",
        "_held",
        "_line",
        "_listening",
        "_started",
        "_unsent",
        "_waiter",
        "answered",
        "head",
        "keep_alive",
        "left",
        "waits",
    )

    def __init__(self, line: Line, head: Head) -> None:
        self._line = line
        self.head = head
        self.keep_alive = head.keep_alive
        self.left = head.length
        self.waits = head.waits and head.length != 0
        self._body = b""
        self._ended = False
        self._listening = True
        self._gone = False
        self._waiter: asyncio.Future[None] | None = None
        self._started = self.answered = False
        self._held = b""
        self._bodied = self._chunked = False
        self._unsent: int | None = None

    # What the connection tells.

    def arrived(self, piece: bytes, left: int | None) -> None:
        """A piece of the body came, and so much is `left`."""
        self.left = left
        self.waits = False
        if not self.answered:
            self._body = self._body + piece if self._body else piece
            self._wake()

    @property
    def full(self) -> bool:
        """Whether so much waits to be asked for that no more should be read."""
        return len(self._body) >= WAITING_BYTES

    def leave(self) -> None:
        """The application hears that the client is gone; what it still says is sent."""
        self._listening = False
        self._wake()

    def lose(self) -> None:
        """The client is gone."""
        self._gone = True
        self.leave()

    def refuse(self, response: Response) -> None:
        """End with this answer, or short of the rest of another; nothing follows it."""
        if self.answered:
            return
        if not self._started or self._held:
            self._held = b""
            self._line.write(whole(response, self.head.method))
        self.keep_alive = False
        self._finish()
        self.leave()

    # What the application asks for.

    def at_once(self, response: Response) -> None:
        """Send all of an answer in one piece, where ASGI has two messages for it."""
        if self._gone or self.answered:
            return
        if self._in_the_way():
            self.keep_alive = False
        ending = ENDING if self.keep_alive else CLOSING
        self._line.write(whole(response, self.head.method, ending))
        self._started = True
        self._finish()

    async def run(self, app: App, scope: Message) -> None:
        """Have the application answer."""
        try:
            await app(scope, self.receive, self.send)
        except asyncio.CancelledError:
            self.refuse(error_response(UNAVAILABLE, "The server stops; try again."))
            raise
        except Exception as error:
            self.refuse(respond(error))
        else:
            if not self.answered and not self._gone:
                self.refuse(respond(RuntimeError("the application gave no whole answer")))

    async def receive(self) -> Message:
        """The next piece of the body, or that the client is gone."""
        if self.waits and self._listening:
            self.waits = False
            self._line.write(CONTINUE)
            self._line.wanted()
        while not self.answered:
            if self._body or (self.left == 0 and not self._ended):
                body, self._body = self._body, b""
                self._ended = self.left == 0
                if not self._ended:
                    self._line.wanted()
                return {"type": "http.request", "body": body, "more_body": not self._ended}
            if not self._listening:
                break
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return _GONE

    async def send(self, message: Message) -> None:
        """Send the head of the answer, or a piece of its body."""
        if self._gone or self.answered:
            return
        if message["type"] == "http.response.start" and not self._started:
            self._start(message["status"], message.get("headers", ()))
        elif message["type"] == "http.response.body" and self._started:
            self._continue(message.get("body", b""), more=message.get("more_body", False))
            if not self.answered:
                await self._line.drained()
        else:
            raise RuntimeError(f"{message['type']} has no place here")

    def _start(self, status: int, headers: Any) -> None:
        head, self._unsent, close = head_of(status, headers)
        self._bodied = has_body(status, self.head.method)
        if close or self._in_the_way():
            self.keep_alive = False
        if self._bodied and self._unsent is None:
            # To HTTP/1.0 the end of the connection is that of the body.
            self._chunked = self.head.version == "1.1"
            if self._chunked:
                head += b"transfer-encoding: chunked\r\n"
            # The head may be all there is for a while.
            asyncio.get_running_loop().call_soon(self._flush)
        # Most answers are one small body, which goes out with the head in one packet.
        self._held = head + (ENDING if self.keep_alive else CLOSING)
        self._started = True

    def _in_the_way(self) -> bool:
        """Whether the rest of the body is in the way of the next request, or may never come."""
        if self.left == 0:
            return False
        return self.left is None or self.left > DROPPED_BYTES or self.waits

    def _flush(self) -> None:
        if self._held and not self._gone:
            held, self._held = self._held, b""
            self._line.write(held)

    def _continue(self, body: bytes, *, more: bool) -> None:
        if not self._bodied:
            body = b""
        elif self._unsent is not None:
            self._unsent -= len(body)
            if self._unsent < 0 or (self._unsent and not more):
                raise ValueError("the body has not the length that its head says")
        elif self._chunked:
            body = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            if not more:
                body += b"0\r\n\r\n"
        held, self._held = self._held, b""
        if held or body:
            self._line.write(held + body)
        if not more:
            self._finish()

    def _finish(self) -> None:
        self.answered = True
        self._body = b""
        self._wake()
        self._line.answered()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
