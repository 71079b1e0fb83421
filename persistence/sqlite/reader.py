"""Reads: at once on the event loop while they are short, in a thread when they turn out long.

A read by id or by index takes some ten microseconds, less than handing it to a thread would.
A connection's progress handler stops a read that goes on, and it is run again in a thread,
with the full deadline (D13). What was long a moment ago goes to the threads without being tried,
which clients have their own of: however many ask for long reads, the loop is free for short ones.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import local
from time import monotonic
from typing import TypeVar

from persistence.errors import Unavailable, Unsupported, Unusable
from persistence.sqlite.connection import Connection, connect, let_go
from persistence.sqlite.file import Watch
from persistence.sqlite.lane import Lane, Overdue, Turn
from persistence.trials import Trials

T = TypeVar("T")
Work = Callable[[Connection], T]

#: Seconds a read may hold the event loop, and seconds it may take at all.
AT_ONCE = 0.003
DEADLINE = 5.0
#: Threads for long reads of clients, and for those of the server itself; and how many of clients
#: may be under way or wait. More are shed: behind so many, few would be read in time.
THREADS, OWN_THREADS = 2, 2
PLACES, OWN_PLACES = 16, 1_000
#: Virtual machine steps of SQLite between two looks at the clock, on the event loop and in a
#: thread, which has to wait for the interpreter's lock each time.
_STEPS_AT_ONCE = 500
_STEPS_IN_THREAD = 20_000


class Reader:
    """The reading connections of a process."""

    def __init__(self, path: Path, watch: Watch, deadline: float = DEADLINE) -> None:
        self._path = path
        self._watch = watch
        self._deadline = deadline
        self._trials = Trials()
        self._clients = Lane("sqlite-reader", THREADS, PLACES, gives_way=True)
        self._own = Lane("sqlite-own-reader", OWN_THREADS, OWN_PLACES, gives_way=False)
        self._of_thread = local()
        self._opened: list[_Timed] = []
        self._here = {
            kept: self._open(_STEPS_AT_ONCE, kept=kept, mapped=kept) for kept in (True, False)
        }

    def now(self, work: Work[T]) -> T:
        """What `work` gives, on the event loop; for reads that touch a bounded number of rows."""
        self._watch.glance()
        return self._here[True].run(work, Turn(monotonic() + self._deadline))

    async def run(
        self, work: Work[T], until: float | None = None, shape: str = "", *, kept: bool = True
    ) -> T:
        """What `work` gives, which may be run twice.

        `until` is the moment by which a client is answered, None for the server's own reads;
        `shape` is what reads have in common that take about as long; the statements of work that
        is not `kept` are forgotten. Raises `Overdue` past the deadline, and for clients `Busy`.
        """
        self._watch.glance()
        if self._trials.is_worth(shape):
            try:
                found = self._here[kept].run(work, Turn(monotonic() + AT_ONCE))
            except Overdue:
                self._trials.failed(shape)
            else:
                self._trials.went_well(shape)
                return found
        lane = self._own if until is None else self._clients
        if until is None:
            until = monotonic() + self._deadline
        return await lane.run(lambda turn: self._in_thread(work, turn, kept=kept), until)

    def _in_thread(self, work: Work[T], turn: Turn, *, kept: bool) -> T:
        mine: dict[bool, _Timed] = self._of_thread.__dict__.setdefault("timed", {})
        if kept not in mine:
            try:
                mine[kept] = self._open(_STEPS_IN_THREAD, kept=kept)
            except Unusable as error:
                raise Unavailable(str(error)) from error
        return mine[kept].run(work, turn)

    def _open(self, steps: int, *, kept: bool, mapped: bool = False) -> "_Timed":
        connection = connect(self._path, mapped=mapped, kept=kept, beside=not mapped)
        timed = _Timed(connection, steps)
        self._opened.append(timed)
        return timed

    def close(self) -> None:
        """Let go of the connections, once running reads ended."""
        self._clients.close()
        self._own.close()
        for timed in self._opened:
            timed.close(lost=self._watch.lost)


class _Timed:
    """A connection that gives up in time. Texts come back as bytes, ready to be sent."""

    def __init__(self, connection: Connection, steps: int) -> None:
        self._connection = connection
        self._connection.text_factory = bytes
        self._connection.execute("PRAGMA query_only = ON")
        self._connection.set_progress_handler(self._late, steps)
        self._turn = Turn(0.0)

    def _late(self) -> bool:
        return monotonic() > self._turn.until

    def run(self, work: Work[T], turn: Turn) -> T:
        self._turn = turn
        search = self._connection.search
        search.begin(turn.until)
        try:
            return work(self._connection)
        except sqlite3.OperationalError as error:
            if search.refused is not None:
                raise Unsupported(str(search.refused)) from error
            if search.late or self._late():
                raise Overdue from error
            raise Unavailable(str(error)) from error
        except sqlite3.Error as error:
            raise Unavailable(str(error)) from error
        finally:
            if self._connection.in_transaction:
                self._turn = Turn(monotonic() + 1)
                self._connection.execute("ROLLBACK")

    def close(self, *, lost: bool) -> None:
        let_go(self._connection, lost=lost)
