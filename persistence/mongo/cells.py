"""The queryable copy of a document: every value, so that any path can be asked about.

A value is a cell, which says its type by the name of its field: `s` a text (and `i` the
microseconds, where it names an instant), `n` a number, `b` a boolean, `z` null, `l` the cells of
a list within a list, `o` an object, whose members stand beside it. A member holds a list of
cells, whether its value is one or many; `p` is the position in a list, and -1 of an object that
stands alone. So one path means all its values on both sides, a condition about one element is
one `$elemMatch`, and a value is never compared with one of another type.
"""

from typing import Any

import bson

from persistence.mongo.names import member
from tmf_apis.tmf630.instants import microseconds

Cell = dict[str, Any]

#: The position of an object that is no element of a list.
ALONE = -1
#: Members below are left out: the server takes a hundred levels, two of which are one of ours.
#: No query reaches deeper.
DEEPEST = 45
#: What a value takes in the copy at least, in bytes.
_LEAST = 22


def copy(document: dict[str, Any], room: int | None = None) -> Cell | None:
    """The cell of a document; None when it takes more bytes than there is room for."""
    if room is not None and _values(document) * _LEAST > room:
        return None  # So much is not even made.
    cell = _object(document, 0)
    return cell if room is None or len(bson.encode(cell)) <= room else None


def _values(value: Any, depth: int = 0) -> int:
    """How many values the copy of one holds, those left out aside."""
    if depth >= DEEPEST or not isinstance(value, (dict, list)):
        return 1
    below = value.values() if isinstance(value, dict) else value
    return 1 + sum(
        _values(each, depth + 1) if isinstance(each, (dict, list)) else 1 for each in below
    )


def _object(document: dict[str, Any], depth: int) -> Cell:
    cell: Cell = {"o": True}
    if depth < DEEPEST:
        for name, value in document.items():
            cell[member(name)] = _cells(value, depth + 1)
    return cell


def _cells(value: Any, depth: int) -> list[Cell]:
    """The value of a member: a list as the cells of its elements, another as one cell."""
    if isinstance(value, list):
        return _elements(value, depth)
    cell = _cell(value, depth)
    if isinstance(value, dict):
        cell["p"] = ALONE
    return [cell]


def _elements(values: list[Any], depth: int) -> list[Cell]:
    if depth >= DEEPEST:
        return []
    return [{"p": place, **_cell(value, depth + 1)} for place, value in enumerate(values)]


def _cell(value: Any, depth: int) -> Cell:
    match value:
        case str():
            return _text(value)
        case bool():
            return {"b": value}
        case int() | float():
            return {"n": value}
        case dict():
            return _object(value, depth)
        case list():
            return {"l": _elements(value, depth)}
    return {"z": 1}


def _text(value: str) -> Cell:
    # Texts that begin like no date are the most, and quickly told.
    instant = microseconds(value) if value[:1].isdigit() else None
    return {"s": value} if instant is None else {"s": value, "i": instant}
