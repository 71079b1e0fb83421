"""A raw query string, taken apart: reserved parameters, and conditions as the client joined them.

The string is split while it is still percent-encoded, so an encoded comma, ampersand or
semicolon inside a value is a character like any other (R-415).
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from tmf_apis.tmf630.errors import INVALID_FILTER, TmfError
from tmf_apis.tmf630.instants import with_plus
from tmf_apis.tmf630.patterns import is_pattern

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

_SIGN = (
    r"(?:\*|%2[Aa])(?:=|%3[Dd])|(?:=|%3[Dd])(?:~|%7[Ee])|==|%3[Dd](?:=|%3[Dd])"
    r"|(?:>|%3[Ee])(?:=|%3[Dd])|(?:<|%3[Cc])(?:=|%3[Dd])|=|%3[Dd]|>|%3[Ee]|<|%3[Cc]"
)
_SIGN_OR_BRACKET = re.compile(rf"(?P<sign>{_SIGN})|\[|%5[Bb]")
#: A bracket ends where a dot, a sign or nothing follows: it may hold others. A raw one ends raw.
_RAW_CLOSING = re.compile(rf"\](?=\.|{_SIGN}|$)")
_CLOSING = re.compile(rf"(?:\]|%5[Dd])(?=\.|{_SIGN}|$)")
_ALTERNATIVE = re.compile(
    r"(?:^|,)"
    r"""((?:"|%22)(?:(?!"|%22).)*(?:"|%22)(?=,|$)"""
    r"""|(?:'|%27)(?:(?!'|%27).)*(?:'|%27)(?=,|$)"""
    r"""|[^,]*)""",
    re.DOTALL,
)
#: A pattern in a JSONPath, a blank that was a raw `+` being a NUL.
_PATTERN = re.compile(r"""(=~[\s\0]*)([/'"])((?:(?!\2)[^\\]|\\.)+)\2""", re.DOTALL)
#: Reserved parameters that may hold JSONPaths, and of which several mean all that any of them does.
_PATHS = ("filter", "fields")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as the client wrote it: its sign decoded, name and value still encoded."""

    name: str
    sign: str
    value: str

    @property
    def asked(self) -> str:
        """The name, decoded."""
        return decoded(self.name)


def split(
    raw: str, reserved_names: frozenset[str] = RESERVED, ignored: Collection[str] = ()
) -> tuple[dict[str, list[str]], list[list[Condition]]]:
    """Tell the reserved parameters of a raw query string from its conditions.

    Gives the decoded values of each reserved parameter, in order, and the conditions as
    alternatives (`;`) of conjunctions (`&`), per R-404 and R-405. A bare word after `;` is
    another value of the condition before it: `state=a;b`. Parameters with an `ignored` name, in
    whatever case, are passed over. Raises `TmfError` (400) for what is
    no text.
    """
    reserved: dict[str, list[str]] = {}
    alternatives: list[list[Condition]] = [[]]
    for separator, part in _parts(raw):
        if not part:
            continue
        encoded_name, sign, value = _cut(part)
        name, sign = decoded(encoded_name), unquote(sign)
        if sign[:1] in ("", "=") and name.lower() in ignored:
            continue
        if sign[:1] == "=" and name in reserved_names:
            read = _path_readings if name in _PATHS else _reading
            reserved.setdefault(name, []).extend(read(sign[1:] + value))
            continue
        if separator == ";" and alternatives[-1]:
            last = alternatives[-1][-1]
            alternatives.append([])
            if not sign and last.sign:
                alternatives[-1].append(Condition(last.name, last.sign, part))
                continue
        alternatives[-1].append(Condition(encoded_name, sign, value))
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
        closing = _closing(part, match) if closed else None
        closed = closing is not None
        position = (closing or match).end()
    return part, "", ""


def _closing(part: str, opening: re.Match[str]) -> re.Match[str] | None:
    found = _RAW_CLOSING.search(part, opening.end()) if opening[0] == "[" else None
    return found or _CLOSING.search(part, opening.end())


def decoded_value(encoded: str) -> str:
    """One value, decoded, without quotes around it (R-415).

    Raises `TmfError` (400), as all that decode do, for what is no text.
    """
    return readings(decoded(encoded))[-1]


def decoded_values(encoded: str) -> list[tuple[str, ...]]:
    """The alternatives of a value, decoded, each in its `readings`: raw commas separate them,
    unless quotes enclose them (R-403).
    """
    return [readings(decoded(part)) for part in _ALTERNATIVE.findall(encoded)]


def readings(text: str) -> tuple[str, ...]:
    """What a decoded value may mean: itself, or, in single quotes, also what these enclose, last.

    Double quotes around it are dropped, and a blank where a date-time has its `+` is that plus
    (R-415).
    """
    mark = text[:1]
    if len(text) < 2 or mark not in ("'", '"') or text[-1] != mark:
        return (with_plus(text),)
    inner = with_plus(text[1:-1])
    return (inner,) if mark == '"' else (text, inner)


def decoded_patterns(encoded: str) -> list[str]:
    """A value that is one pattern, decoded: its commas and its blanks are its own (R-418).

    Who fills a form writes a blank as `+`, who writes a URL means a plus: there are two readings,
    if both are patterns.
    """
    found = [decoded(encoded), decoded(encoded.replace("+", "%2B"))]
    found = [unquoted(text) for text in dict.fromkeys(found)]
    return [text for text in found if is_pattern(text)] or found[:1]


def unquoted(text: str) -> str:
    """A text without the double quotes around it, if it has them."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def decoded(encoded: str) -> str:
    """The text that a part of a query string spells; raises `TmfError` (400) if it is none."""
    try:
        text = unquote(encoded.replace("+", " "), errors="strict")
    except UnicodeDecodeError as error:
        raise TmfError(INVALID_FILTER, "The query string is not UTF-8.") from error
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise TmfError(INVALID_FILTER, "The query string holds a NUL or half a surrogate pair.")
    return text


def _reading(encoded: str) -> list[str]:
    return [decoded(encoded)]


def _path_readings(encoded: str) -> list[str]:
    """A JSONPath, decoded; if raw pluses stand in its patterns, also as it is with these."""
    text = decoded(encoded)
    if "+" not in encoded or "=~" not in text:
        return [text]
    marked = unquote(encoded.replace("+", "%00"))
    return list(dict.fromkeys([text, _PATTERN.sub(_with_plus, marked).replace("\0", " ")]))


def _with_plus(literal: re.Match[str]) -> str:
    pattern, mark = literal[3].replace("\0", "+"), literal[2]
    return f"{literal[1]}{mark}{pattern}{mark}" if is_pattern(pattern) else literal[0]
