"""Events of a load that is decided, on their way into the log; entries, into the chain."""

import sqlite3
from typing import Any

from persistence.packing import unpacked
from persistence.sqlite import links
from persistence.sqlite.tables import Table
from persistence.store import Event

#: Events that are moved at once.
AT_ONCE = 50
#: The columns that the log takes over.
_TOLD = (
    "INSERT INTO event (collection, id, type, raised, body) SELECT"
    " CASE collection WHEN '' THEN ?1 ELSE collection END, id, type, ?2, body"
)


def tell(connection: sqlite3.Connection, load: int, table: Table, now: int) -> int:
    """Move the first of the events of a load into the log; how many."""
    if entries := _link(connection, table, now, "loading = ?", (load,)):
        return entries
    done = connection.execute(
        f"{_TOLD} FROM loading_event WHERE loading = ?3 ORDER BY place LIMIT ?4",
        (table.collection.name, now, load, AT_ONCE),
    )
    connection.execute(
        "DELETE FROM loading_event WHERE place IN"
        " (SELECT place FROM loading_event WHERE loading = ? ORDER BY place LIMIT ?)",
        (load, AT_ONCE),
    )
    return done.rowcount


def tell_first(connection: sqlite3.Connection, table: Table, key: int, id: str, now: int) -> None:
    """Before a record changes, move what waits of it: events come in the order of its changes."""
    if key <= table.told:
        return
    loads = connection.execute(
        "SELECT number, first, last FROM loading WHERE ? IN (records, twin)", (table.records,)
    ).fetchall()
    for load, first, last in loads:
        if first <= key <= last:
            while _link(connection, table, now, "loading = ? AND id = ?", (load, id)):
                pass
            connection.execute(
                f"{_TOLD} FROM loading_event WHERE loading = ?3 AND id = ?4 ORDER BY place",
                (table.collection.name, now, load, id),
            )
            connection.execute("DELETE FROM loading_event WHERE loading = ? AND id = ?", (load, id))
    table.told = min([key, *(first - 1 for _, first, _ in loads)])


def _link(
    connection: sqlite3.Connection, table: Table, now: int, which: str, of: tuple[Any, ...]
) -> int:
    """Move the first of the entries among some events into the chain; how many."""
    chain = table.chain
    if chain is None:
        return 0
    name = chain.collection.name
    rows = connection.execute(
        f"SELECT place, body FROM loading_event WHERE collection = ? AND {which}"
        f" ORDER BY place LIMIT {AT_ONCE}",
        (name, *of),
    ).fetchall()
    entries = [Event("", _bytes(body), name) for _, body in rows]
    links.append(connection, chain, entries, now)
    connection.executemany("DELETE FROM loading_event WHERE place = ?", [row[:1] for row in rows])
    return len(rows)


def _bytes(body: str | bytes) -> bytes:
    return unpacked(body.encode() if isinstance(body, str) else body)
