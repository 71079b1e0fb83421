"""A raw query string, taken apart: reserved parameters, and conditions as the client joined them.

The string is split while it is still percent-encoded, so an encoded comma, ampersand or
semicolon inside a value is a character like any other (R-415).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from tmf_apis.tmf630.errors import INVALID_FILTER, TmfError
from tmf_apis.tmf630.instants import with_plus

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

_SIGN = (
    r"(?:\*|%2[Aa])(?:=|%3[Dd])|(?:=|%3[Dd])(?:~|%7[Ee])|==|%3[Dd](?:=|%3[Dd])"
    r"|(?:>|%3[Ee])(?:=|%3[Dd])|(?:<|%3[Cc])(?:=|%3[Dd])|=|%3[Dd]|>|%3[Ee]|<|%3[Cc]"
)
_SIGN_OR_BRACKET = re.compile(rf"(?P<sign>{_SIGN})|\[|%5[Bb]")
_CLOSING = re.compile(r"\]|%5[Dd]")
_ALTERNATIVE = re.compile(r'(?:^|,)((?:"|%22)(?:(?!"|%22).)*(?:"|%22)(?=,|$)|[^,]*)', re.DOTALL)


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
    another value of the condition before it: `state=a;b`. Raises `TmfError` (400) for what is
    no text, and for too many conditions.
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


def decoded_value(encoded: str) -> str:
    """One value, decoded; a blank where a date-time has its `+` is that plus (R-415).

    Raises `TmfError` (400), as all that decode do, for what is no text.
    """
    return with_plus(unquoted(_decoded(encoded)))


def decoded_values(encoded: str) -> list[str]:
    """The alternatives of a value, decoded: raw commas separate them, unless double quotes
    enclose them (R-403).
    """
    return [decoded_value(part) for part in _ALTERNATIVE.findall(encoded)]


def decoded_pattern(encoded: str) -> str:
    """A value that is one pattern, decoded: its commas and its blanks are its own (R-418)."""
    return unquoted(_decoded(encoded))


def unquoted(text: str) -> str:
    """A text without the double quotes around it, if it has them."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _decoded(encoded: str) -> str:
    try:
        text = unquote(encoded.replace("+", " "), errors="strict")
    except UnicodeDecodeError as error:
        raise TmfError(INVALID_FILTER, "The query string is not UTF-8.") from error
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise TmfError(INVALID_FILTER, "The query string holds a NUL or half a surrogate pair.")
    return text
