"""The log of events: read some at a time, as there is room; and what is dropped from it, so that no
write waits for long.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from heapq import nsmallest
from itertools import takewhile

from persistence.packing import packed, unpacked
from persistence.room import ROOM, fitting
from persistence.sqlite.committing import Work
from persistence.sqlite.reader import Reader
from persistence.sqlite.writer import Writer
from persistence.store import Logged

#: Events that are dropped in one write.
CHUNK = 500
#: Where in an event its body is.
_BODY = Logged._fields.index("body")


def column(body: bytes) -> str | bytes:
    """The body of an event as its row has it: a text, or packed."""
    found = packed(body)
    return found.decode() if found is body else found


def after(number: int, limit: int) -> Callable[[sqlite3.Connection], list[Logged]]:
    """The events behind a number."""

    def work(connection: sqlite3.Connection) -> list[Logged]:
        found = connection.execute(
            "SELECT sequence, collection, id, type, raised, body FROM event"
            " WHERE sequence > ? ORDER BY sequence LIMIT ?",
            (number, limit),
        )
        events = (
            Logged(
                sequence, collection.decode(), id.decode(), type.decode(), raised, unpacked(body)
            )
            for sequence, collection, id, type, raised, body in found
        )
        taken, _ = fitting(events, _BODY, ROOM)
        found.close()
        return taken

    return work


async def forget(reader: Reader, writer: Writer, before: int, kept: Mapping[str, int]) -> int:
    """Drop what was raised before an instant, of collections below a path in `kept` only up to
    the number there; how many.
    """
    dropped = 0
    for collection in await reader.run(_collections):
        last = [number for path, number in kept.items() if collection.startswith(f"{path}/")]
        work = _forgetting(collection, before, min(last, default=2**62))
        while count := await writer.write(work):
            dropped += count
            if count < CHUNK:
                break
    return dropped


async def trim(reader: Reader, writer: Writer, below: str, most: int) -> int:
    """Drop the oldest events of the collections below a path beyond so many; how many."""
    if await reader.run(_span) <= most:
        return 0
    counts = await reader.run(_counts)
    mine = [collection for collection in counts if collection.startswith(f"{below}/")]
    surplus = max(0, sum(counts[collection] for collection in mine) - most)
    for done in range(0, surplus, CHUNK):
        await writer.write(_trimming(mine, min(CHUNK, surplus - done)))
    return surplus


def _collections(connection: sqlite3.Connection) -> list[str]:
    """The collections that have events, found by as many steps in the index."""
    rows = connection.execute(
        "WITH RECURSIVE found(name) AS (SELECT min(collection) FROM event UNION ALL"
        " SELECT (SELECT min(collection) FROM event WHERE collection > name) FROM found"
        " WHERE name NOT NULL) SELECT name FROM found WHERE name NOT NULL"
    )
    return [name.decode() for (name,) in rows]


def _span(connection: sqlite3.Connection) -> int:
    """How many events there are at most, by their numbers."""
    first, last = connection.execute("SELECT min(sequence), max(sequence) FROM event").fetchone()
    return 0 if first is None else int(last) - int(first) + 1


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    rows = connection.execute("SELECT collection, count(*) FROM event GROUP BY collection")
    return {name.decode(): count for name, count in rows}


def _forgetting(collection: str, before: int, last: int) -> Work:
    def work(connection: sqlite3.Connection) -> int:
        rows = connection.execute(
            "SELECT sequence, raised FROM event WHERE collection = ? AND sequence <= ?"
            " ORDER BY sequence LIMIT ?",
            (collection, last, CHUNK),
        )
        return _drop(connection, takewhile(lambda row: row[1] < before, rows.fetchall()))

    return work


def _trimming(collections: list[str], count: int) -> Work:
    def work(connection: sqlite3.Connection) -> int:
        rows = [
            row
            for collection in collections
            for row in connection.execute(
                "SELECT sequence FROM event WHERE collection = ? ORDER BY sequence LIMIT ?",
                (collection, count),
            )
        ]
        return _drop(connection, nsmallest(count, rows))

    return work


def _drop(connection: sqlite3.Connection, rows: Iterable[tuple[int, ...]]) -> int:
    numbers = [(row[0],) for row in rows]
    connection.executemany("DELETE FROM event WHERE sequence = ?", numbers)
    return len(numbers)
