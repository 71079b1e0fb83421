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
from tmf_apis.tmf630.work import LOOK, Look, looking

_ORDER: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQ: operator.eq,
    Operator.GT: operator.gt,
    Operator.GTE: operator.ge,
    Operator.LT: operator.lt,
    Operator.LTE: operator.le,
}


def matches(predicate: Predicate, value: Any, look: Look | None = None) -> bool:
    """Whether the predicate holds for a JSON value.

    `look` counts what is looked at; by itself a value has as many looks as an answer. Raises
    `TmfError` (400) when it takes more, and for a pattern that is too costly for a text.
    """
    return _matches(predicate, value, look or looking())


def may_match(predicate: Predicate, value: Any) -> bool:
    """Whether a value satisfies a predicate, or nobody can say: there is too much to look at, or a
    pattern is too costly for a text. Who subscribes is told of what may be meant.
    """
    try:
        return matches(predicate, value)
    except TmfError:
        return True


def _matches(predicate: Predicate, value: Any, look: Look) -> bool:
    look(1)
    match predicate:
        case All(of):
            return all(_matches(part, value, look) for part in of)
        case AnyOf(of):
            return any(_matches(part, value, look) for part in of)
        case Not(of):
            return not _matches(of, value, look)
        case Present(path):
            return any(True for _ in walk(value, path, look))
        case Element(path, inner):
            elements = _elements(walk(value, path, look))
            return any(_matches(inner, element, look) for element in elements)
        case Comparison(path):
            leaves = _flat(walk(value, path, look), look)
            return any(_compares(predicate, leaf, look) for leaf in leaves)


def walk(value: Any, path: Path, look: Look) -> Iterator[Any]:
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
        below = [each for each in _elements(iter([below])) if _matches(step.chosen, each, look)]
    if rest and isinstance(below, list) and (step.index is None or step.chosen is not None):
        look(len(below))
        for element in below:
            yield from walk(element, rest, look)
    else:
        yield from walk(below, rest, look)


def _flat(values: Iterator[Any], look: Look) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            look(len(value))
            yield from value
        else:
            yield value


def _elements(values: Iterator[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from value
        elif isinstance(value, dict):
            yield value


def _compares(comparison: Comparison, leaf: Any, look: Look) -> bool:
    if comparison.operator is Operator.REGEX:
        patterns = comparison.operands
        return isinstance(leaf, str) and any(_found(str(p), leaf, look) for p in patterns)
    if comparison.kind is Kind.INSTANT:
        leaf = microseconds(leaf) if isinstance(leaf, str) else None
    holds = _ORDER[comparison.operator]
    if len(comparison.operands) > 1:
        look(len(comparison.operands))
    return any(
        _json_type(leaf) == _json_type(operand) and holds(leaf, operand)
        for operand in comparison.operands
    )


def _found(pattern: str, text: str, look: Look) -> bool:
    """Whether a pattern is found in a text; raises `TmfError` (400) where that may take long."""
    try:
        return found(pattern, text, lambda seconds: look(int(seconds / LOOK)))
    except TooCostly as error:
        raise TmfError(INVALID_FILTER, f"{error}.") from error


def _json_type(value: Scalar | None) -> type | None:
    if isinstance(value, bool):
        return bool
    if isinstance(value, (int, float)):
        return float
    return str if isinstance(value, str) else None
