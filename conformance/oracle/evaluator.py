"""Answers questions over records, naively: yes, no, or None for what the rules leave open.

Shares no code with any server. Every function is pure.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from conformance.instants import microseconds
from conformance.oracle.question import Condition, Question, Term
from conformance.oracle.records import Json
from tmf_apis.spec.types import Kind

#: Texts whose order every collation agrees on.
_ORDERED = re.compile(r"[a-z][a-z0-9]*", re.ASCII)
#: Finer differences than these some servers do not keep.
_GRAIN = 1000
#: Whether an order holds, by what comparing gives: -1, 0 or 1.
_HOLDS: dict[str, Callable[[int], bool]] = {
    "eq": lambda found: found == 0, "==": lambda found: found == 0,
    "!=": lambda found: found != 0,
    "gt": lambda found: found > 0, ">": lambda found: found > 0,
    "gte": lambda found: found >= 0, ">=": lambda found: found >= 0,
    "lt": lambda found: found < 0, "<": lambda found: found < 0,
    "lte": lambda found: found <= 0, "<=": lambda found: found <= 0,
}  # fmt: skip


def matches(question: Question, record: Json) -> bool | None:
    """Whether a record is among those that are asked for."""
    found = any_of(
        all_of(condition_holds(c, record) for c in conditions)
        for conditions in question.alternatives
    )
    if not question.terms:
        return found
    if not question.within:
        return all_of([found, _terms_hold(question, record)])
    elements = [e for e in values_at(record, question.within) if isinstance(e, dict)]
    return all_of([found, any_of(_terms_hold(question, element) for element in elements)])


def condition_holds(condition: Condition, record: Json) -> bool | None:
    """Whether any value at the path of a condition is one of those it names (R-401, R-410).

    Whether an empty value means the empty text or none at all is left open.
    """
    there = values_at(record, condition.path)
    if "" in condition.values and "" in (there or [""]):
        return None
    return any_of(
        _value_holds(condition.operator, condition.kind, held, wanted)
        for held in there
        for wanted in condition.values
    )


def before(key: str, descending: bool, one: Json, other: Json, kind: Kind) -> int | None:
    """How two records stand by a sort key: -1, 0, 1; None where that is left open."""
    held, against = values_at(one, key), values_at(other, key)
    if len(held) != 1 or len(against) != 1:
        return 0 if not held and not against else None
    found = compared(kind, held[0], against[0])
    return -found if descending and found is not None else found


def compared(kind: Kind, one: Any, other: Any) -> int | None:
    """How two values of one kind stand: -1, 0 or 1; None where that is left open (R-414)."""
    if kind is Kind.NUMBER:
        return _numbers(one, other)
    if kind is Kind.INSTANT:
        return _instants(one, other)
    if kind is Kind.BOOLEAN:
        both = isinstance(one, bool) and isinstance(other, bool)
        return (one > other) - (one < other) if both else None
    if not isinstance(one, str) or not isinstance(other, str):
        return None
    if one == other:
        return 0
    known = _ORDERED.fullmatch(one) and _ORDERED.fullmatch(other)
    return (1 if one > other else -1) if known else None


def values_at(record: Any, path: str) -> list[Any]:
    """The values at a dotted path, through lists; nothing where there is none."""
    if "." not in path and isinstance(record, dict):
        held = record.get(path)
        return [] if held is None else _flat([held])
    found = [record]
    for name in path.split("."):
        inside = [v.get(name) for v in _flat(found) if isinstance(v, dict)]
        found = [value for value in inside if value is not None]
    return _flat(found)


def all_of(answers: Iterable[bool | None]) -> bool | None:
    """Whether all hold; one no decides."""
    found = list(answers)
    return False if False in found else None if None in found else True


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Whether any holds; one yes decides."""
    found = list(answers)
    return True if True in found else None if None in found else False


def _value_holds(operator: str, kind: Kind, held: Any, wanted: str) -> bool | None:
    if operator == "regex":
        known = isinstance(held, str) and "\n" not in held
        return re.search(wanted, held) is not None if known else None
    value = _read(kind, wanted)
    if operator == "eq" and kind is Kind.TEXT and isinstance(held, str):
        return held == wanted
    found = compared(kind, held, value)
    return None if found is None else _HOLDS[operator](found)


def _read(kind: Kind, text: str) -> Any:
    """A value of a query as one of its kind."""
    if kind is Kind.NUMBER:
        return float(text) if "." in text or "e" in text else int(text)
    if kind is Kind.BOOLEAN:
        return text == "true"
    return text


def _terms_hold(question: Question, record: Json) -> bool | None:
    return any_of(all_of(_term_holds(t, record) for t in found) for found in question.terms)


def _term_holds(term: Term, record: Json) -> bool | None:
    held = values_at(record, term.path)
    if term.operator == "exists":
        found: bool | None = bool(held)
    elif len(held) != 1:
        # What is not there equals nothing; whether it differs from everything is left open.
        found = False if not held and term.operator == "==" and not term.negated else None
    elif term.kind is Kind.TEXT and isinstance(held[0], str) and term.operator in ("==", "!="):
        found = (held[0] == term.value) is (term.operator == "==")
    else:
        order = compared(term.kind, held[0], term.value)
        found = None if order is None else _HOLDS[term.operator](order)
    return None if found is None else found is not term.negated


def _numbers(one: Any, other: Any) -> int | None:
    numbers = (int, float)
    if isinstance(one, bool) or isinstance(other, bool):
        return None
    if not isinstance(one, numbers) or not isinstance(other, numbers):
        return None
    if one == other:
        return 0
    if float(one) == float(other):
        return None
    return 1 if one > other else -1


def _instants(one: Any, other: Any) -> int | None:
    first, second = microseconds(one), microseconds(other)
    if first is None or second is None:
        return None
    if first != second and abs(first - second) < _GRAIN:
        return None
    return (first > second) - (first < second)


def _flat(values: list[Any]) -> list[Any]:
    return [v for value in values for v in (value if isinstance(value, list) else [value])]
