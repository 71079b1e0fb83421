"""Work on large documents, beside the event loop: one at a time, and few that wait for it.

Others are answered meanwhile. A small document is worked on at once, which costs less than to hand
it over.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from persistence.errors import Busy

T = TypeVar("T")

#: Bytes from which on a document is large: it takes milliseconds.
LARGE = 32 * 1024
#: Large documents that are worked on, or wait for it, in one process.
PLACES = 8


class _Lane:
    """One thread, and how many are in it or wait for it."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "large-documents")
        self._taken = 0

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` gives in the thread; raises `Busy` at once when all places are taken."""
        if self._taken >= PLACES:
            raise Busy(f"{PLACES} large bodies are worked on already")
        self._taken += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, copy_context().run, work)
        finally:
            self._taken -= 1


_lane = _Lane()


async def aside(size: int, work: Callable[[], T]) -> T:
    """What `work` gives on documents of so many bytes; it holds up nobody else.

    Raises what it raises, and `Busy` at once when too many large ones wait.
    """
    return work() if size < LARGE else await _lane.run(work)
