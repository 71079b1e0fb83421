"""Whether one JSON value in memory satisfies a predicate: for `fields`, patches, hubs, and what a
resource embeds.

Lists of resources are never filtered here; stores run the same words themselves.
"""

import operator
from collections.abc import Callable, Iterator
from typing import Any

from tmf_apis.tmf630.errors import INVALID_FILTER, TmfError
from tmf_apis.tmf630.instants import microseconds
from tmf_apis.tmf630.patterns import TooCostly, found
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
    Scalar,
)

_ORDER: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQ: operator.eq,
    Operator.GT: operator.gt,
    Operator.GTE: operator.ge,
    Operator.LT: operator.lt,
    Operator.LTE: operator.le,
}


def matches(predicate: Predicate, value: Any) -> bool:
    """Whether the predicate holds for a JSON value."""
    match predicate:
        case All(of):
            return all(matches(part, value) for part in of)
        case AnyOf(of):
            return any(matches(part, value) for part in of)
        case Not(of):
            return not matches(of, value)
        case Present(path):
            return any(True for _ in walk(value, path))
        case Element(path, inner):
            return any(matches(inner, element) for element in _elements(walk(value, path)))
        case Comparison():
            return any(_compares(predicate, leaf) for leaf in _flat(walk(value, predicate.path)))


def may_match(predicate: Predicate, value: Any) -> bool:
    """Whether a value satisfies a predicate, or nobody can say: a pattern is too costly for a text
    in it. Who subscribes is told of what may be meant.
    """
    try:
        return matches(predicate, value)
    except TmfError:
        return True


def walk(value: Any, path: Path) -> Iterator[Any]:
    """The values a path leads to; a list on the way stands for each of its elements."""
    if not path:
        yield value
        return
    step, rest = path[0], path[1:]
    if not isinstance(value, dict) or step.name not in value:
        return
    below = value[step.name]
    if step.index is not None:
        if not isinstance(below, list) or step.index >= len(below):
            return
        below = below[step.index]
    if step.chosen is not None:
        below = [each for each in _elements(iter([below])) if matches(step.chosen, each)]
    if rest and isinstance(below, list) and (step.index is None or step.chosen is not None):
        for element in below:
            yield from walk(element, rest)
    else:
        yield from walk(below, rest)


def _flat(values: Iterator[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from value
        else:
            yield value


def _elements(values: Iterator[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from value
        elif isinstance(value, dict):
            yield value


def _compares(comparison: Comparison, leaf: Any) -> bool:
    if comparison.operator is Operator.REGEX:
        return isinstance(leaf, str) and any(_found(str(p), leaf) for p in comparison.operands)
    if comparison.kind is Kind.INSTANT:
        leaf = microseconds(leaf) if isinstance(leaf, str) else None
    holds = _ORDER[comparison.operator]
    return any(
        _json_type(leaf) == _json_type(operand) and holds(leaf, operand)
        for operand in comparison.operands
    )


def _found(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text; raises `TmfError` (400) where that may take long."""
    try:
        return found(pattern, text)
    except TooCostly as error:
        raise TmfError(INVALID_FILTER, f"{error}.") from error


def _json_type(value: Scalar | None) -> type | None:
    if isinstance(value, bool):
        return bool
    if isinstance(value, (int, float)):
        return float
    return str if isinstance(value, str) else None
