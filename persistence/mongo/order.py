"""What a page is ordered by: typed fields, or keys worked out from the queryable copy (D14)."""

from typing import Any

from persistence.mirror import is_id
from persistence.mongo.expressions import Expression, Expressions
from persistence.mongo.filters import NEVER, Filter, either
from persistence.mongo.mirror import Mirror
from tmf_apis.tmf630.query import Kind, SortKey

#: Where a cell keeps a value of a kind; of any kind, in the order of types: BSON's own.
_VALUES: dict[Kind, Expression] = {
    Kind.TEXT: "$$cell.s",
    Kind.NUMBER: "$$cell.n",
    Kind.BOOLEAN: "$$cell.b",
    Kind.INSTANT: "$$cell.i",
    Kind.OBJECT: None,
    Kind.ANY: {"$ifNull": ["$$cell.n", {"$ifNull": ["$$cell.s", {"$ifNull": ["$$cell.b", None]}]}]},
}


def field_of(key: SortKey, mirror: Mirror) -> tuple[str, bool] | None:
    """The stored field a key orders by, and whether it has an index; None when there is none."""
    if (column := mirror.column(key.path, key.kind)) is not None:
        return column
    return ("resource", True) if is_id(key.path) else None


def extreme(key: SortKey, prefix: str) -> Expression:
    """The expression of a key over the queryable copy of a face: of several values the smallest, or
    when descending the largest. Null when there is none.
    """
    if key.kind is Kind.OBJECT or not key.path:
        return {"$literal": None}
    cells = Expressions().cells(f"${prefix}q", key.path)
    values = {"$map": {"input": cells, "as": "cell", "in": _VALUES[key.kind]}}
    return {"$ifNull": [{"$max" if key.descending else "$min": values}, None]}


def beyond(
    sort: tuple[SortKey, ...], fields: list[str], values: list[Any], key: int, backwards: bool
) -> Filter:
    """The condition that a record comes after a place in the order; missing values sort first
    ascending and last descending (D14), and creation order breaks ties.
    """
    condition: Filter = {"_id": {"$lt" if backwards else "$gt": key}}
    for sort_key, field, value in reversed(list(zip(sort, fields, values, strict=True))):
        down = sort_key.descending != backwards
        others = _types_beyond(value, down) if sort_key.kind is Kind.ANY else []
        later = _later(field, value, down, others)
        condition = either([later, {"$and": [{field: value}, condition]}])
    return condition


def _later(field: str, value: Any, down: bool, others: list[str]) -> Filter:
    if value is None:
        return NEVER if down else {field: {"$ne": None}}
    sides: list[Filter] = [{field: {"$lt" if down else "$gt": value}}]
    sides += [{field: {"$type": type_}} for type_ in others]
    return either([*sides, {field: None}] if down else sides)


def _types_beyond(value: Any, down: bool) -> list[str]:
    """The types that sort after that of a value: a comparison stays within one type."""
    order = ["number", "string", "bool"]
    own = 2 if isinstance(value, bool) else 1 if isinstance(value, str) else 0
    return order[:own] if down else order[own + 1 :]
