"""When what stands in the log of the file is copied into it: while nobody writes, if it can be.

SQLite copies when a commit finds a thousand pages in the log, and whoever waits for that commit
waits for the disk twice more. So a writer that has nothing to do for a moment copies before it
comes to that; under a load without such a moment SQLite does, as ever.
"""

import sqlite3
from contextlib import suppress

from persistence.errors import Unavailable
from persistence.sqlite.engine import errors
from persistence.sqlite.file import Watch

#: Writes that are worth copying; they fill a third of such a log, or less.
WORTH = 40
#: Seconds without a write after which none is expected at once: clients that wait for an answer
#: before they write again do so sooner.
QUIET = 0.005


class Copying:
    """What the writer of a file has written since the log was copied last."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._written = 0

    @property
    def is_due(self) -> bool:
        """Whether the next quiet moment is for copying."""
        return self._written >= WORTH

    def wrote(self, writes: int, *, copied: bool) -> None:
        """Note a transaction of so many writes, and whether the log was copied with it."""
        self._written = 0 if copied else self._written + writes

    def copy(self, connection: sqlite3.Connection) -> None:
        """Copy what can be, without waiting for anybody. What fails is told to the next write."""
        self._written = 0
        with suppress(Unavailable, *errors()):
            self._watch.copies()
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            self._watch.committed()
