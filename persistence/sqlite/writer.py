"""Group commit: one thread that runs all writes of a process, many in one transaction.

A durable commit waits for the disk. Writes that arrive while it waits, or in the same turn of
the event loop, are run together in the next transaction; all are answered when the common commit
is durable. One that fails undoes nothing of the others: then, or where some write cannot be run
again, each runs inside a savepoint of its own. That costs two statements a write, and a copy of
each page that is changed.

A commit of the server's own is in the way of clients, who wait for the same disk. So where clients
write, its small writes go along with theirs, some at a time.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, NamedTuple

from persistence.errors import Unavailable
from persistence.sqlite.connection import connect, let_go
from persistence.sqlite.engine import errors
from persistence.sqlite.file import Watch
from persistence.sqlite.taking import take

#: Runs inside the transaction; what it returns answers the caller, what it raises undoes it.
Work = Callable[[sqlite3.Connection], Any]


class _Job(NamedTuple):
    """A write, who waits for it, and whether it can be run again after it was undone."""

    work: Work
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    repeatable: bool


#: Writes in one transaction at most, so that a commit and its answers stay prompt.
LARGEST_GROUP = 256
#: Seconds for which a client who wrote is expected to write again, and writes of the server's own
#: that go along with one of a client's at most.
EXPECTED, RIDERS = 0.05, 8


class Writer:
    """The writing connection of a process and its thread."""

    def __init__(self, path: Path, watch: Watch, key: Path | None = None) -> None:
        self._path = path
        self._key = key
        self._watch = watch
        #: Writes of this turn of the event loop, and those the thread has been given.
        self._arrived: deque[_Job] = deque()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        #: Writes that wait for one to go along with, and when the last such one came.
        self._riding: deque[_Job] = deque()
        self._came = -EXPECTED
        self._timer: asyncio.TimerHandle | None = None
        self._thread: Thread | None = None
        self._closed = False

    def start(self) -> None:
        """Begin to take writes. Raises `Unusable`."""
        writing = (connect(self._path, key=self._key, waits=False),)
        self._thread = Thread(target=self._run, args=writing, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def write(self, work: Work, *, repeatable: bool = False) -> Any:
        """What `work` returns, once it is durable; raises what it raises, or `Unavailable`."""
        job = self._job(work, repeatable=repeatable)
        self._arrived.append(job)
        # Not at once: the thread would begin with this write alone, and take turns with the
        # requests that are read in the same turn of the loop, to the loss of both.
        job.loop.call_soon(self._hand_over)
        return await job.future

    def write_for_client(self, work: Work) -> Awaitable[Any]:
        """The same for a client that waits, of a write that can be run again."""
        self._came = monotonic()
        return self.write(work, repeatable=True)

    async def ride(self, work: Work) -> Any:
        """The same for a small write that no client waits for: where clients write, it waits a
        moment and goes along with one of theirs.
        """
        if monotonic() - self._came >= EXPECTED:
            return await self.write(work, repeatable=True)
        job = self._job(work, repeatable=True)
        self._riding.append(job)
        if self._timer is None:
            self._timer = job.loop.call_later(EXPECTED, self._wait_no_longer, job.loop)
        return await job.future

    def _job(self, work: Work, *, repeatable: bool) -> _Job:
        if self._closed:
            raise Unavailable("the store is closed")
        loop = asyncio.get_running_loop()
        return _Job(work, loop.create_future(), loop, repeatable)

    def _hand_over(self) -> None:
        if self._arrived:
            for _ in range(min(RIDERS, len(self._riding))):
                self._arrived.append(self._riding.popleft())
        while self._arrived:
            self._jobs.put(self._arrived.popleft())

    def _wait_no_longer(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hand over what rides, unless clients still write."""
        self._timer = None
        left = self._came + EXPECTED - monotonic()
        if left > 0 and self._riding:
            self._timer = loop.call_later(left, self._wait_no_longer, loop)
            return
        while self._riding:
            self._jobs.put(self._riding.popleft())

    def stop(self) -> None:
        """Finish every write that was accepted, then close the connection."""
        self._closed = True
        self._arrived.extend(self._riding)
        self._riding.clear()
        self._hand_over()
        if self._thread is not None and self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join()

    def _run(self, connection: sqlite3.Connection) -> None:
        while (job := self._jobs.get()) is not None:
            group, last = self._gather(job)
            outcomes = _commit(connection, group, self._watch)
            _answer(group, outcomes)
            if last:
                break
        let_go(connection, lost=self._watch.lost)

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        """The job at hand and those already waiting; whether the end was among them."""
        group = [first]
        while len(group) < LARGEST_GROUP and not self._jobs.empty():
            job = self._jobs.get()
            if job is None:
                return group, True
            group.append(job)
        return group, False


def _commit(connection: sqlite3.Connection, group: list[_Job], watch: Watch) -> list[Any]:
    """The outcome of each job: a value, or the exception that undid it."""
    try:
        watch.look()
        take(connection)
        outcomes = _outcomes(connection, group)
        connection.execute("COMMIT")
        watch.committed()
    except Exception as error:  # Whatever it is: who waits is told, and the thread goes on.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        return [Unavailable(str(error))] * len(group)
    return outcomes


def _outcomes(connection: sqlite3.Connection, group: list[_Job]) -> list[Any]:
    """The outcome of each job, in a transaction that holds what those did that did not fail."""
    if all(job.repeatable for job in group):
        try:
            return [job.work(connection) for job in group]
        except Exception:  # Whatever it is: the same comes again, to the one job that it is of.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            take(connection)
    return [_attempt(connection, job.work) for job in group]


def _attempt(connection: sqlite3.Connection, work: Work) -> Any:
    connection.execute("SAVEPOINT write")
    try:
        outcome = work(connection)
    except Exception as error:
        connection.execute("ROLLBACK TO write")
        connection.execute("RELEASE write")
        if isinstance(error, errors()):
            return Unavailable(str(error))
        return error
    connection.execute("RELEASE write")
    return outcome


def _answer(group: list[_Job], outcomes: list[Any]) -> None:
    """Tell every caller, with one wake-up per event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for job, outcome in zip(group, outcomes, strict=True):
        by_loop.setdefault(job.loop, []).append((job.future, outcome))
    for loop, answers in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, answers)


def _resolve(answers: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, outcome in answers:
        if future.done():
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
