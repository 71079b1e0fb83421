"""What a query means, worked out the slow and obvious way, to judge the stores by.

A reading of the rules of its own: it shares only the words of `tmf_apis.tmf630.query` with the
code under test. It takes plain JSON resources in creation order and looks at every one.
"""

from datetime import date
from operator import itemgetter
from typing import Any

import re2

from tmf_apis.tmf630.query import (
    All,
    AnyOf,
    Comparison,
    Element,
    Kind,
    Not,
    Operator,
    Path,
    Predicate,
    Present,
    Query,
    SortKey,
)

Resource = dict[str, Any]

_EPOCH = date(1970, 1, 1).toordinal()
#: Numbers before texts before booleans.
_RANKS = {"number": 0, "text": 1, "boolean": 2}


def answer(resources: list[Resource], query: Query) -> tuple[list[str], int]:
    """The ids a query gives, in order, and how many match in all."""
    matching = [resource for resource in resources if holds(query.where, resource)]
    for key in reversed(query.sort):
        # Sorting is stable in both directions, so ties keep the order they came in.
        ranked = [(_rank(key, resource), resource) for resource in matching]
        ranked.sort(key=itemgetter(0), reverse=key.descending)
        matching = [resource for _, resource in ranked]
    window = matching[query.offset :]
    if query.limit is not None:
        window = window[: query.limit]
    return [resource["id"] for resource in window], len(matching)


def holds(predicate: Predicate, node: Any) -> bool:
    """Whether a predicate is true of a JSON value."""
    if isinstance(predicate, All):
        return False not in [holds(part, node) for part in predicate.of]
    if isinstance(predicate, AnyOf):
        return True in [holds(part, node) for part in predicate.of]
    if isinstance(predicate, Not):
        return not holds(predicate.of, node)
    if isinstance(predicate, Present):
        return len(_values(node, predicate.path)) > 0
    if isinstance(predicate, Element):
        values = _values(node, predicate.path)
        elements = _opened([value for value in values if isinstance(value, list | dict)])
        return True in [holds(predicate.predicate, element) for element in elements]
    leaves = _opened(_values(node, predicate.path))
    return True in [_stands(leaf, predicate) for leaf in leaves]


def _values(node: Any, path: Path) -> list[Any]:
    """All values at a path, breadth first: one round per step."""
    reached = [node]
    for position, step in enumerate(path):
        if position > 0 and path[position - 1].index is None and not path[position - 1].chosen:
            reached = _opened(reached)
        reached = [
            each[step.name] for each in reached if isinstance(each, dict) and step.name in each
        ]
        if step.index is not None:
            reached = [
                each[step.index]
                for each in reached
                if isinstance(each, list) and len(each) > step.index
            ]
        if step.chosen is not None:
            elements = _opened([each for each in reached if isinstance(each, list | dict)])
            reached = [element for element in elements if holds(step.chosen, element)]
    return reached


def _opened(values: list[Any]) -> list[Any]:
    """Lists replaced by their elements, one level deep."""
    found: list[Any] = []
    for value in values:
        found += value if isinstance(value, list) else [value]
    return found


def _type(value: Any) -> str:
    if value is True or value is False:
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "none"


def _stands(leaf: Any, comparison: Comparison) -> bool:
    for operand in comparison.operands:
        if comparison.operator is Operator.REGEX:
            if _type(leaf) == "text" and re2.search(operand, leaf):
                return True
            continue
        value = _instant(leaf) if comparison.kind is Kind.INSTANT else leaf
        if _type(value) == _type(operand) and _related(value, comparison.operator, operand):
            return True
    return False


def _related(value: Any, operator: Operator, operand: Any) -> bool:
    if operator is Operator.EQ:
        return bool(value == operand)
    if operator is Operator.GT:
        return bool(value > operand)
    if operator is Operator.GTE:
        return bool(value >= operand)
    if operator is Operator.LT:
        return bool(value < operand)
    return bool(value <= operand)


def _rank(key: SortKey, resource: Resource) -> tuple[Any, ...]:
    """What a resource is ordered by; the empty tuple, less than any other, when it is missing."""
    ranks = []
    for value in _opened(_values(resource, key.path)):
        if key.kind is Kind.INSTANT:
            value = _instant(value)
        if _type(value) == "none" or not _sortable(_type(value), key.kind):
            continue
        ranks.append((_RANKS[_type(value)], value))
    if not ranks:
        return ()
    return max(ranks) if key.descending else min(ranks)


def _sortable(found: str, kind: Kind) -> bool:
    wanted = {
        Kind.ANY: ("number", "text", "boolean"),
        Kind.TEXT: ("text",),
        Kind.NUMBER: ("number",),
        Kind.INSTANT: ("number",),
        Kind.BOOLEAN: ("boolean",),
        Kind.OBJECT: (),
    }
    return found in wanted[kind]


def _instant(text: Any) -> int | None:
    """Microseconds since 1970 of a date, or of a date-time with or without seconds and offset."""
    if not isinstance(text, str) or not text.isascii():
        return None
    try:
        if len(text) < 10 or text[4] != "-" or text[7] != "-":
            return None
        days = date(_digits(text[:4]), _digits(text[5:7]), _digits(text[8:10])).toordinal()
        clock, minutes_east = _clock_and_offset(text[10:])
    except ValueError:
        return None
    return (days - _EPOCH) * 86_400_000_000 + clock - minutes_east * 60_000_000


def _clock_and_offset(rest: str) -> tuple[int, int]:
    if rest == "":
        return 0, 0
    if rest[0] not in "Tt ":
        raise ValueError(rest)
    rest, minutes_east = _without_offset(rest[1:])
    whole, point, fraction = rest.partition(".")
    parts = whole.split(":")
    if len(parts) not in (2, 3) or any(len(part) != 2 for part in parts):
        raise ValueError(rest)
    hours, minutes, seconds = (*map(_digits, parts), 0)[:3]
    if hours > 23 or minutes > 59 or seconds > 60 or (point and len(parts) == 2):
        raise ValueError(rest)
    micros = _digits(fraction.ljust(6, "0")[:6]) if point else 0
    if point:
        _digits(fraction)
    return (hours * 3600 + minutes * 60 + seconds) * 1_000_000 + micros, minutes_east


def _without_offset(clock: str) -> tuple[str, int]:
    if clock[-1:] in ("Z", "z"):
        return clock[:-1], 0
    for sign in "+-":
        before, found, offset = clock.partition(sign)
        if found:
            if len(offset) not in (4, 5) or (len(offset) == 5 and offset[2] != ":"):
                raise ValueError(clock)
            hours, minutes = _digits(offset[:2]), _digits(offset[-2:])
            if hours > 23 or minutes > 59:
                raise ValueError(clock)
            return before, (hours * 60 + minutes) * (1 if sign == "+" else -1)
    return clock, 0


def _digits(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)
