"""Attribute filtering: the raw query string becomes one predicate (R-401..R-419).

The string is split while it is still percent-encoded, so an encoded comma, ampersand or
semicolon inside a value is a character like any other (R-415).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.types import Kind, Shape
from tmf_apis.tmf630.errors import INVALID_FILTER, TmfError
from tmf_apis.tmf630.instants import with_plus
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

#: Names that are never attributes in their bare form.
RESERVED = frozenset(
    {
        "fields",
        "offset",
        "limit",
        "sort",
        "filter",
        "depth",
        "expand",
        "before",
        "after",
    }
)
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
_SIGN = (
    r"(?:\*|%2[Aa])(?:=|%3[Dd])|(?:=|%3[Dd])(?:~|%7[Ee])|==|%3[Dd](?:=|%3[Dd])"
    r"|(?:>|%3[Ee])(?:=|%3[Dd])|(?:<|%3[Cc])(?:=|%3[Dd])|=|%3[Dd]|>|%3[Ee]|<|%3[Cc]"
)
_SIGN_OR_BRACKET = re.compile(rf"(?P<sign>{_SIGN})|\[|%5[Bb]")
_CLOSING = re.compile(r"\]|%5[Dd]")
_ALTERNATIVE = re.compile(r'(?:^|,)((?:"|%22)(?:(?!"|%22).)*(?:"|%22)(?=,|$)|[^,]*)', re.DOTALL)
_NAME_PART = re.compile(r"([^.\[\]]+)(?:\[([^=\]]+)=([^\]]*)\])?(?:\.|$)")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as the client wrote it: decoded name and sign, values still encoded."""

    name: str
    sign: str
    value: str


def split(
    raw: str, reserved_names: frozenset[str] = RESERVED
) -> tuple[dict[str, list[str]], list[list[Condition]]]:
    """Tell the reserved parameters of a raw query string from its conditions.

    Gives the decoded values of each reserved parameter, in order, and the conditions as
    alternatives (`;`) of conjunctions (`&`), per R-404 and R-405. A bare word after `;` is
    another value of the condition before it: `state=a;b`.
    """
    reserved: dict[str, list[str]] = {}
    alternatives: list[list[Condition]] = [[]]
    for separator, part in _parts(raw):
        if not part:
            continue
        encoded_name, sign, value = _cut(part)
        name = _decoded(encoded_name)
        if sign == "=" and name in reserved_names:
            reserved.setdefault(name, []).append(_decoded(value))
            continue
        if separator == ";" and alternatives[-1]:
            last = alternatives[-1][-1]
            alternatives.append([])
            if not sign and last.sign:
                alternatives[-1].append(Condition(last.name, last.sign, part))
                continue
        alternatives[-1].append(Condition(name, unquote(sign), value))
    if sum(map(len, alternatives)) > MAX_CONDITIONS:
        raise TmfError(INVALID_FILTER, f"At most {MAX_CONDITIONS} conditions are allowed.")
    return reserved, [conjunction for conjunction in alternatives if conjunction]


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
        pattern = _unquoted(_decoded(condition.value))
        compiled(pattern)
        return compare_text(path, operator, [pattern], None)
    values = [decoded_value(part) for part in _commas(condition.value)]
    return compare_text(path, operator, values, attribute)


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
            pairs[len(names)] = (match[2], _unquoted(match[3]))
        names.append(match[1])
        position = match.end()
    if not names or asked.endswith(".") or len(names) > MAX_STEPS:
        raise TmfError(INVALID_FILTER, f"{asked or '(empty)'}: not the name of an attribute.")
    return names, pairs


def _parts(raw: str) -> Iterator[tuple[str, str]]:
    """The pieces between `&` and `;`, each with the separator before it."""
    separator = "&"
    for piece in re.split(r"([&;])", raw):
        if piece in ("&", ";"):
            separator = piece
        else:
            yield separator, piece


def _cut(part: str) -> tuple[str, str, str]:
    """Name, sign and value of one condition, still encoded; a bare word has only a name.

    The name goes up to the first comparison sign that stands outside brackets.
    """
    position, closed = 0, True
    while match := _SIGN_OR_BRACKET.search(part, position):
        if match["sign"]:
            return part[: match.start()], match["sign"], part[match.end() :]
        closing = _CLOSING.search(part, match.end()) if closed else None
        closed = closing is not None
        position = (closing or match).end()
    return part, "", ""


def _commas(raw: str) -> list[str]:
    """The alternatives of a value: raw commas separate, unless double quotes enclose them."""
    return _ALTERNATIVE.findall(raw)


def decoded_value(encoded: str) -> str:
    """One value, decoded; a blank where a date-time has its `+` is that plus (R-415)."""
    return with_plus(_unquoted(_decoded(encoded)))


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _decoded(encoded: str) -> str:
    try:
        text = unquote(encoded.replace("+", " "), errors="strict")
    except UnicodeDecodeError as error:
        raise TmfError(INVALID_FILTER, "The query string is not UTF-8.") from error
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise TmfError(INVALID_FILTER, "The query string holds a NUL or half a surrogate pair.")
    return text
