"""What the connections of one server share: who takes too long, and how much is unfinished."""

import asyncio
from collections.abc import Iterable
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from handlers.protocol.limits import UNFINISHED_BYTES

#: Seconds between two looks at the deadlines.
LOOK = 0.5


class Watched(Protocol):
    """What is watched: a connection that may do nothing for ever beyond its `deadline`."""

    deadline: float

    def overdue(self, now: float) -> None:
        """The deadline has passed."""

    def shed(self) -> None:
        """The body that comes takes memory that others need."""


class Watch:
    """Looks at all deadlines twice a second, which costs a request next to nothing.

    `hold` counts bytes of bodies that are not whole. When they are too many, those that began
    first give way: what comes at a usual pace is whole long before.
    """

    def __init__(self, connections: Iterable[Any], loop: asyncio.AbstractEventLoop) -> None:
        self._connections = connections
        self._loop = loop
        self._due = 0.0
        self._looking = False
        self._unfinished: dict[Watched, int] = {}
        self._bytes = 0

    def begin(self) -> None:
        """Look from now on, as long as there are connections."""
        if not self._looking:
            self._looking = True
            self._again()

    def _again(self) -> None:
        self._due = self._loop.time() + LOOK
        self._loop.call_at(self._due, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        watched = tuple(self._connections)
        # After a standstill there may be much that came in time and was not read yet.
        if now - self._due < LOOK:
            for connection in watched:
                if connection.deadline <= now:
                    connection.overdue(now)
        self._looking = bool(watched)
        if watched:
            self._again()

    def hold(self, connection: Watched, size: int) -> None:
        """So many more bytes of an unfinished body are held for a connection."""
        self._unfinished[connection] = self._unfinished.get(connection, 0) + size
        self._bytes += size
        while self._bytes > UNFINISHED_BYTES and len(self._unfinished) > 1:
            oldest = next(iter(self._unfinished))
            self.release(oldest)
            oldest.shed()

    def release(self, connection: Watched) -> None:
        """The body of a connection is whole, or given up."""
        self._bytes -= self._unfinished.pop(connection, 0)


_watches: WeakKeyDictionary[Any, Watch] = WeakKeyDictionary()


def watch_of(state: Any, loop: asyncio.AbstractEventLoop) -> Watch:
    """The watch of a server, known by the state that uvicorn hands to all its connections."""
    if state not in _watches:
        _watches[state] = Watch(state.connections, loop)
    return _watches[state]
