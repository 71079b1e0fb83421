"""Attribute filtering: the conditions of a query string become one predicate (R-401..R-419)."""

import re
from collections.abc import Sequence

from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.types import Kind, Shape
from tmf_apis.tmf630.errors import INVALID_FILTER, TmfError
from tmf_apis.tmf630.paths import MAX_STEPS, BadOperand, compare_text, resolve
from tmf_apis.tmf630.patterns import BadPattern, compiled
from tmf_apis.tmf630.query import (
    ALWAYS,
    All,
    AnyOf,
    Element,
    Not,
    Operator,
    Path,
    Predicate,
    Present,
)
from tmf_apis.tmf630.query_string import Condition, decoded_pattern, decoded_values, unquoted

_SUFFIXES = {
    "eq": (Operator.EQ, False),
    "gt": (Operator.GT, False),
    "gte": (Operator.GTE, False),
    "lt": (Operator.LT, False),
    "lte": (Operator.LTE, False),
    "regex": (Operator.REGEX, False),
    # Extensions of ours that clients expect.
    "ne": (Operator.EQ, True),
    "in": (Operator.EQ, False),
    "nin": (Operator.EQ, True),
}
_SYMBOLS = {
    "=": Operator.EQ,
    "==": Operator.EQ,
    "=~": Operator.REGEX,
    "*=": Operator.REGEX,
    ">": Operator.GT,
    ">=": Operator.GTE,
    "<": Operator.LT,
    "<=": Operator.LTE,
}
_NAME_PART = re.compile(r"([^.\[\]]+)(?:\[([^=\]]+)=([^\]]*)\])?(?:\.|$)")


def predicate(alternatives: Sequence[Sequence[Condition]], root: Attribute | None) -> Predicate:
    """The predicate that conditions mean for resources of the type `root`.

    Raises `TmfError` (400) for an unknown operator, a value that cannot be ordered, a broken
    pattern or a malformed name.
    """
    if not alternatives:
        return ALWAYS
    found = [_conjunction(conjunction, root) for conjunction in alternatives]
    return found[0] if len(found) == 1 else AnyOf(tuple(found))


def _conjunction(conditions: Sequence[Condition], root: Attribute | None) -> Predicate:
    """Conditions joined by AND; the same name and operator repeated is an OR (R-403).

    A repeated negation excludes every value that is named, so it stays an AND.
    """
    groups: dict[tuple[object, ...], list[Predicate]] = {}
    for condition in conditions:
        key, found = _condition(condition, root)
        groups.setdefault(key, []).append(found)
    joined = [_together(same) for same in groups.values()]
    return joined[0] if len(joined) == 1 else All(tuple(joined))


def _together(same: list[Predicate]) -> Predicate:
    if len(same) == 1:
        return same[0]
    return All(tuple(same)) if isinstance(same[0], Not) else AnyOf(tuple(same))


def _condition(
    condition: Condition, root: Attribute | None
) -> tuple[tuple[object, ...], Predicate]:
    """What a condition means, behind what it has in common with others of its name and operator,
    in whichever way they are spelt.
    """
    try:
        return _meaning(condition, root)
    except (BadOperand, BadPattern) as error:
        raise TmfError(INVALID_FILTER, f"{condition.name}: {error}.") from error


def _meaning(condition: Condition, root: Attribute | None) -> tuple[tuple[object, ...], Predicate]:
    names, pairs = _names(condition.name)
    operator, negated = _SYMBOLS.get(condition.sign, Operator.EQ), False
    last = len(names) - 1
    if condition.sign == "=" and last and names[-1] in _SUFFIXES and last not in pairs:
        parent = root.find(names[:-1]) if root is not None else None
        if parent is None or names[-1] not in parent.children:
            operator, negated = _SUFFIXES[names.pop()]
    _refuse_unknown_operator(condition.name, names, root)
    key = (*names, *pairs.items(), operator, negated, bool(condition.sign))
    found = _along(names, pairs, operator, condition, root)
    return key, Not(found) if negated else found


def _along(
    names: list[str],
    pairs: dict[int, tuple[str, str]],
    operator: Operator,
    condition: Condition,
    root: Attribute | None,
) -> Predicate:
    """The comparison at the end of a path whose bracketed steps each tie one element down."""
    first = min(pairs, default=None)
    if first is None:
        path, attribute = resolve(names, root)
        return _leaf(path, attribute, operator, condition)
    path, element = resolve(names[: first + 1], root)
    key, value = pairs[first]
    keys, inner = _names(key)
    if inner:
        raise BadOperand("name one attribute before the = in a bracket")
    key_path, key_attribute = resolve(keys, element)
    chosen = compare_text(key_path, Operator.EQ, [value], key_attribute)
    if first + 1 == len(names):
        if condition.sign:
            raise BadOperand("name an attribute after the closing bracket")
        return Element(path, chosen)
    rest = {position - first - 1: pair for position, pair in pairs.items() if position > first}
    below = _along(names[first + 1 :], rest, operator, condition, element)
    return Element(path, All((chosen, below)))


def _leaf(
    path: Path, attribute: Attribute | None, operator: Operator, condition: Condition
) -> Predicate:
    if not condition.sign:
        return Present(path)
    if operator is Operator.REGEX:
        pattern = decoded_pattern(condition.value)
        compiled(pattern)
        return compare_text(path, operator, [pattern], None)
    return compare_text(path, operator, decoded_values(condition.value), attribute)


def _refuse_unknown_operator(asked: str, names: Sequence[str], root: Attribute | None) -> None:
    """A last name below a declared scalar can only be meant as an operator (R-408, D12)."""
    parent = root.find(names[:-1]) if root is not None and len(names) > 1 else None
    if parent is None or names[-1] in parent.children:
        return
    if parent.kind not in (Kind.ANY, Kind.OBJECT) and parent.shape is not Shape.EITHER:
        known = ", ".join(f".{suffix}" for suffix in _SUFFIXES)
        raise TmfError(
            INVALID_FILTER,
            f"{asked}: .{names[-1]} is no operator; the operators are {known}.",
        )


def _names(asked: str) -> tuple[list[str], dict[int, tuple[str, str]]]:
    """The steps of a dotted name, and the `[key=value]` that stands behind some of them."""
    names: list[str] = []
    pairs: dict[int, tuple[str, str]] = {}
    position = 0
    while position < len(asked):
        match = _NAME_PART.match(asked, position)
        if match is None:
            raise TmfError(INVALID_FILTER, f"{asked}: not the name of an attribute.")
        if match[2] is not None:
            pairs[len(names)] = (match[2], unquoted(match[3]))
        names.append(match[1])
        position = match.end()
    if not names or asked.endswith(".") or len(names) > MAX_STEPS:
        raise TmfError(INVALID_FILTER, f"{asked or '(empty)'}: not the name of an attribute.")
    return names, pairs
