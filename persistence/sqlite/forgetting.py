"""What is let go of in the database file, and how nothing is left of it: SQLite leaves the bytes of
what was overwritten in free pages and in its log until they are used again.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from time import monotonic, sleep

import orjson

from persistence.errors import Unavailable
from persistence.forgetting import Remembered
from persistence.packing import unpacked
from persistence.sqlite.connection import connect
from persistence.sqlite.engine import errors
from persistence.sqlite.file import log_of, touch
from persistence.sqlite.log import column
from persistence.store import Logged

#: Keys that are read at once.
_KEYS = 200
#: Seconds to wait for reads that are under way, and between two attempts.
_PATIENCE, _PAUSE = 30.0, 0.1
#: Bytes of a file that are searched at once.
_CHUNK = 8 << 20


def remembered(after: str) -> Callable[[sqlite3.Connection], list[Remembered]]:
    """Some of what follows an idempotency key."""

    def work(connection: sqlite3.Connection) -> list[Remembered]:
        rows = connection.execute(
            "SELECT key, at, record, body FROM once WHERE key > ? ORDER BY key LIMIT ?",
            (after, _KEYS),
        )
        return [
            Remembered(key.decode(), orjson.loads(record)[1], at, body)
            for key, at, record, body in rows.fetchall()
        ]

    return work


def forget_remembered(keys: Collection[str]) -> Callable[[sqlite3.Connection], None]:
    """The write that forgets idempotency keys."""

    def work(connection: sqlite3.Connection) -> None:
        connection.executemany("DELETE FROM once WHERE key = ?", [(key,) for key in keys])

    return work


def amend_events(events: Sequence[Logged]) -> Callable[[sqlite3.Connection], None]:
    """The write that gives events other bodies and ids."""

    def work(connection: sqlite3.Connection) -> None:
        connection.executemany(
            "UPDATE event SET body = ?, id = ? WHERE sequence = ?",
            [(column(event.body), event.id, event.sequence) for event in events],
        )

    return work


def compact(path: Path, key: Path | None = None) -> None:
    """Write the file anew without what was overwritten, and empty its log. Raises `Unavailable`
    where a read keeps the log from that for long.
    """
    connection = connect(path, key=key, beside=True)
    try:
        connection.execute("VACUUM")
        until = monotonic() + _PATIENCE
        while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if monotonic() > until:
                raise Unavailable(f"{path} is being read; its log could not be emptied")
            sleep(_PAUSE)
    except errors() as error:
        raise Unavailable(f"{path}: {error}") from error
    finally:
        connection.close()
        touch(log_of(path))


def packed_events(texts: Sequence[bytes]) -> Callable[[sqlite3.Connection], set[bytes]]:
    """Which of some texts are in events that are kept packed, where bytes do not show them."""

    def work(connection: sqlite3.Connection) -> set[bytes]:
        found: set[bytes] = set()
        for (body,) in connection.execute("SELECT body FROM event WHERE typeof(body) = 'blob'"):
            whole = unpacked(body)
            found |= {text for text in texts if text in whole}
        return found

    return work


def traces(path: Path, texts: Sequence[bytes]) -> set[bytes]:
    """Which of some texts are in the bytes of the file or of its log."""
    found: set[bytes] = set()
    for file in (path, log_of(path)):
        for chunk in _chunks(file, max(map(len, texts), default=0)):
            found |= {text for text in texts if text in chunk}
    return found


def _chunks(file: Path, overlap: int) -> Iterator[bytes]:
    """The bytes of a file, each part with the end of the one before."""
    if not file.exists():
        return
    last = b""
    with file.open("rb") as opened:
        while read := opened.read(_CHUNK):
            yield last + read
            last = read[-overlap:] if overlap else b""
