"""A page of a list and the exact total, from one snapshot and with as little work as that takes."""

from typing import Any, NamedTuple

from persistence.room import fitting
from persistence.sqlite.connection import Connection
from persistence.sqlite.statements import Listing, Statement
from persistence.sqlite.unseen import Range, ranges
from tmf_apis.tmf630.query import Query

#: Where in a row its body is.
_BODY = 4


class Page(NamedTuple):
    """The rows of a page, how many match in all, and whether it ends for want of room."""

    rows: list[Any]
    total: int
    cut: bool


class Outdated(Exception):
    """Statements that pass over other keys than those that are not seen now, which are `unseen`."""

    def __init__(self, unseen: tuple[Range, ...]) -> None:
        super().__init__(unseen)
        self.unseen = unseen


def page(
    connection: Connection, statements: Listing, unseen: tuple[Range, ...], query: Query
) -> Page:
    """The rows of a page, and how many match in all.

    The statements are those for a query, and pass over keys that are `unseen`. Raises `Outdated`.
    """
    connection.execute("BEGIN")
    connection.forget_if_written()
    now_unseen = _unseen(connection, statements.records)
    if now_unseen != unseen:
        raise Outdated(now_unseen)
    by_order = statements.page_by_order
    if by_order is None:
        rows, cut = _rows(connection, statements.page, query.room)
        total = None if cut else _end(query, rows)
        if total is None:
            total = _total(connection, statements.count)
    else:
        total = _total(connection, statements.count)
        statement = _cheaper(connection, statements, by_order, query, total)
        wanted = total and query.limit != 0
        rows, cut = _rows(connection, statement, query.room) if wanted else ([], False)
    connection.execute("COMMIT")
    return Page(rows, total, cut)


def _end(query: Query, rows: list[Any]) -> int | None:
    """The total, where the page itself shows it by ending before its limit."""
    if query.cursor is not None or (query.offset and not rows):
        return None
    if query.limit is None or len(rows) < query.limit:
        return query.offset + len(rows)
    return None


def _unseen(connection: Connection, records: str) -> tuple[Range, ...]:
    found = connection.unseen.get(records)
    if found is None:
        found = connection.unseen[records] = ranges(connection, records)
    return found


def _total(connection: Connection, count: Statement) -> int:
    """How many rows match: as counted before, if the file is still the same.

    Clients poll lists and walk through their pages, and counting is most of the work.
    """
    return connection.totals[count.sql, *count.parameters]


def _cheaper(
    connection: Connection, statements: Listing, by_order: Statement, query: Query, total: int
) -> Statement:
    """The statement that looks at fewer rows.

    By the conditions' index: every match is read and sorted. By the sort key's: rows are read
    in order until the page is full, one in so many of them a match.
    """
    if total <= statements.few or query.limit is None:
        return statements.page
    (largest,) = connection.execute(
        f"SELECT coalesce(max(key), 0) FROM {statements.records}"
    ).fetchone()
    wanted = query.offset + query.limit
    return by_order if wanted * largest < total * total else statements.page


def _rows(connection: Connection, statement: Statement, room: int | None) -> tuple[list[Any], bool]:
    """The rows of a statement as far as there is room, and whether others follow."""
    found = connection.execute(statement.sql, statement.parameters)
    if room is None:
        return found.fetchall(), False
    rows, cut = fitting(found, _BODY, room)
    if cut:
        found.close()
    return rows, cut
