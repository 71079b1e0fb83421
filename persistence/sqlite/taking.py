"""The lock for writing: who waits for it looks so often that no gap is missed.

SQLite itself looks ever more seldom, in the end ten times a second. A load leaves the file alone
for a moment between two steps; so a client could miss many such moments, one after the other.
"""

import sqlite3
from time import monotonic, sleep

from persistence.sqlite.connection import BUSY_SECONDS
from persistence.sqlite.engine import operational_errors

#: Seconds between two looks: a tenth of what a load leaves.
LOOK = 0.002
#: What every engine says of a file that another process writes to.
_TAKEN = "database is locked"


def take(connection: sqlite3.Connection) -> None:
    """Begin a transaction that writes, on a connection that does not wait by itself.

    Raises the engine's `OperationalError`, that of a lock only after `BUSY_SECONDS`.
    """
    until = monotonic() + BUSY_SECONDS
    while not _taken(connection, last=monotonic() >= until):
        sleep(LOOK)


def _taken(connection: sqlite3.Connection, *, last: bool) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except operational_errors() as error:
        if last or str(error) != _TAKEN:
            raise
        return False
    return True
