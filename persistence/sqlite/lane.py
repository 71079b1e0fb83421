"""Threads for reads that take long, and how many may wait for them."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import get_native_id
from time import monotonic
from typing import TypeVar

from persistence.errors import Busy

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
        self._places = places
        self._busy = 0

    async def run(self, work: Callable[[Turn], T], until: float) -> T:
        """What `work` gives in a thread; raises `Busy` at once, and `Overdue` at the moment.

        Whoever goes away is waited for no longer: the read is stopped.
        """
        if self._busy >= self._places:
            raise Busy(f"{self._places} long reads are under way")
        loop, turn = asyncio.get_running_loop(), Turn(until)
        self._busy += 1
        future = self._threads.submit(work, turn)
        future.add_done_callback(lambda _: self._leave(loop))
        try:
            async with asyncio.timeout(until - monotonic()):
                return await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise Overdue from error
        finally:
            turn.until = 0.0

    def _leave(self, loop: asyncio.AbstractEventLoop) -> None:
        with suppress(RuntimeError):  # The loop may have ended before the read.
            loop.call_soon_threadsafe(self._left)

    def _left(self) -> None:
        self._busy -= 1

    def close(self) -> None:
        """Return when running reads ended."""
        self._threads.shutdown(cancel_futures=True)


def _give_way() -> None:
    """Let this thread run after all others, where the system knows threads apart."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICE)
