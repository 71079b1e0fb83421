"""A connection: reads one request after the other, writes their answers, and ends in time.

uvicorn makes one for each client and asks it to stop by `shutdown`.
"""

import asyncio
from typing import Any
from urllib.parse import unquote

from uvicorn.config import Config
from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl
from uvicorn.server import ServerState

from handlers.http import AT_ONCE, Response
from handlers.identity.binding import thumbprint
from handlers.problems import RETRY_AFTER, error_response, respond
from handlers.protocol.answers import whole
from handlers.protocol.exchange import Exchange, Message
from handlers.protocol.head import Head
from handlers.protocol.inbox import Inbox
from handlers.protocol.limits import (
    HEAD_SECONDS,
    LINGER_SECONDS,
    SILENCE_SECONDS,
    SLOWEST,
    STOPPING_SECONDS,
    WAITING_BYTES,
)
from handlers.protocol.pace import Pace
from handlers.protocol.watch import watch_of
from tmf_apis.tmf630.errors import MALFORMED_REQUEST, REQUEST_TIMEOUT, UNAVAILABLE, TmfError


class Connection(asyncio.Protocol):
    """HTTP/1.1 with one client. `pace` is what it must keep to, with `slowest` bytes a second of a
    body. Of more than `most` connections, unless that is 0, the last ones are turned away.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        slowest: int = SLOWEST,
        most: int = 0,
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
        self._inbox = Inbox()
        self._exchange: Exchange | None = None
        self._paused = self._ended = self._closing = self._stopping = False
        self._written = self._unsent = 0
        self._drained: asyncio.Future[None] | None = None
        self._slowest, self._most = slowest, most
        self.pace = Pace(self._loop, slowest)

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
        if certificate := _certificate(transport):
            self._about["certificate"] = certificate
        self._state.connections.add(self)  # type: ignore[arg-type]
        self._watch.begin()
        self.pace.within(HEAD_SECONDS)
        if self._most and len(self._state.connections) > self._most:
            message = "Too many are connected; try again."
            self._refuse(error_response(UNAVAILABLE, message, RETRY_AFTER))

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone, whoever ended it."""
        self._state.connections.discard(self)
        self._watch.bodies.release(self)
        self._closing = True
        self.resume_writing()
        self.pace.rest()
        if self._exchange is not None:
            self._exchange.lose()

    def data_received(self, data: bytes) -> None:
        """Read on; what comes after the last answer is dropped."""
        if not self._closing:
            self._inbox.add(data)
            self._advance()

    def eof_received(self) -> bool:
        """The client sends no more; what it sent, and waits here, is still answered."""
        self._ended = True
        if not self._closing:
            self._advance()
        return not self._closing

    def pause_writing(self) -> None:
        """The client takes less than it is sent."""
        self._drained = self._loop.create_future()
        self._unsent = self._transport.get_write_buffer_size()
        # What was written last is held whole until the end of it is sent.
        self._watch.answers.add(self, max(self._unsent, self._written))
        self.pace.within(SILENCE_SECONDS)

    def resume_writing(self) -> None:
        """The client has caught up."""
        if self._drained is not None:
            self._drained.set_result(None)
            self._drained = None
            self._watch.answers.release(self)
            if self._exchange is not None and self._inbox.body.done:
                self.pace.rest()

    # What the server tells.

    def shutdown(self) -> None:
        """Answer what is under way, and end; who is slow then has little time left."""
        self._stopping = True
        if self._conclude() is not None:
            self.pace.sooner(STOPPING_SECONDS)
        if self._drained is not None or self._closing:
            self.pace.sooner(STOPPING_SECONDS)

    def overdue(self) -> None:
        """What should have happened by now has not: end."""
        unsent = self._transport.get_write_buffer_size()
        if (
            unsent
            and self._unsent - unsent >= self._slowest * SILENCE_SECONDS
            and not self._stopping
        ):
            self._unsent = unsent
            self.pace.within(SILENCE_SECONDS)
        elif unsent or self._closing:
            self._transport.abort()
        elif self._exchange is None and self._inbox:
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
        message = "The server cannot wait for the rest of the body; try again."
        self._refuse(error_response(UNAVAILABLE, message, RETRY_AFTER))

    # Reading.

    def _advance(self) -> None:
        try:
            while not self._closing:
                if not (self._read_head() if self._exchange is None else self._read_body()):
                    break
        except TmfError as refusal:
            self._refuse(respond(refusal))
        if self._ended and not self._inbox and not self._closing:
            self._read_all()

    def _read_all(self) -> None:
        """Nothing follows what was read: the exchange that is under way is the last."""
        if (exchange := self._conclude()) is not None:
            exchange.refuse(error_response(MALFORMED_REQUEST, "The body ends before its time."))

    def _conclude(self) -> Exchange | None:
        """Let the exchange that is under way be the last; it, if its body is not whole yet."""
        exchange = self._exchange
        if exchange is None or exchange.answered:
            self._close(linger=False)
            return None
        exchange.keep_alive = False
        if not self._inbox.body.done:
            return exchange
        exchange.leave()
        return None

    def _read_head(self) -> bool:
        """Read a head and begin to answer; whether it was all there."""
        begins = self._inbox.begins
        head = self._inbox.head()
        if head is None:
            if begins:
                self.pace.within(HEAD_SECONDS)
            return False
        exchange = self._exchange = Exchange(self, head)
        # Who waits to be told to go on is not silent.
        if self._inbox.body.done or exchange.waits:
            self.pace.rest()
        else:
            self.pace.within(SILENCE_SECONDS)
        scope = self._scope(head)
        scope[AT_ONCE] = exchange.at_once
        task = self._loop.create_task(exchange.run(self._app, scope))
        self._state.tasks.add(task)
        task.add_done_callback(self._state.tasks.discard)
        return True

    def _scope(self, head: Head) -> Message:
        """What ASGI tells the application of a request."""
        path = head.path.decode("ascii")
        return self._about | {
            "http_version": head.version,
            "method": head.method.decode("ascii"),
            "path": unquote(path) if "%" in path else path,
            "raw_path": head.path,
            "query_string": head.query,
            "headers": head.headers,
            "state": self._app_state.copy(),
        }

    def _read_body(self) -> bool:
        """Hand on what came of a body; whether to go on at once."""
        exchange, inbox = self._exchange, self._inbox
        assert exchange is not None
        body, before = inbox.body, len(inbox)
        if body.done:
            # Requests that do not wait for their turn wait here.
            self._hold_back(before >= WAITING_BYTES)
            return False
        if exchange.full:
            self._hold_back(True)
            self.pace.rest()
            return False
        if not before:
            return False
        piece = inbox.piece()
        exchange.arrived(piece, 0 if body.done else body.left)
        if body.done:
            self.pace.rest()
            self._watch.bodies.release(self)
            if exchange.answered:
                self._next()
            return not exchange.answered
        if piece:
            self.pace.earn(len(piece))
            self._watch.bodies.add(self, len(piece))
        self._hold_back(len(inbox) >= WAITING_BYTES)
        if 0 < len(inbox) < before:
            self._loop.call_soon(self._advance)
        return False

    def _hold_back(self, held: bool) -> None:
        """Read nothing from the client for a while, or read on."""
        if held != self._paused and not self._ended and not self._transport.is_closing():
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
        if not self._inbox.body.done and not self._closing:
            self.pace.go_on()
            self._hold_back(False)
            if self._inbox:
                self._loop.call_soon(self._advance)

    def answered(self) -> None:
        """The answer is complete: go on to the next request, or end."""
        exchange = self._exchange
        assert exchange is not None
        self._state.total_requests += 1
        if self._closing:
            return
        if not exchange.keep_alive:
            self._close(linger=not self._inbox.body.done or bool(self._inbox))
        elif self._inbox.body.done:
            self._next()
        else:
            self.wanted()

    def _next(self) -> None:
        self._exchange = None
        self.pace.within(self._idle_seconds)
        if self._paused:
            self._hold_back(False)
        if self._inbox:
            self._loop.call_soon(self._advance)

    # Ending.

    def _refuse(self, answer: Response) -> None:
        """Answer what cannot be read on, and end."""
        if self._exchange is not None:
            self._exchange.refuse(answer)
        else:
            self.write(whole(answer, self._inbox.method))
            self._close(linger=True)

    def _close(self, *, linger: bool) -> None:
        """Send no more; what a client still sends is dropped for a while, if it is to linger.

        Closed at once, the kernel would break the line, and many a client would see no answer.
        """
        self._closing = True
        self._watch.bodies.release(self)
        self._inbox.clear()
        linger = linger and not self._ended and not self._stopping
        if linger and self._transport.can_write_eof():
            self._hold_back(False)
            self._transport.write_eof()
            self.pace.within(LINGER_SECONDS)
        else:
            self._transport.close()
            self.pace.within(SILENCE_SECONDS)


def _certificate(transport: asyncio.Transport) -> str:
    """The digest of the certificate that a client showed, empty where it showed none."""
    tls = transport.get_extra_info("ssl_object")
    shown = tls.getpeercert(binary_form=True) if tls is not None else None
    return thumbprint(shown) if shown else ""
