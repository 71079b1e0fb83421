"""The commands of a list: a pipeline that gives its page, and a filter that counts it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from persistence.cursors import read_cursor
from persistence.mirror import path_text
from persistence.mongo.filters import Filter
from persistence.mongo.order import beyond, extreme, field_of
from persistence.mongo.records import IDENTITY
from persistence.mongo.tables import Table
from persistence.mongo.translate import Translation
from persistence.store import Scope
from tmf_apis.tmf630.query import ALWAYS, All, Query

Stage = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """How to answer a query. `scanned` names the attributes that no index serves."""

    where: Filter
    page: list[Stage]
    scanned: tuple[str, ...]


def listing(table: Table, query: Query, scope: Scope) -> Listing:
    """The commands for a query; raises `BadCursor` for a cursor that does not fit."""
    return (_written if query.long else _remembered)(table, query, scope)


def _written(table: Table, query: Query, scope: Scope) -> Listing:
    translation = Translation(table.collection, table.mirror)
    where = visible(translation, scope, query)
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
    if query.offset:
        page.append({"$skip": query.offset})
    if query.limit:
        page.append({"$limit": query.limit})
    shown = {f"k{number}": f"${field}" for number, field in enumerate(fields)}
    page.append({"$project": {**IDENTITY, **shown}})
    return Listing(where, page, tuple(dict.fromkeys(translation.scanned)))


_remembered = lru_cache(512)(_written)


def _order(
    table: Table, fields: list[str], descending: list[bool], *, backwards: bool
) -> dict[str, int]:
    """The fields of an order, each once. Behind an id nothing decides, but among its versions."""
    order: dict[str, int] = {}
    for field, down in zip(fields, descending, strict=True):
        order.setdefault(field, -1 if down else 1)
        if field == "resource" and not table.collection.versioned:
            return order
    return {**order, "_id": -1 if backwards else 1}


def visible(translation: Translation, scope: Scope, query: Query) -> Filter:
    """The filter of what a scope may see of what a query asks for."""
    where = query.where if scope.where == ALWAYS else All((scope.where, query.where))
    space: Filter = {"live": scope.space}
    return space if where == ALWAYS else {**space, "$and": [translation.where(where)]}


def _keys(query: Query, table: Table, translation: Translation) -> tuple[list[str], Stage]:
    """The field of each sort key, and the expressions of those that must be worked out."""
    fields, computed = [], {}
    for number, key in enumerate(query.sort):
        stored = field_of(key, table.mirror)
        if stored is None:
            computed[f"s{number}"] = extreme(key)
        if stored is None or not stored[1]:
            translation.scanned.append(path_text(key.path))
        fields.append(f"s{number}" if stored is None else stored[0])
    return fields, computed
