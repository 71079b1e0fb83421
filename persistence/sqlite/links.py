"""The chain in the database file: its last link is read in the transaction that adds the next."""

import sqlite3
from collections.abc import Callable, Sequence

from persistence.links import BEGINNING, draft, linked, parted
from persistence.sqlite.rows import put_row, rows
from persistence.sqlite.tables import Table
from persistence.store import Event, Link, Making

#: Links that are dropped in one write.
CHUNK = 1000


def append(
    connection: sqlite3.Connection, chain: Table, events: Sequence[Event], now: int
) -> Sequence[Event]:
    """Put the entries among some events behind the last link; the others."""
    events, entries = parted(events, chain.collection.name)
    if entries:
        last = _last(connection, chain)
        for entry in entries:
            last = _put(connection, chain, linked(last, entry.body), now)
    return events


def link(chain: Table, making: Making, now: int) -> Callable[[sqlite3.Connection], None]:
    """The write that puts the entry that is made behind the last link."""

    def work(connection: sqlite3.Connection) -> None:
        last = _last(connection, chain)
        entry = making(last)
        if entry is not None:
            _put(connection, chain, linked(last, entry), now)

    return work


def unlink(chain: Table, below: int) -> Callable[[sqlite3.Connection], int]:
    """The write that drops some of the links below a number; how many."""

    def work(connection: sqlite3.Connection) -> int:
        done = connection.execute(
            f"DELETE FROM {chain.records} WHERE key IN"
            f" (SELECT key FROM {chain.records} WHERE key < ? ORDER BY key LIMIT ?)",
            (below, CHUNK),
        )
        return done.rowcount

    return work


def _last(connection: sqlite3.Connection, chain: Table) -> Link:
    row = connection.execute(
        f"SELECT key, body FROM {chain.records} ORDER BY key DESC LIMIT 1"
    ).fetchone()
    return BEGINNING if row is None else Link(row[0], row[1].encode())


def _put(connection: sqlite3.Connection, chain: Table, link: Link, now: int) -> Link:
    for row in rows(chain, draft(link)):
        put_row(connection, row, link.number, "", now, latest=True)
    return link
