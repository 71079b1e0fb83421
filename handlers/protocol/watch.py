"""What the connections of one server share: who takes too long, and how much is unfinished."""

import asyncio
from collections.abc import Iterable
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from handlers.protocol.limits import UNFINISHED_BYTES, UNTAKEN_BYTES
from handlers.protocol.pace import Pace

#: Seconds between two looks at the deadlines.
LOOK = 0.5


class Watched(Protocol):
    """What is watched: a connection that must keep its `pace`."""

    pace: Pace

    def overdue(self) -> None:
        """What should have happened by now has not."""

    def shed(self) -> None:
        """What it holds is needed by others: end."""


class Held:
    """Bytes that connections hold until their clients go on; `most` of them in all.

    When they are more, those that began first give way: whoever goes on at a usual pace is
    through long before. One alone may hold more.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._by: dict[Watched, int] = {}
        self._bytes = 0

    def add(self, connection: Watched, size: int) -> None:
        """So many more are held by a connection."""
        self._by[connection] = self._by.get(connection, 0) + size
        self._bytes += size
        while self._bytes > self._most and len(self._by) > 1:
            oldest = next(iter(self._by))
            self.release(oldest)
            oldest.shed()

    def release(self, connection: Watched) -> None:
        """A connection holds none any more."""
        self._bytes -= self._by.pop(connection, 0)


class Watch:
    """Looks twice a second who is overdue, which costs a request next to nothing.

    `bodies` are those not whole yet, `answers` those not taken yet.
    """

    def __init__(self, connections: Iterable[Any], loop: asyncio.AbstractEventLoop) -> None:
        self.bodies = Held(UNFINISHED_BYTES)
        self.answers = Held(UNTAKEN_BYTES)
        self._connections = connections
        self._loop = loop
        self._due = 0.0
        self._looking = False

    def begin(self) -> None:
        """Look from now on, as long as there are connections."""
        if not self._looking:
            self._looking = True
            self._again()

    def _again(self) -> None:
        self._due = self._loop.time() + LOOK
        self._loop.call_at(self._due, self._look)

    def _look(self) -> None:
        now, late = self._loop.time(), self._loop.time() - self._due
        watched: tuple[Watched, ...] = tuple(self._connections)
        self._looking = bool(watched)
        if watched:
            self._again()
        # After a standstill there may be much that came in time and was not read yet.
        if late < LOOK:
            for connection in watched:
                if connection.pace.due <= now:
                    connection.overdue()


_watches: WeakKeyDictionary[Any, Watch] = WeakKeyDictionary()


def watch_of(state: Any, loop: asyncio.AbstractEventLoop) -> Watch:
    """The watch of a server, known by the state that uvicorn hands to all its connections."""
    if state not in _watches:
        _watches[state] = Watch(state.connections, loop)
    return _watches[state]
