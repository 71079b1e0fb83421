"""Records and events on their way from or to another store, just as they are."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from persistence.errors import Duplicate, named
from persistence.room import ROOM, fitting
from persistence.sqlite.engine import integrity_errors
from persistence.sqlite.latest import mark
from persistence.sqlite.log import column
from persistence.sqlite.tables import Table, insert_mentions
from persistence.sqlite.unseen import is_seen
from persistence.store import Kept, Logged
from tmf_apis.tmf630.version_order import rank

#: All that is known of a record, and where in such a row its body is.
KEPT = "r.key, r.space, r.id, r.version, r.n, r.modified, r.body, r.memory"
BODY = 6


def kinds(connection: sqlite3.Connection) -> list[str]:
    """The names of the collections that hold records, or once did."""
    tables = connection.execute("SELECT number, name FROM collection").fetchall()
    used = {
        name.decode()
        for (name,) in connection.execute("SELECT name FROM sqlite_sequence WHERE seq > 0")
    }
    return [name.decode() for number, name in tables if f"r{number}" in used]


def newest(table: Table) -> Callable[[sqlite3.Connection], int]:
    """The greatest key of a table."""

    def work(connection: sqlite3.Connection) -> int:
        (key,) = connection.execute(f"SELECT coalesce(max(key), 0) FROM {table.records}").fetchone()
        return int(key)

    return work


def export(table: Table, after: int, limit: int) -> Callable[[sqlite3.Connection], list[Kept]]:
    """The records that follow a key, in the order of keys."""

    def work(connection: sqlite3.Connection) -> list[Kept]:
        rows = connection.execute(
            f"SELECT {KEPT} FROM {table.records} r"
            f" WHERE r.key > ? AND {is_seen(table.records, 'r.key')} ORDER BY r.key LIMIT ?",
            (after, limit),
        )
        taken, _ = fitting(rows, BODY, ROOM)
        rows.close()
        return [as_kept(row) for row in taken]

    return work


def as_kept(row: Sequence[Any]) -> Kept:
    """A record by a row with all that is known of it."""
    key, space, id, version, n, modified, body, memory = row
    return Kept(key, space.decode(), id.decode(), version.decode(), n, modified, body, memory)


def import_(table: Table, records: Sequence[Kept]) -> Callable[[sqlite3.Connection], None]:
    """The write that keeps records as another store kept them."""
    versioned = table.collection.versioned

    def work(connection: sqlite3.Connection) -> None:
        for kept in records:
            document = orjson.loads(kept.body)
            try:
                connection.execute(
                    table.insert,
                    [kept.key, kept.space, kept.id, kept.version, rank(kept.version), kept.n,
                     not versioned, kept.modified, *table.mirror.values(document),
                     kept.body.decode(), kept.memory and kept.memory.decode()],
                )  # fmt: skip
            except integrity_errors() as error:
                raise Duplicate(named(kept.id, kept.version)) from error
            insert_mentions(connection, table, kept.key, table.mirror.mentions(document))
        if versioned:
            for space, id in {(kept.space, kept.id) for kept in records}:
                mark(connection, table.records, space, id)

    return work


def import_events(events: Sequence[Logged], last: int) -> Callable[[sqlite3.Connection], None]:
    """The write that puts events of another store into the log."""

    def work(connection: sqlite3.Connection) -> None:
        connection.executemany(
            "INSERT INTO event (sequence, collection, id, type, raised, body)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(e.sequence, e.collection, e.id, e.type, e.raised, column(e.body)) for e in events],
        )
        reached = connection.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'event'", (last,)
        )
        if reached.rowcount == 0:
            connection.execute("INSERT INTO sqlite_sequence VALUES ('event', ?)", (last,))

    return work
