"""From the words of a request to a typed path: which steps are lists, how the leaf compares."""

import re
from collections.abc import Sequence

from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.types import Kind, Shape
from tmf_apis.tmf630.instants import microseconds, with_plus
from tmf_apis.tmf630.patterns import BadPattern, compiled
from tmf_apis.tmf630.query import Comparison, Operator, Path, Predicate, Scalar, Step

#: Longest path a request may name: deeper ones do not occur in any TM Forum resource.
MAX_STEPS = 32
#: Most values that one ordering, and patterns that one search may name; an equality may name any
#: number.
MAX_BOUNDS = 100

#: A JSON number; an integer of 64 bits has at most so many characters.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?P<rest>(?:\.\d+)?(?:[eE][+-]?\d+)?)", re.ASCII)
_LONGEST_INTEGER = 20

_ORDERING = (Operator.GT, Operator.GTE, Operator.LT, Operator.LTE)


class BadOperand(ValueError):
    """An operand that cannot be compared with the attribute; the text says what it wants."""


def resolve(names: Sequence[str], root: Attribute | None) -> tuple[Path, Attribute | None]:
    """The typed path of attribute names below `root`, and the attribute it ends at.

    A name that no schema declares is a step of either shape, and so is all below it (R-416).
    """
    steps = []
    node = root
    for name in names:
        node = node.children.get(name) if node is not None else None
        steps.append(Step(name, node.shape if node is not None else Shape.EITHER))
    return tuple(steps), node


def kind_of(attribute: Attribute | None) -> Kind:
    """How values at the end of a path compare."""
    return attribute.kind if attribute is not None else Kind.ANY


def compare_text(
    path: Path, operator: Operator, texts: Sequence[str], attribute: Attribute | None
) -> Predicate:
    """The comparison of an attribute with operands given as text, as query parameters are.

    Texts are converted by the attribute's kind (R-414): what cannot be converted matches
    nothing, or raises `BadOperand` when the operator orders. The value of an attribute of any
    kind may equal the text itself or the number or boolean it spells (D12). Raises `BadPattern`
    for a text that was to be a pattern and is none.
    """
    kind = kind_of(attribute)
    if operator is Operator.REGEX:
        return Comparison(path, operator, _patterns(texts), kind)
    operands: list[Scalar] = []
    for text in texts:
        found = _OPERANDS[kind](text)
        if not found and operator in _ORDERING:
            raise BadOperand(f"{text!r} is not {_WANTED[kind]}")
        operands.extend(found)
    once = {(type(operand), operand): operand for operand in operands}
    if operator in _ORDERING and len(once) > MAX_BOUNDS:
        raise BadOperand(f"give at most {MAX_BOUNDS} values to compare with")
    return Comparison(path, operator, tuple(once.values()), kind)


def _patterns(texts: Sequence[str]) -> tuple[str, ...]:
    """The patterns, each once; raises `BadPattern`."""
    once = tuple(dict.fromkeys(texts))
    if len(once) > MAX_BOUNDS:
        raise BadPattern(f"give at most {MAX_BOUNDS} patterns")
    for pattern in once:
        compiled(pattern)
    return once


def compare_literal(
    path: Path, operator: Operator, literal: Scalar, attribute: Attribute | None
) -> Predicate:
    """The comparison of an attribute with a typed literal, as JSONPath has them (R-504)."""
    kind = kind_of(attribute)
    operands: tuple[Scalar, ...] = (literal,)
    if kind is Kind.INSTANT and operator is not Operator.REGEX:
        instant = microseconds(with_plus(literal)) if isinstance(literal, str) else None
        if instant is None and operator in _ORDERING:
            raise BadOperand(f"{literal!r} is not {_WANTED[kind]}")
        operands = () if instant is None else (instant,)
    elif not _fits(literal, kind):
        operands = ()
    return Comparison(path, operator, operands, kind)


def _fits(literal: Scalar, kind: Kind) -> bool:
    if kind is Kind.ANY:
        return True
    if isinstance(literal, bool):
        return kind is Kind.BOOLEAN
    if isinstance(literal, str):
        return kind in (Kind.TEXT, Kind.INSTANT)
    return kind is Kind.NUMBER


def number(text: str) -> int | float | None:
    """The JSON number a text spells, or None; integers beyond 64 bits become floats."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    if match["rest"] == "" and len(text) <= _LONGEST_INTEGER:
        whole = int(text)
        if -(2**63) <= whole < 2**63:
            return whole
    value = float(text)
    return value if abs(value) != float("inf") else None


def _as_text(text: str) -> list[Scalar]:
    return [text]


def _as_number(text: str) -> list[Scalar]:
    value = number(text)
    return [] if value is None else [value]


def _as_boolean(text: str) -> list[Scalar]:
    return [text == "true"] if text in ("true", "false") else []


def _as_instant(text: str) -> list[Scalar]:
    value = microseconds(text)
    return [] if value is None else [value]


def _as_any(text: str) -> list[Scalar]:
    return [text, *_as_number(text), *_as_boolean(text)]


_OPERANDS = {
    Kind.TEXT: _as_text,
    Kind.NUMBER: _as_number,
    Kind.BOOLEAN: _as_boolean,
    Kind.INSTANT: _as_instant,
    Kind.OBJECT: lambda _text: [],
    Kind.ANY: _as_any,
}
_WANTED = {
    Kind.TEXT: "a text",
    Kind.NUMBER: "a number",
    Kind.BOOLEAN: "true or false",
    Kind.INSTANT: "a date or an RFC 3339 date-time",
    Kind.OBJECT: "a value this attribute can be compared with; name an attribute inside it",
    Kind.ANY: "a value",
}
