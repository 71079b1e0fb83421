"""Reads: at once on the event loop while they are short, beside it when they turn out long.

A read by id or by index takes some ten microseconds, less than handing it to a thread would.
A connection's progress handler stops a read that goes on, and it is run again beside the loop,
with the full deadline (D13): for clients in a process (see `scanner`), of the server's own in a
thread. What was long a moment ago goes there without being tried: however many ask for long reads,
the loop is free for short ones.
"""

from pathlib import Path
from threading import local
from time import monotonic, thread_time
from typing import Any, TypeVar

from persistence.errors import Unavailable, Unusable
from persistence.sqlite.connection import connect
from persistence.sqlite.file import Watch
from persistence.sqlite.lane import Lane, Moment
from persistence.sqlite.scanner import Scanner
from persistence.sqlite.timed import Overdue, Timed, Turn, Work
from persistence.trials import Trials

T = TypeVar("T")

#: Seconds a read may hold the event loop, and seconds it may take at all.
AT_ONCE = 0.003
DEADLINE = 5.0
#: Long reads of clients at once, each in a process of its own, and threads for those of the server
#: itself; and how many of clients may be under way or wait. More are shed: behind so many, few
#: would be read in time.
THREADS, OWN_THREADS = 2, 2
PLACES, OWN_PLACES = 16, 1_000
#: Virtual machine steps of SQLite between two looks at the clock, on the event loop and in a
#: thread, which has to wait for the interpreter's lock each time.
_STEPS_AT_ONCE = 500
_STEPS_IN_THREAD = 20_000


class Reader:
    """The reading connections of a process."""

    def __init__(
        self, path: Path, watch: Watch, deadline: float = DEADLINE, key: Path | None = None
    ) -> None:
        self._path = path
        self._key = key
        self._watch = watch
        self._deadline = deadline
        self._trials = Trials()
        self._clients = Lane("sqlite-reader", THREADS, PLACES)
        self._own = Lane("sqlite-own-reader", OWN_THREADS, OWN_PLACES)
        self._of_thread = local()
        self._at_once = Moment(0.0)
        self._opened: list[Timed] = []
        self._scanners: list[Scanner] = []
        self._here = {
            kept: self._open(_STEPS_AT_ONCE, kept=kept, mapped=kept) for kept in (True, False)
        }

    def now(self, work: Work[T]) -> T:
        """What `work` gives, on the event loop; for reads that touch a bounded number of rows."""
        self._watch.glance()
        self._at_once.until = monotonic() + self._deadline
        return self._here[True].run(work, self._at_once)

    async def run(
        self, work: Work[T], until: float | None = None, shape: str = "", *, kept: bool = True
    ) -> T:
        """What `work` gives, which may be run twice.

        `until` is the moment by which a client is answered, None for the server's own reads; for
        clients `work` is such as `Scanner.run` takes. `shape` is what reads have in common that
        take about as long; the statements of work that is not `kept` are forgotten. Raises
        `Overdue` past the deadline, and for clients `Busy`.
        """
        self._watch.glance()
        if self._trials.is_worth(shape):
            self._at_once.until = monotonic() + AT_ONCE
            worked = thread_time()
            try:
                found = self._here[kept].run(work, self._at_once)
            except Overdue:
                long = thread_time() - worked > AT_ONCE / 2
                (self._trials.failed if long else self._trials.held_up)(shape)
            else:
                self._trials.went_well(shape)
                return found
        if until is None:
            own = monotonic() + self._deadline
            return await self._own.run(lambda turn: self._in_thread(work, turn), own)
        return await self._clients.run(lambda turn: self._in_process(work, turn), until)

    def _in_thread(self, work: Work[T], turn: Turn) -> T:
        timed: Timed | None = getattr(self._of_thread, "timed", None)
        if timed is None:
            try:
                timed = self._of_thread.timed = self._open(_STEPS_IN_THREAD, kept=False)
            except Unusable as error:
                raise Unavailable(str(error)) from error
        return timed.run(work, turn)

    def _in_process(self, work: Work[Any], turn: Turn) -> Any:
        scanner: Scanner | None = getattr(self._of_thread, "scanner", None)
        if scanner is None:
            scanner = self._of_thread.scanner = Scanner(self._path, self._key)
            self._scanners.append(scanner)
        return scanner.run(work, turn)

    def _open(self, steps: int, *, kept: bool, mapped: bool = False) -> Timed:
        opened = connect(self._path, key=self._key, mapped=mapped, kept=kept, beside=not mapped)
        timed = Timed(opened, steps)
        self._opened.append(timed)
        return timed

    def close(self) -> None:
        """Let go of the connections, once running reads ended."""
        self._clients.close()
        self._own.close()
        for scanner in self._scanners:
            scanner.close()
        for timed in self._opened:
            timed.close(lost=self._watch.lost)
