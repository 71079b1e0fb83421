"""Work on large documents, beside the event loop: one at a time, and few that wait for it, clients
by turns.

What the server does by itself with large events waits its turn in a thread of its own. Others are
answered meanwhile. A small document is worked on at once, which costs less than to hand it over.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from math import inf
from typing import TypeVar

from persistence import arrival
from persistence.turns import Turns

T = TypeVar("T")

#: Bytes from which on a document is large: it takes milliseconds.
LARGE = 32 * 1024
#: Large documents that are worked on, or wait for it, in one process.
PLACES = 8
#: Seconds for which such work keeps the interpreter from the event loop, which asks for it back
#: several times in each request. At other times it is not as short: writes would be slower.
SHARE = 0.001


class _Sharing:
    """Has threads give the interpreter back sooner, as long as any work of ours is under way."""

    def __init__(self) -> None:
        self._under_way = 0
        self._usual = 0.0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """For as long as the block lasts; from the event loop alone."""
        if not self._under_way:
            self._usual = sys.getswitchinterval()
            sys.setswitchinterval(min(SHARE, self._usual))
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                sys.setswitchinterval(self._usual)


_sharing = _Sharing()


class _Lane:
    """One thread, and who waits for it."""

    def __init__(self, name: str, places: float) -> None:
        self._thread = ThreadPoolExecutor(1, name)
        self._turns = Turns(1, places, "large documents")

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` gives in the thread; raises `Busy` where too many wait."""
        client = arrival.client()
        await self._turns.enter(client)
        try:
            loop = asyncio.get_running_loop()
            with _sharing():
                return await loop.run_in_executor(self._thread, copy_context().run, work)
        finally:
            self._turns.leave(client)


_clients = _Lane("large-documents", PLACES)
#: Who waits here has one thing at a time to do.
_own = _Lane("large-events", inf)


async def aside(size: int, work: Callable[[], T]) -> T:
    """What `work` gives on documents of so many bytes; it holds up nobody else.

    Raises what it raises, and `Busy` where too many large ones wait.
    """
    return work() if size < LARGE else await _clients.run(work)


async def behind(size: int, work: Callable[[], T]) -> T:
    """As `aside`, for what the server does by itself: it waits for as long as it takes."""
    return work() if size < LARGE else await _own.run(work)
