"""Events of a load that is decided, on their way into the log."""

import sqlite3

from persistence.sqlite.tables import Table

#: Events that are moved at once.
AT_ONCE = 50
#: The columns that the log takes over.
_TOLD = (
    "INSERT INTO event (collection, id, type, raised, body) SELECT"
    " CASE collection WHEN '' THEN ?1 ELSE collection END, id, type, ?2, body"
)


def tell(connection: sqlite3.Connection, load: int, collection: str, now: int) -> int:
    """Move the first of the events of a load into the log; how many."""
    done = connection.execute(
        f"{_TOLD} FROM loading_event WHERE loading = ?3 ORDER BY place LIMIT ?4",
        (collection, now, load, AT_ONCE),
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
            connection.execute(
                f"{_TOLD} FROM loading_event WHERE loading = ?3 AND id = ?4 ORDER BY place",
                (table.collection.name, now, load, id),
            )
            connection.execute("DELETE FROM loading_event WHERE loading = ? AND id = ?", (load, id))
    table.told = min([key, *(first - 1 for _, first, _ in loads)])
