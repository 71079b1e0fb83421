"""Reads: at once on the event loop while they are short, in a thread when they turn out long.

A read by id or by index takes some ten microseconds, less than handing it to a thread would.
A connection's progress handler stops a read that goes on, and it is run again in a thread,
with the full deadline (D13).
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local
from time import monotonic
from typing import TypeVar

from persistence.errors import Unavailable, Unusable
from persistence.sqlite.connection import Connection, connect, let_go
from persistence.sqlite.file import Watch

T = TypeVar("T")

#: Seconds a read may hold the event loop, and seconds it may take at all.
AT_ONCE = 0.003
DEADLINE = 5.0
THREADS = 4
#: Virtual machine steps of SQLite between two looks at the clock, on the event loop and in a
#: thread, which has to wait for the interpreter's lock each time.
_STEPS_AT_ONCE = 500
_STEPS_IN_THREAD = 20_000


class Overdue(Exception):
    """A read that was stopped at its deadline."""


class Reader:
    """The reading connections of a process."""

    def __init__(self, path: Path, watch: Watch, deadline: float = DEADLINE) -> None:
        self._path = path
        self._watch = watch
        self._deadline = deadline
        self._at_once = _Timed(path, _STEPS_AT_ONCE)
        self._threads = ThreadPoolExecutor(THREADS, "sqlite-reader")
        self._own = local()
        self._opened: list[_Timed] = [self._at_once]

    def now(self, work: Callable[[Connection], T]) -> T:
        """What `work` gives, on the event loop; for reads that touch a bounded number of rows."""
        self._watch.glance()
        return self._at_once.run(work, self._deadline)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """What `work` gives; raises `Overdue` past the deadline. `work` may be run twice."""
        self._watch.glance()
        try:
            return self._at_once.run(work, AT_ONCE)
        except Overdue:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._in_thread, work)

    def _in_thread(self, work: Callable[[Connection], T]) -> T:
        timed: _Timed | None = getattr(self._own, "timed", None)
        if timed is None:
            try:
                timed = self._own.timed = _Timed(self._path, _STEPS_IN_THREAD)
            except Unusable as error:
                raise Unavailable(str(error)) from error
            self._opened.append(timed)
        return timed.run(work, self._deadline)

    def close(self) -> None:
        """Let go of the connections, once running reads ended."""
        self._threads.shutdown()
        for timed in self._opened:
            timed.close(lost=self._watch.lost)


class _Timed:
    """A connection that gives up at a deadline. Texts come back as bytes, ready to be sent."""

    def __init__(self, path: Path, steps: int) -> None:
        self._connection = connect(path, mapped=True)
        self._connection.text_factory = bytes
        self._connection.execute("PRAGMA query_only = ON")
        self._connection.set_progress_handler(self._late, steps)
        self._until = 0.0

    def _late(self) -> bool:
        return monotonic() > self._until

    def run(self, work: Callable[[Connection], T], seconds: float) -> T:
        self._until = monotonic() + seconds
        try:
            return work(self._connection)
        except sqlite3.OperationalError as error:
            if self._late():
                raise Overdue from error
            raise Unavailable(str(error)) from error
        except sqlite3.Error as error:
            raise Unavailable(str(error)) from error
        finally:
            if self._connection.in_transaction:
                self._until = monotonic() + 1
                self._connection.execute("ROLLBACK")

    def close(self, *, lost: bool) -> None:
        let_go(self._connection, lost=lost)
