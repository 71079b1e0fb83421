"""A connection: reads one request after the other, writes their answers, and ends in time.

uvicorn makes one for each client and asks it to stop by `shutdown`.
"""

import asyncio
from math import inf
from typing import Any
from urllib.parse import unquote

from uvicorn.config import Config
from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl
from uvicorn.server import ServerState

from handlers.http import Response
from handlers.problems import RETRY_AFTER, error_response, respond
from handlers.protocol.answers import whole
from handlers.protocol.exchange import Exchange, Message
from handlers.protocol.framing import Framing, framing
from handlers.protocol.head import Head, check_beginning, read_head
from handlers.protocol.limits import (
    HEAD_SECONDS,
    LINGER_SECONDS,
    SILENCE_SECONDS,
    SLOWEST,
    STOPPING_SECONDS,
    WAITING_BYTES,
)
from handlers.protocol.watch import watch_of
from tmf_apis.tmf630.errors import MALFORMED_REQUEST, REQUEST_TIMEOUT, UNAVAILABLE, TmfError


class Connection(asyncio.Protocol):
    """HTTP/1.1 with one client.

    `deadline` is the time of the loop by which something must have happened: the end of a head, a
    piece of a body, the next request. There is none while the application has its turn.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        if not config.loaded:
            config.load()
        self._app: Any = config.loaded_app
        self._idle_seconds = config.timeout_keep_alive
        self._state = server_state
        self._app_state = app_state
        self._loop = _loop or asyncio.get_running_loop()
        self._watch = watch_of(server_state, self._loop)
        self._transport: asyncio.Transport
        self._about: Message = {}
        self._received = bytearray()
        self._looked_at = 0
        self._exchange: Exchange | None = None
        self._framing: Framing = framing(0)
        self._paused = self._ended = self._closing = self._stopping = False
        self._written = self._unsent = 0
        self._drained: asyncio.Future[None] | None = None
        self.deadline = inf

    # What the transport tells.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to read."""
        self._transport = transport
        self._about = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "server": get_local_addr(transport),
            "client": get_remote_addr(transport),
            "scheme": "https" if is_ssl(transport) else "http",
            "root_path": "",
        }
        self._state.connections.add(self)  # type: ignore[arg-type]
        self._watch.begin()
        self.deadline = self._loop.time() + HEAD_SECONDS

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone, whoever ended it."""
        self._state.connections.discard(self)
        self._watch.bodies.release(self)
        self._closing = True
        self.resume_writing()
        self.deadline = inf
        if self._exchange is not None:
            self._exchange.lose()

    def data_received(self, data: bytes) -> None:
        """Read on; what comes after the last answer is dropped."""
        if not self._closing:
            self._received += data
            self._advance()

    def eof_received(self) -> bool:
        """The client sends no more; an answer that is under way it still gets."""
        self._ended = True
        exchange = self._exchange
        if self._closing or exchange is None or exchange.answered:
            return False
        if not self._framing.done:
            exchange.refuse(error_response(MALFORMED_REQUEST, "The body ends before its time."))
            return False
        exchange.keep_alive = False
        exchange.leave()
        return True

    def pause_writing(self) -> None:
        """The client takes less than it is sent."""
        self._drained = self._loop.create_future()
        self._unsent = self._transport.get_write_buffer_size()
        # What was written last is held whole until the end of it is sent.
        self._watch.answers.add(self, max(self._unsent, self._written))
        self.deadline = self._loop.time() + SILENCE_SECONDS

    def resume_writing(self) -> None:
        """The client has caught up."""
        if self._drained is not None:
            self._drained.set_result(None)
            self._drained = None
            self._watch.answers.release(self)
            if self._exchange is not None and self._framing.done:
                self.deadline = inf

    # What the server tells.

    def shutdown(self) -> None:
        """Answer what is under way, and end; who is slow then has little time left."""
        self._stopping = True
        exchange = self._exchange
        if exchange is None or exchange.answered:
            self._close(linger=False)
        elif self._framing.done:
            exchange.keep_alive = False
            exchange.leave()
        else:
            exchange.keep_alive = False
            self.deadline = min(self.deadline, self._loop.time() + STOPPING_SECONDS)
        if self._drained is not None or self._closing:
            self.deadline = min(self.deadline, self._loop.time() + STOPPING_SECONDS)

    def overdue(self, now: float) -> None:
        """What should have happened by now has not: end."""
        unsent = self._transport.get_write_buffer_size()
        if unsent and self._unsent - unsent >= SLOWEST * SILENCE_SECONDS and not self._stopping:
            self._unsent, self.deadline = unsent, now + SILENCE_SECONDS
        elif unsent or self._closing:
            self._transport.abort()
        elif self._exchange is None and self._received:
            self._refuse(error_response(REQUEST_TIMEOUT, "The head did not come in time."))
        elif self._exchange is None or self._exchange.answered:
            self._close(linger=False)
        elif self._stopping:
            self.shed()
        else:
            self._refuse(error_response(REQUEST_TIMEOUT, "The body does not come fast enough."))

    def shed(self) -> None:
        """Give up a body that is not whole, or a client that does not take its answer."""
        if self._drained is not None:
            self._transport.abort()
            return
        message = "The body did not come in time, and the server has no more; try again."
        self._refuse(error_response(UNAVAILABLE, message, RETRY_AFTER))

    # Reading.

    def _advance(self) -> None:
        try:
            while not self._closing:
                if not (self._read_head() if self._exchange is None else self._read_body()):
                    break
        except TmfError as refusal:
            self._refuse(respond(refusal))

    def _read_head(self) -> bool:
        """Read a head and begin to answer; whether it was all there."""
        received = self._received
        if not self._looked_at and received.startswith(b"\r\n"):
            del received[:2]
        end = received.find(b"\r\n\r\n", max(0, self._looked_at - 3))
        if end < 0:
            if received and not self._looked_at:
                self.deadline = self._loop.time() + HEAD_SECONDS
            check_beginning(received, self._looked_at)
            self._looked_at = len(received)
            return False
        head = read_head(bytes(received[:end]))
        del received[: end + 4]
        self._looked_at = 0
        self._begin(head)
        return True

    def _begin(self, head: Head) -> None:
        exchange = self._exchange = Exchange(self, head)
        self._framing = framing(head.length)
        # Who waits to be told to go on is not silent.
        waiting = self._framing.done or exchange.waits
        self.deadline = inf if waiting else self._loop.time() + SILENCE_SECONDS
        path = head.path.decode("ascii")
        scope = self._about | {
            "http_version": head.version,
            "method": head.method.decode("ascii"),
            "path": unquote(path) if "%" in path else path,
            "raw_path": head.path,
            "query_string": head.query,
            "headers": head.headers,
            "state": self._app_state.copy(),
        }
        task = self._loop.create_task(exchange.run(self._app, scope))
        self._state.tasks.add(task)
        task.add_done_callback(self._state.tasks.discard)

    def _read_body(self) -> bool:
        """Hand on what came of a body; whether to go on at once."""
        exchange, body, received = self._exchange, self._framing, self._received
        assert exchange is not None
        if body.done:
            # Requests that do not wait for their turn wait here.
            self._hold_back(len(received) >= WAITING_BYTES)
            return False
        if exchange.full:
            self._hold_back(True)
            self.deadline = inf
            return False
        before = len(received)
        if not before:
            return False
        piece = body.take(received)
        exchange.arrived(piece, 0 if body.done else body.left)
        if body.done:
            self.deadline = inf
            self._watch.bodies.release(self)
            if exchange.answered:
                self._next()
            return not exchange.answered
        if piece:
            self._earn(len(piece))
            self._watch.bodies.add(self, len(piece))
        self._hold_back(len(received) >= WAITING_BYTES)
        if received and len(received) < before:
            self._loop.call_soon(self._advance)
        return False

    def _earn(self, size: int) -> None:
        """Bytes earn time, up to that which a silent client has."""
        if self.deadline != inf:
            now = self._loop.time()
            self.deadline = min(self.deadline + size / SLOWEST, now + SILENCE_SECONDS)

    def _hold_back(self, held: bool) -> None:
        """Read nothing from the client for a while, or read on."""
        if held != self._paused and not self._transport.is_closing():
            self._paused = held
            if held:
                self._transport.pause_reading()
            else:
                self._transport.resume_reading()

    # What an exchange asks for.

    def write(self, data: bytes) -> None:
        """Send bytes."""
        self._written = len(data)
        self._transport.write(data)

    async def drained(self) -> None:
        """Return when the client takes bytes, at once if it does."""
        if self._drained is not None:
            await self._drained

    def wanted(self) -> None:
        """More of the body is wanted."""
        if not self._framing.done and not self._closing:
            if self.deadline == inf:
                self.deadline = self._loop.time() + SILENCE_SECONDS
            self._hold_back(False)
            if self._received:
                self._loop.call_soon(self._advance)

    def answered(self) -> None:
        """The answer is complete: go on to the next request, or end."""
        exchange = self._exchange
        assert exchange is not None
        self._state.total_requests += 1
        if self._closing:
            return
        if not exchange.keep_alive:
            self._close(linger=not self._framing.done or bool(self._received))
        elif self._framing.done:
            self._next()
        else:
            self.wanted()

    def _next(self) -> None:
        self._exchange = None
        self.deadline = self._loop.time() + self._idle_seconds
        self._hold_back(False)
        if self._received:
            self._loop.call_soon(self._advance)

    # Ending.

    def _refuse(self, answer: Response) -> None:
        """Answer what cannot be read on, and end."""
        if self._exchange is not None:
            self._exchange.refuse(answer)
        else:
            method = b"HEAD" if self._received.startswith(b"HEAD ") else b"GET"
            self.write(whole(answer, method))
            self._close(linger=True)

    def _close(self, *, linger: bool) -> None:
        """Send no more; what a client still sends is dropped for a while, if it is to linger.

        Closed at once, the kernel would break the line, and many a client would see no answer.
        """
        self._closing = True
        self._watch.bodies.release(self)
        self._received.clear()
        linger = linger and not self._ended and not self._stopping
        if linger and self._transport.can_write_eof():
            self._hold_back(False)
            self._transport.write_eof()
            self.deadline = self._loop.time() + LINGER_SECONDS
        else:
            self._transport.close()
            self.deadline = self._loop.time() + SILENCE_SECONDS
