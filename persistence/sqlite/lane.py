"""Threads for reads that take long, for which clients wait by turns."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import get_native_id
from time import monotonic
from typing import TypeVar

from persistence import arrival
from persistence.turns import Turns

T = TypeVar("T")

#: How much the threads of a lane give way to all else the machine does.
_NICE = 10


class Overdue(Exception):
    """A read that was stopped at its deadline."""


@dataclass(slots=True)
class Turn:
    """A read and the moment by which it has to end, of the monotonic clock; it may move."""

    until: float


class Lane:
    """Some threads, and a bounded number of places for reads under way or waiting.

    The threads of a lane that `gives_way` run when nothing else wants the processor.
    """

    def __init__(self, name: str, threads: int, places: int, *, gives_way: bool) -> None:
        begin = _give_way if gives_way else None
        self._threads = ThreadPoolExecutor(threads, name, initializer=begin)
        self._turns = Turns(threads, places, "long reads")

    async def run(self, work: Callable[[Turn], T], until: float) -> T:
        """What `work` gives in a thread; raises `Overdue` at the moment, and `Busy` where too many
        wait (`persistence.turns`).

        Whoever goes away is waited for no longer: the read is stopped.
        """
        loop, turn, client = asyncio.get_running_loop(), Turn(until), arrival.client()
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


def _give_way() -> None:
    """Let this thread run after all others, where the system knows threads apart."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICE)
