"""A connection that gives up in time."""

from collections.abc import Callable
from time import monotonic
from typing import Protocol, TypeVar

from persistence.errors import Unavailable, Unsupported
from persistence.sqlite.connection import Connection, let_go
from persistence.sqlite.engine import errors, operational_errors

T = TypeVar("T")
Work = Callable[[Connection], T]


class Overdue(Exception):
    """A read that was stopped at its deadline."""


class Turn(Protocol):
    """The time of a read."""

    @property
    def until(self) -> float:
        """The moment by which it has to end, of the monotonic clock; it may move."""


class Timed:
    """A connection for reads, which looks at the clock after so many steps of SQLite's virtual
    machine. Texts come back as bytes, ready to be sent.
    """

    def __init__(self, connection: Connection, steps: int) -> None:
        self._connection = connection
        self._connection.text_factory = bytes
        self._connection.execute("PRAGMA query_only = ON")
        self._connection.set_progress_handler(self._late, steps)
        self._turn: Turn = _Pause()

    def _late(self) -> bool:
        return monotonic() > self._turn.until

    def run(self, work: Work[T], turn: Turn) -> T:
        """What `work` gives; raises `Overdue`, `Unsupported` and `Unavailable`."""
        self._turn = turn
        search = self._connection.search
        search.begin(turn.until)
        try:
            return work(self._connection)
        except operational_errors() as error:
            if search.refused is not None:
                raise Unsupported(str(search.refused)) from error
            if search.late or self._late():
                raise Overdue from error
            raise Unavailable(str(error)) from error
        except errors() as error:
            raise Unavailable(str(error)) from error
        finally:
            if self._connection.in_transaction:
                self._turn = _Pause()
                self._connection.execute("ROLLBACK")

    def close(self, *, lost: bool) -> None:
        """Let go of the connection (`connection.let_go`)."""
        let_go(self._connection, lost=lost)


class _Pause:
    """Time for what is always short."""

    def __init__(self) -> None:
        self.until = monotonic() + 1
