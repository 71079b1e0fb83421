"""Which version of an id is the latest (R-1305): it bears a mark, and every write that may change
which one it is moves the mark in the same transaction (D28).

`records` is the name of a table of records.
"""

import sqlite3

from persistence.sqlite.unseen import is_seen


def settle(
    connection: sqlite3.Connection,
    records: str,
    space: str,
    id: str,
    now: int,
    written: int | None = None,
) -> bool:
    """Move the mark to the latest version of an id; whether that is the one just `written`.

    Another one that gets or loses it gets a new revision and time, for its `href` changes.
    """
    top = _top(connection, records, space, id)
    connection.execute(
        f"""UPDATE {records} SET latest = (key = ?1), n = n + (key IS NOT ?2),
            modified = CASE WHEN key IS ?2 THEN modified ELSE max(?3, modified + 1) END
            WHERE space = ?4 AND id = ?5 AND latest != (key = ?1)""",
        (top, written, now, space, id),
    )
    return top == written


def mark(connection: sqlite3.Connection, records: str, space: str, id: str) -> None:
    """Move the mark where the revisions are settled already, by another store."""
    top = _top(connection, records, space, id)
    connection.execute(
        f"UPDATE {records} SET latest = (key = ?1)"
        " WHERE space = ?2 AND id = ?3 AND latest != (key = ?1)",
        (top, space, id),
    )


def _top(connection: sqlite3.Connection, records: str, space: str, id: str) -> int | None:
    row = connection.execute(
        f"SELECT key FROM {records} WHERE space = ? AND id = ? AND {is_seen(records, 'key')}"
        " ORDER BY rank DESC, key DESC LIMIT 1",
        (space, id),
    ).fetchone()
    return None if row is None else int(row[0])
