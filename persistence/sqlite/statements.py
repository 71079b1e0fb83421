"""The statements that read: one record by its id, or the page of a list and how many match."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from persistence.cursors import Value, read_cursor
from persistence.sqlite.connection import LONGEST_KEPT
from persistence.sqlite.indexes import (
    Group,
    comes_in_order,
    finds_in_order,
    group_index,
    sorts_by_index,
)
from persistence.sqlite.tables import OF_VERSION, ROW, Table
from persistence.sqlite.translate import Parameter, Translation
from persistence.sqlite.unseen import Range
from persistence.store import Scope
from tmf_apis.memory import Memory
from tmf_apis.tmf630.query import ALWAYS, All, Predicate, Query


class Statement(NamedTuple):
    """An SQL text with its parameters."""

    sql: str
    parameters: Sequence[Parameter]

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        texts = sum(len(each) for each in self.parameters if isinstance(each, (str, bytes)))
        return len(self.sql) + texts + _PARAMETER * len(self.parameters)


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
    #: As many matches are always read by the conditions' index.
    few: int
    #: Attributes that no index serves, for a message.
    scanned: tuple[str, ...]

    @property
    def is_kept(self) -> bool:
        """Whether its statements may stay compiled."""
        return len(self.page.sql) <= LONGEST_KEPT


def addressed(
    table: Table,
    id: str,
    scope: Scope,
    version: str | None = None,
    unseen: tuple[Range, ...] = (),
    *,
    twin: bool = False,
) -> Statement:
    """The statement for the entity version of an id, or for all of them, latest first.

    With `twin` the body of the other face and what is remembered with it, or NULL, end each row;
    the table has a twin then.
    """
    parameters: list[Parameter] = [scope.space, id]
    if version is not None and scope.where is ALWAYS and not unseen:
        sql = table.by_identity_with_twin if twin else table.by_identity
        return Statement(sql, [*parameters, version])
    sql = table.by_id_with_twin if twin else table.by_id
    if version is not None:
        sql += OF_VERSION
        parameters.append(version)
    if scope.where is not ALWAYS:
        condition, values = _of_rows(table, scope.where, len(parameters))
        sql += f" AND {condition}"
        parameters += values
    translation = Translation(table, parameters=parameters)
    sql += "".join(f" AND {condition}" for condition in _passing_over(translation, unseen))
    return Statement(f"{sql} ORDER BY r.rank DESC, r.key DESC", parameters)


@lru_cache(maxsize=1024)
def _of_rows(table: Table, where: Predicate, before: int) -> tuple[str, tuple[Parameter, ...]]:
    """What a row has to be, and the parameters of that, behind some others."""
    none: list[Parameter] = [0] * before
    translation = Translation(table, of_rows=True, parameters=none)
    condition = translation.where(where)
    return condition, tuple(translation.parameters[before:])


#: So many matches are sorted within milliseconds: when each is read for its sort key, and when
#: an index has that as well. Of more, the order is walked: fast, unless they are all at its end.
_FEW, _FEW_GROUPED = 3_000, 20_000
#: Bytes of statements kept for queries that come again; and of a parameter and its place.
_KEPT, _PARAMETER = 1 << 24, 100


def listing(table: Table, query: Query, scope: Scope, unseen: tuple[Range, ...] = ()) -> Listing:
    """The statements for a query; raises `BadCursor` for a cursor that does not fit."""
    return _remembered[table, query, scope, unseen]


def _written(asked: tuple[Table, Query, Scope, tuple[Range, ...]]) -> Listing:
    table, query, scope, unseen = asked
    counting = Translation(table)
    condition = _conditions(counting, query, scope, unseen)
    count = Statement(
        f"SELECT count(*) FROM {table.records} r WHERE {condition}", counting.parameters
    )
    page, translation = _page(table, query, scope, unseen, by_order=False)
    where = _where(query, scope)
    group = group_index(table, where, query.sort)
    either = (
        counting.indexed
        and group is not Group.ORDERS
        and sorts_by_index(table, query.sort)
        and not (query.sort == () and finds_in_order(table, where))
    )
    by_order = _page(table, query, scope, unseen, by_order=True)[0] if either else None
    few = _FEW_GROUPED if group is Group.COVERS else _FEW
    scanned = tuple(dict.fromkeys(translation.scanned))
    return Listing(count, page, by_order, table.records, few, scanned)


def _size(_: object, listing: Listing) -> int:
    """Bytes of statements, and of the query they are for, which is shorter."""
    all = (listing.count, listing.page, listing.page_by_order)
    return 2 * sum(each.size for each in all if each is not None)


_remembered = Memory(_written, _size, _KEPT)


def _conditions(
    translation: Translation, query: Query, scope: Scope, unseen: tuple[Range, ...]
) -> str:
    conditions = [f"r.space = {translation.parameter(scope.space)}"]
    where = _where(query, scope)
    if where != ALWAYS:
        conditions.append(translation.where(where))
    conditions += _passing_over(translation, unseen)
    return " AND ".join(conditions)


def _passing_over(translation: Translation, unseen: tuple[Range, ...]) -> list[str]:
    """Conditions that leave the choice of an index alone, as the plus says."""
    return [
        f"+r.key NOT BETWEEN {translation.parameter(first)} AND {translation.parameter(last)}"
        for first, last in unseen
    ]


def _where(query: Query, scope: Scope) -> Predicate:
    return query.where if scope.where == ALWAYS else All((scope.where, query.where))


def _page(
    table: Table, query: Query, scope: Scope, unseen: tuple[Range, ...], *, by_order: bool
) -> tuple[Statement, Translation]:
    translation = Translation(table, by_order=by_order)
    if query.sort:
        translation.sorted_by = translation.order(query.sort[0])
    condition = _conditions(translation, query, scope, unseen)
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
    where = _where(query, scope)
    group = Group.NOTHING if by_order else group_index(table, where, query.sort)
    in_order = group is Group.ORDERS or (not query.sort and finds_in_order(table, where))
    # A plus keeps the engine from walking the order's index when the conditions' is wanted.
    walk = by_order or in_order or translation.filters_sorted or not translation.indexed
    plus = "" if walk else "+"
    terms = [
        f"{plus}{column} {'DESC' if down != backwards else 'ASC'}"
        for column, down in zip(columns, descending, strict=True)
    ]
    terms.append(f"{'' if query.sort else plus}r.key {'DESC' if backwards else 'ASC'}")
    order = f"ORDER BY {', '.join(terms)}"
    window = _window(translation, query)
    rows = f"{table.records} r"
    if group is not Group.NOTHING:
        rows += f" INDEXED BY {table.records}_group"
    if comes_in_order(table, query.sort, group, walk=walk, in_order=in_order):
        sql = f"SELECT {', '.join([ROW, *columns])} FROM {rows} WHERE {condition} {order}{window}"
        return Statement(sql, translation.parameters), translation
    # Only keys go through the sorter, not bodies, which would all be in memory at once. What is
    # left of a join comes in its own order. No index has the number of revisions: to ask for it
    # keeps the engine from one that has the sort key but finds no match.
    unindexed = "" if group is Group.COVERS else " AND r.n > 0"
    named = [f"{column} AS c{number}" for number, column in enumerate(columns)]
    keys = (
        f"SELECT {', '.join(['r.key AS key', *named])} FROM {rows}"
        f" WHERE {condition}{unindexed} {order}{window or ' LIMIT -1'}"
    )
    shown = [ROW, *(f"s.c{number}" for number in range(len(columns)))]
    join = f"({keys}) s CROSS JOIN {table.records} r ON r.key = s.key"
    return Statement(f"SELECT {', '.join(shown)} FROM {join}", translation.parameters), translation


def _window(translation: Translation, query: Query) -> str:
    if query.limit is None and not query.offset:
        return ""
    limit = translation.parameter(-1 if query.limit is None else query.limit)
    return f" LIMIT {limit} OFFSET {translation.parameter(query.offset)}"


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
