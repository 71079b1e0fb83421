"""Group commit: one thread that runs all writes of a process, many in one transaction.

A durable commit waits for the disk. Writes that arrive while it waits, or in the same turn of
the event loop, are run together in the next transaction; all are answered when the common commit
is durable (see `committing`).

A commit of the server's own is in the way of clients, who wait for the same disk. So where clients
write, its small writes go along with theirs, some at a time.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

from persistence.errors import Unavailable
from persistence.sqlite.committing import Job, Work, answer, commit
from persistence.sqlite.connection import connect, let_go
from persistence.sqlite.copying import QUIET, Copying
from persistence.sqlite.file import Watch

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
        self._copying = Copying(watch)
        #: Writes of this turn of the event loop, and those the thread has been given.
        self._arrived: deque[Job] = deque()
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        #: Writes that wait for one to go along with, and when the last such one came.
        self._riding: deque[Job] = deque()
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

    def _job(self, work: Work, *, repeatable: bool) -> Job:
        if self._closed:
            raise Unavailable("the store is closed")
        loop = asyncio.get_running_loop()
        return Job(work, loop.create_future(), loop, repeatable)

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
        while (job := self._next(connection)) is not None:
            group, last = self._gather(job)
            outcomes, copied = commit(connection, group, self._watch)
            answer(group, outcomes)
            self._copying.wrote(len(group), copied=copied)
            if last:
                break
        let_go(connection, lost=self._watch.lost)

    def _next(self, connection: sqlite3.Connection) -> Job | None:
        """The next job, or the end; while none comes, what was written is copied."""
        if self._copying.is_due:
            try:
                return self._jobs.get(timeout=QUIET)
            except Empty:
                self._copying.copy(connection)
        return self._jobs.get()

    def _gather(self, first: Job) -> tuple[list[Job], bool]:
        """The job at hand and those already waiting; whether the end was among them."""
        group = [first]
        while len(group) < LARGEST_GROUP and not self._jobs.empty():
            job = self._jobs.get()
            if job is None:
                return group, True
            group.append(job)
        return group, False
