"""The statements that read: one record by its id, or the page of a list and how many match."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from persistence.sqlite.cursors import Value, read_cursor
from persistence.sqlite.tables import Table
from persistence.sqlite.translate import Parameter, Translation
from persistence.store import Scope
from tmf_apis.tmf630.query import ALWAYS, All, Predicate, Query

#: What a row of a page begins with; the values of the sort keys follow.
ROW = 'r.key, r.id, r.version, r.n, r.body, r.modified, r."primary"'


class Statement(NamedTuple):
    """An SQL text with its parameters."""

    sql: str
    parameters: Sequence[Parameter]


@dataclass(frozen=True, slots=True)
class Listing:
    """How to answer a query. `page` reads by the conditions' index, `page_by_order` by that of
    the order, where both have one and either may be the better; else it is None.
    """

    count: Statement
    page: Statement
    page_by_order: Statement | None
    #: The table of records.
    records: str
    #: Attributes that no index serves, for a message.
    scanned: tuple[str, ...]


def addressed(table: Table, id: str, scope: Scope, version: str | None = None) -> Statement:
    """The statement for the entity version of an id, or for all of them, latest first."""
    sql = f"SELECT {ROW} FROM {table.records} r WHERE r.space = ?1 AND r.id = ?2"
    parameters: list[Parameter] = [scope.space, id]
    if version is not None:
        sql += " AND r.version = ?3"
        parameters.append(version)
    if scope.where != ALWAYS:
        sql += f" AND {Translation(table, parameters=parameters).where(scope.where)}"
    return Statement(f"{sql} ORDER BY r.rank DESC, r.key DESC", parameters)


#: Statements kept for queries that come again.
_KEPT = 512


@lru_cache(_KEPT)
def listing(table: Table, query: Query, scope: Scope) -> Listing:
    """The statements for a query; raises `BadCursor` for a cursor that does not fit."""
    counting = Translation(table)
    condition = _conditions(counting, query, scope)
    count = Statement(
        f"SELECT count(*) FROM {table.records} r WHERE {condition}", counting.parameters
    )
    page, translation = _page(table, query, scope, by_order=False)
    either = (
        counting.indexed
        and translation.sorts_by_index(query.sort)
        and not (query.sort == () and translation.finds_in_order(_where(query, scope)))
    )
    by_order = _page(table, query, scope, by_order=True)[0] if either else None
    return Listing(count, page, by_order, table.records, tuple(dict.fromkeys(translation.scanned)))


def _conditions(translation: Translation, query: Query, scope: Scope) -> str:
    conditions = [f"r.space = {translation.parameter(scope.space)}"]
    where = _where(query, scope)
    if where != ALWAYS:
        conditions.append(translation.where(where))
    return " AND ".join(conditions)


def _where(query: Query, scope: Scope) -> Predicate:
    return query.where if scope.where == ALWAYS else All((scope.where, query.where))


def _page(
    table: Table, query: Query, scope: Scope, *, by_order: bool
) -> tuple[Statement, Translation]:
    translation = Translation(table, by_order=by_order)
    if query.sort:
        translation.sorted_by = translation.order(query.sort[0])
    condition = _conditions(translation, query, scope)
    backwards = query.cursor is not None and query.cursor.backwards
    columns = [translation.order(key) for key in query.sort]
    descending = [key.descending for key in query.sort]
    if query.cursor is not None:
        values, last = read_cursor(query.sort, query.cursor.token)
        condition += " AND " + _beyond(
            translation,
            columns,
            [d != backwards for d in descending],
            values,
            last,
            backwards,
        )
    # A plus keeps the engine from walking the sort key's index when the filter's is wanted.
    walk = by_order or translation.filters_sorted or not translation.indexed
    prefix = "" if walk else "+"
    found_in_order = not query.sort and translation.finds_in_order(_where(query, scope))
    key_prefix = "" if query.sort or found_in_order else prefix
    terms = [
        f"{prefix}{column} {'DESC' if down != backwards else 'ASC'}"
        for column, down in zip(columns, descending, strict=True)
    ]
    terms.append(f"{key_prefix}r.key {'DESC' if backwards else 'ASC'}")
    window = ""
    if query.limit is not None or query.offset:
        limit = -1 if query.limit is None else query.limit
        window = (
            f" LIMIT {translation.parameter(limit)} OFFSET {translation.parameter(query.offset)}"
        )
    sql = (
        f"SELECT {', '.join([ROW, *columns])} FROM {table.records} r WHERE {condition}"
        f" ORDER BY {', '.join(terms)}{window}"
    )
    return Statement(sql, translation.parameters), translation


def _beyond(
    translation: Translation,
    columns: list[str],
    descending: list[bool],
    values: list[Value],
    key: int,
    backwards: bool,
) -> str:
    """The condition that a row comes after a place in the order; missing values sort first
    ascending and last descending (D14), and creation order breaks ties.
    """
    condition = f"r.key {'<' if backwards else '>'} {translation.parameter(key)}"
    for column, down, value in reversed(list(zip(columns, descending, values, strict=True))):
        if value is None:
            later = "0" if down else f"{column} IS NOT NULL"
            same = f"{column} IS NULL"
        else:
            place = f"?{len(translation.parameters) + 1}"
            translation.parameters.append(value)
            later = f"({column} < {place} OR {column} IS NULL)" if down else f"{column} > {place}"
            same = f"{column} = {place}"
        condition = f"({later} OR ({same} AND {condition}))"
    return condition
