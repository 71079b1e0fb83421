"""The commands of a list: a pipeline that gives its page, and a filter that counts it."""

from dataclasses import dataclass, field, replace
from typing import Any

from persistence.cursors import read_cursor
from persistence.mirror import path_text
from persistence.mongo.filters import Filter
from persistence.mongo.long_texts import too_long
from persistence.mongo.order import beyond, extreme, field_of
from persistence.mongo.tables import Table
from persistence.mongo.translate import Translation
from persistence.store import Scope
from tmf_apis.memory import Memory
from tmf_apis.tmf630.query import ALWAYS, All, Query

Stage = dict[str, Any]

#: Bytes of commands kept for queries that come again; and of a small value in one.
_KEPT, _EACH = 1 << 24, 100


@dataclass(frozen=True, slots=True)
class Listing:
    """How to answer a query: with the page, and what matches in each place where records are.
    `scanned` names the attributes that no index serves. Where there may be texts that are too long
    for a pattern, `too_long` finds the records that have some in each place, and `refusal` says so.
    """

    counts: dict[str, Filter]
    page: list[Stage]
    scanned: tuple[str, ...]
    too_long: dict[str, Filter] = field(default_factory=dict)
    refusal: str = ""


def listing(table: Table, query: Query, scope: Scope, apart: Table | None = None) -> Listing:
    """The commands for a query; raises `BadCursor` for a cursor that does not fit.

    `apart` is another table with records of the collection.
    """
    return _remembered[table, query, scope, apart]


def _written(asked: tuple[Table, Query, Scope, Table | None]) -> Listing:
    table, query, scope, apart = asked
    if apart is None:
        return _of_one(table, query, scope)
    # Of each the first of the page, in its own order; and then again of those together.
    end = query.offset + query.limit if query.limit else query.limit
    own, its = (_of_one(t, replace(query, offset=0, limit=end), scope) for t in (table, apart))
    backwards = query.cursor is not None and query.cursor.backwards
    order = {f"k{n}": -1 if key.descending != backwards else 1 for n, key in enumerate(query.sort)}
    page = [
        *own.page,
        {"$unionWith": {"coll": apart.name, "pipeline": its.page}},
        {"$sort": {**order, "_id": -1 if backwards else 1}},
        *_window(query),
    ]
    scanned = tuple(dict.fromkeys((*own.scanned, *its.scanned)))
    return Listing(own.counts | its.counts, page, scanned, own.too_long | its.too_long, own.refusal)


def _of_one(table: Table, query: Query, scope: Scope) -> Listing:
    translation = Translation(table.collection, table.mirror)
    where = visible(table, translation, scope, query)
    backwards = query.cursor is not None and query.cursor.backwards
    fields, computed = _keys(query, table, translation)
    descending = [key.descending != backwards for key in query.sort]
    page: list[Stage] = [{"$match": where}]
    if computed:
        page.append({"$set": computed})
    if query.cursor is not None:
        values, last = read_cursor(query.sort, query.cursor.token)
        page.append({"$match": beyond(query.sort, fields, values, last, backwards)})
    page.append({"$sort": _order(table, fields, descending, backwards=backwards)})
    page += _window(query)
    shown = {f"k{number}": f"${field}" for number, field in enumerate(fields)}
    page.append({"$project": {**table.shown(), **shown}})
    found = Listing({table.name: where}, page, tuple(dict.fromkeys(translation.scanned)))
    if (checked := too_long(query.where, query.sort)) is None:
        return found
    long = visible(table, translation, scope, replace(query, where=checked.where))
    return replace(found, too_long={table.name: long}, refusal=checked.message)


def _window(query: Query) -> list[Stage]:
    skip: list[Stage] = [{"$skip": query.offset}] if query.offset else []
    return [*skip, {"$limit": query.limit}] if query.limit else skip


def _size(_: object, listing: Listing) -> int:
    """Bytes of commands, and of the query they are for, which is no larger."""
    return 2 * _bytes([listing.counts, listing.page, listing.too_long])


def _bytes(value: Any) -> int:
    """Bytes of a command or a part of it."""
    if isinstance(value, (str, bytes)):
        return _EACH + len(value)
    if isinstance(value, dict):
        return 2 * _EACH + sum(_EACH + _bytes(each) for each in value.values())
    return _EACH + sum(map(_bytes, value)) if isinstance(value, list) else _EACH


_remembered = Memory(_written, _size, _KEPT)


def _order(
    table: Table, fields: list[str], descending: list[bool], *, backwards: bool
) -> dict[str, int]:
    """The fields of an order, each once. Behind an id nothing decides, but among its versions."""
    order: dict[str, int] = {}
    for name, down in zip(fields, descending, strict=True):
        order.setdefault(name, -1 if down else 1)
        if name == "resource" and not table.collection.versioned:
            return order
    return {**order, "_id": -1 if backwards else 1}


def visible(table: Table, translation: Translation, scope: Scope, query: Query) -> Filter:
    """The filter of what a scope may see of what a query asks for."""
    where = query.where if scope.where == ALWAYS else All((scope.where, query.where))
    space: Filter = {table.live: scope.space}
    return space if where == ALWAYS else {**space, "$and": [translation.where(where)]}


def _keys(query: Query, table: Table, translation: Translation) -> tuple[list[str], Stage]:
    """The field of each sort key, and the expressions of those that must be worked out."""
    fields, computed = [], {}
    for number, key in enumerate(query.sort):
        stored = field_of(key, table.mirror)
        if stored is None:
            computed[f"s{number}"] = extreme(key, table.prefix)
        if stored is None or not stored[1]:
            translation.scanned.append(path_text(key.path))
        fields.append(f"s{number}" if stored is None else stored[0])
    return fields, computed
