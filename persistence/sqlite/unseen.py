"""Records that are in their table and that no read sees: those of a load that is under way.

Their keys are in a range that nobody else is given, and the entry of the load in the table
`loading` names it. They are seen, all at the same moment, when the entry is decided.

`records` is the name of a table of records.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Range(NamedTuple):
    """Keys that are not seen, from the first to the last."""

    first: int
    last: int


def ranges(connection: sqlite3.Connection, records: str) -> tuple[Range, ...]:
    """The keys of a table that are not seen, as of the moment the connection reads."""
    found = connection.execute(
        "SELECT first, last FROM loading WHERE ? IN (records, twin) AND state != 'decided'",
        (records,),
    ).fetchall()
    return tuple(Range(first, last) for first, last in found)


def is_seen(records: str, key: str) -> str:
    """The SQL condition that a record whose key is the value of an expression is seen."""
    return (
        f"NOT EXISTS (SELECT 1 FROM loading l WHERE '{records}' IN (l.records, l.twin)"
        f" AND l.state != 'decided' AND {key} BETWEEN l.first AND l.last)"
    )


def read_again(
    records: str, statement: Callable[[tuple[Range, ...]], tuple[str, Sequence[Any]]]
) -> Callable[[sqlite3.Connection], tuple[list[Any], int]]:
    """The rows of a read whose rows may be unseen, and a key up to which all are seen for ever:
    later loads get later keys.
    """

    def work(connection: sqlite3.Connection) -> tuple[list[Any], int]:
        connection.execute("BEGIN")
        unseen = ranges(connection, records)
        (last,) = connection.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?", (records,)
        ).fetchone()
        sql, parameters = statement(unseen)
        rows = connection.execute(sql, parameters).fetchall()
        connection.execute("COMMIT")
        return rows, min((first - 1 for first, _ in unseen), default=last)

    return work
