"""Attribute filtering: the conditions of a query string become one predicate (R-401..R-419)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.types import Kind, Shape
from tmf_apis.tmf630.errors import INVALID_FILTER, TmfError
from tmf_apis.tmf630.names import BadName, Named, named, named_in_query
from tmf_apis.tmf630.paths import BadOperand, compare_text, resolve
from tmf_apis.tmf630.patterns import BadPattern
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
from tmf_apis.tmf630.query_string import (
    Condition,
    decoded_patterns,
    decoded_values,
    readings,
)

#: So many conditions may be joined; values of one attribute are one condition.
MAX_CONDITIONS = 100

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


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a condition is about, in whichever way it is spelt: its values are apart from it."""

    steps: tuple[Named, ...]
    operator: Operator
    negated: bool
    #: False for a name alone, which asks whether it is there.
    compared: bool


#: Conditions joined by AND: the first of each subject, and what all of these compare with.
_Joined = dict[_Subject, tuple[Condition, list[str]]]


def predicate(alternatives: Sequence[Sequence[Condition]], root: Attribute | None) -> Predicate:
    """The predicate that conditions mean for resources of the type `root`.

    Raises `TmfError` (400) for an unknown operator, a value that cannot be ordered, a broken
    pattern, a malformed name or too many conditions.
    """
    if not alternatives:
        return ALWAYS
    joined = _merged([_grouped(conjunction, root) for conjunction in alternatives])
    if sum(map(len, joined)) > MAX_CONDITIONS:
        raise TmfError(INVALID_FILTER, f"At most {MAX_CONDITIONS} conditions are allowed.")
    found = [_conjunction(conditions, root) for conditions in joined]
    return found[0] if len(found) == 1 else AnyOf(tuple(found))


def _grouped(conditions: Sequence[Condition], root: Attribute | None) -> _Joined:
    """Conditions joined by AND; the same name and operator repeated is one with several values
    (R-403), be these what is wanted or what is excluded.
    """
    groups: _Joined = {}
    for condition in conditions:
        with _naming(condition):
            subject, value = _read(condition, root)
        groups.setdefault(subject, (condition, []))[1].append(value)
    return groups


def _merged(alternatives: Sequence[_Joined]) -> list[_Joined]:
    """Alternatives that are each a single condition about one subject are one with several values:
    `state=a;state=b` is `state=a,b` (R-404).
    """
    kept: list[_Joined] = []
    alone: dict[_Subject, list[str]] = {}
    for conditions in alternatives:
        (subject, (_, values)), *more = conditions.items()
        if more or subject.negated:
            kept.append(conditions)
        elif subject in alone:
            alone[subject] += values
        else:
            alone[subject] = values
            kept.append(conditions)
    return kept


def _conjunction(conditions: _Joined, root: Attribute | None) -> Predicate:
    found = []
    for subject, (first, values) in conditions.items():
        with _naming(first):
            meaning = _along(subject.steps, subject, values, root)
        found.append(Not(meaning) if subject.negated else meaning)
    return found[0] if len(found) == 1 else All(tuple(found))


@contextmanager
def _naming(condition: Condition) -> Iterator[None]:
    """What is wrong with a condition is told behind its name."""
    try:
        yield
    except (BadName, BadOperand, BadPattern) as error:
        message = f"{condition.asked or '(empty)'}: {error}."
        raise TmfError(INVALID_FILTER, message) from error


def _read(condition: Condition, root: Attribute | None) -> tuple[_Subject, str]:
    """The subject of a condition, and its value, still encoded.

    Behind an operator in words the value is all that follows the first `=`: in `name.eq=~a` it
    is `~a`.
    """
    steps, sign, value = named_in_query(condition.name), condition.sign, condition.value
    operator, negated = _SYMBOLS.get(sign, Operator.EQ), False
    word = steps[-1].name
    if word in _SUFFIXES and sign[:1] == "=" and len(steps) > 1 and steps[-1].pair is None:
        parent = _parent(steps, root)
        if parent is None or word not in parent.children:
            operator, negated = _SUFFIXES[word]
            steps, value = steps[:-1], sign[1:] + value
    _refuse_operator(steps, sign, root)
    return _Subject(steps, operator, negated, bool(sign)), value


def _parent(steps: Sequence[Named], root: Attribute | None) -> Attribute | None:
    """The attribute that the last step is below, if it is declared."""
    if root is None or len(steps) < 2:
        return None
    return root.find([step.name for step in steps[:-1]])


def _refuse_operator(steps: Sequence[Named], sign: str, root: Attribute | None) -> None:
    """A last name below a declared scalar can only be meant as an operator (R-408, D12)."""
    parent, word = _parent(steps, root), steps[-1].name
    if parent is None or word in parent.children:
        return
    if parent.kind in (Kind.ANY, Kind.OBJECT) or parent.shape is Shape.EITHER:
        return
    if word not in _SUFFIXES:
        known = ", ".join(f".{suffix}" for suffix in _SUFFIXES)
        raise BadOperand(f".{word} is no operator; the operators are {known}")
    if sign:
        raise BadOperand(f"two operators, .{word} and {sign}; give one of them")
    raise BadOperand(f".{word} compares with a value; give one behind a =")


def _along(
    steps: Sequence[Named], subject: _Subject, values: Sequence[str], root: Attribute | None
) -> Predicate:
    """The comparison at the end of a path whose bracketed steps each tie one element down."""
    first = next((place for place, step in enumerate(steps) if step.pair), None)
    if first is None:
        path, attribute = resolve([step.name for step in steps], root)
        return _leaf(path, attribute, subject, values)
    path, element = resolve([step.name for step in steps[: first + 1]], root)
    chosen = picked(steps[first], element)
    if first + 1 == len(steps):
        if subject.compared:
            raise BadOperand("name an attribute after the closing bracket")
        return Element(path, chosen)
    return Element(path, All((chosen, _along(steps[first + 1 :], subject, values, element))))


def picked(step: Named, element: Attribute | None) -> Predicate:
    """The predicate that an element is one that a bracket picks; true where there is no bracket.

    Raises `BadName` or `BadOperand`.
    """
    if step.pair is None:
        return ALWAYS
    key, value = step.pair
    keys = named(key)
    if any(inner.pair for inner in keys):
        raise BadName("name one attribute before the = in a bracket")
    path, attribute = resolve([inner.name for inner in keys], element)
    return compare_text(path, Operator.EQ, readings(value), attribute)


def _leaf(
    path: Path, attribute: Attribute | None, subject: _Subject, values: Sequence[str]
) -> Predicate:
    if not subject.compared:
        return Present(path)
    if subject.operator is Operator.REGEX:
        patterns = [pattern for value in values for pattern in decoded_patterns(value)]
        return compare_text(path, subject.operator, patterns, None)
    given = [meant for value in values for meant in decoded_values(value)]
    if subject.operator is Operator.EQ:
        texts = [reading for meant in given for reading in meant]
    else:
        texts = [meant[-1] for meant in given]
    return compare_text(path, subject.operator, texts, attribute)
