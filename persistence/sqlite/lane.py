"""Threads for reads that take long, for which clients wait by turns."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from persistence import arrival
from persistence.sqlite.timed import Overdue
from persistence.turns import Turns

T = TypeVar("T")


@dataclass(slots=True)
class Moment:
    """The moment by which a read has to end, of the monotonic clock; it may move."""

    until: float


class Lane:
    """Some threads, and a bounded number of places for reads under way or waiting."""

    def __init__(self, name: str, threads: int, places: int) -> None:
        self._threads = ThreadPoolExecutor(threads, name)
        self._turns = Turns(threads, places, "long reads")

    async def run(self, work: Callable[[Moment], T], until: float) -> T:
        """What `work` gives in a thread; raises `Overdue` at the moment, and `Busy` where too many
        wait (`persistence.turns`).

        Whoever goes away is waited for no longer: the read is stopped.
        """
        loop, turn, client = asyncio.get_running_loop(), Moment(until), arrival.client()
        try:
            async with asyncio.timeout(until - monotonic()):
                await self._turns.enter(client)
                future = self._threads.submit(work, turn)
                future.add_done_callback(lambda _: self._ended(loop, client))
                return await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise Overdue from error
        finally:
            turn.until = 0.0

    def _ended(self, loop: asyncio.AbstractEventLoop, client: str) -> None:
        with suppress(RuntimeError):  # The loop may have ended before the read.
            loop.call_soon_threadsafe(self._turns.leave, client)

    def close(self) -> None:
        """Return when running reads ended."""
        self._threads.shutdown(cancel_futures=True)
