"""The literals of a JSONPath: from how a value is spelt to the value (R-504)."""

import re

from tmf_apis.tmf630.jsonpath.refusals import invalid
from tmf_apis.tmf630.jsonpath.tokens import Token
from tmf_apis.tmf630.patterns import BadPattern, compiled
from tmf_apis.tmf630.query import Scalar

#: The values that have a name.
WORDS: dict[str, Scalar | None] = {"true": True, "false": False, "null": None}

_ESCAPE = re.compile(r"\\(?:u(?P<code>[0-9a-fA-F]{4})|(?P<character>.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
#: What may stand behind a pattern: `i` for either case, `m` and `s` as RE2 has them.
_FLAGS = frozenset("ims")


def text(spelt: str) -> str:
    """The text between quotes, its escapes resolved as in JSON.

    Raises `TmfError` (400) for half a surrogate pair and for a NUL.
    """
    found = _ESCAPE.sub(_resolved, spelt[1:-1])
    try:
        # Halves of a pair that were escaped one by one become one character.
        found = found.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise invalid(f"{spelt} holds half a surrogate pair.") from error
    if "\0" in found:
        raise invalid(f"{spelt} holds a NUL character.")
    return found


def _resolved(escape: re.Match[str]) -> str:
    if escape["code"]:
        return chr(int(escape["code"], 16))
    character = escape["character"]
    return _ESCAPES.get(character, character)


def number(spelt: str) -> int | float:
    """The number that digits spell; integers beyond 64 bits become floats.

    Raises `TmfError` (400) for one that is too large even for a float.
    """
    value = float(spelt)
    whole = int(spelt) if spelt.lstrip("-").isdigit() else None
    if value in (float("inf"), float("-inf")):
        raise invalid(f"{spelt} is too large a number.")
    return whole if whole is not None and -(2**63) <= whole < 2**63 else value


def pattern(token: Token) -> str | None:
    """The RE2 pattern that `/re/i` or a quoted text spells; None for any other token.

    Raises `TmfError` (400) for one that is not RE2 (R-418).
    """
    if token.kind == "regex":
        body, _, flags = token.text[1:].rpartition("/")
        if not _FLAGS.issuperset(flags):
            return None
        found = (f"(?{flags})" if flags else "") + body.replace("\\/", "/")
    elif token.kind == "text":
        found = text(token.text)
    else:
        return None
    try:
        compiled(found)
    except BadPattern as error:
        raise invalid(f"{token.text}: {error}.") from error
    return found
