"""How much a request may ask, and what JSON it may hold, whatever its schema (D3, D23)."""

import json
import re
from collections.abc import Iterable
from typing import Any

import orjson

from tmf_apis.tmf630.errors import MALFORMED_BODY, TARGET_TOO_LONG, TOO_LARGE, TmfError
from tmf_apis.tmf630.scanning import holds

#: A query string: how many characters, and how many parameters. Values joined by commas are one.
MAX_QUERY = 30 * 1024
MAX_PARAMETERS = 1000
MAX_DEPTH = 64
#: Values of a body, and the lists and objects among them once more.
MAX_VALUES = 1_000_000
_LARGEST, _SMALLEST = 2**63 - 1, -(2**63)
#: An integer literal that might exceed 64 bits; the parser would turn it into a float.
_LONG_INTEGER = re.compile(rb"(?<![\d.eE+-])-?\d{19,}(?![\d.eE])")
#: Turns every digit into 0, so that a run of them is found by a plain search.
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LONG_RUN = b"0" * 19
#: What each value but the first follows, or each list and object begins with.
_BEGINNINGS = (b",", b"[", b"{")
#: A colon that is written as an escape.
_COLON = re.compile(rb"\\u003a", re.IGNORECASE)
#: An escape that nothing escapes. A run of backslashes is read from its start alone: from each of
#: them it would take their number squared.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_DEEP = f"The body nests deeper than {MAX_DEPTH} levels."
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


def check_query(raw: str) -> None:
    """Raise `TmfError` (414) for a raw query string that is too long or has too many parameters."""
    if len(raw) > MAX_QUERY:
        raise TmfError(
            TARGET_TOO_LONG, f"The query has more than {MAX_QUERY} characters; ask several times."
        )
    if raw.count("&") + raw.count(";") >= MAX_PARAMETERS:
        raise TmfError(
            TARGET_TOO_LONG,
            f"The query has more than {MAX_PARAMETERS} parameters; join the values of one"
            " attribute by commas.",
        )


def parse_json(raw: bytes) -> Any:
    """The JSON value of a body; raises `TmfError` (400) that says where it is malformed.

    Refused are: text that is no UTF-8 JSON, NUL characters and lone surrogates, nesting beyond
    64 levels, integers beyond 64 bits, which could not be given back exactly, and objects that
    hold a name twice, of which only one could be kept. More than a million values and members are
    refused by 413: each takes many times the memory that its text does.
    """
    if not raw.strip():
        raise TmfError(MALFORMED_BODY, "The body is empty; send a JSON object.")
    if len(raw) > MAX_VALUES and _too_many(raw):
        raise TmfError(TOO_LARGE, f"The body has more than {MAX_VALUES} values; send less.")
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if "depth limit" in str(error):
            raise TmfError(MALFORMED_BODY, _DEEP) from error
        raise TmfError(MALFORMED_BODY, f"The body is not JSON: {error}.") from error
    if _is_deep(raw, value):
        raise TmfError(MALFORMED_BODY, _DEEP)
    if holds(raw, b"\\u0000") and _NUL.search(raw):
        raise TmfError(MALFORMED_BODY, f"{_nul(value)}: a NUL character (\\u0000) is not kept.")
    try:
        encoded = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError:  # There is an integer beyond 53 bits.
        _refuse_long_integers(raw)
        encoded = orjson.dumps(value)
    if encoded != raw:
        _refuse_lost(raw, encoded)
    return value


def _refuse_lost(raw: bytes, encoded: bytes) -> None:
    """Raise `TmfError` (400) where a body lost something as it was read: of an integer, or of two
    members with one name. `encoded` is what is left; nothing is lost where that is the same.
    """
    if holds(raw.translate(_DIGITS), _LONG_RUN):
        _refuse_long_integers(raw)
    # Every member has its colon; where all are still there, no name stood twice. Only a colon
    # that is written as an escape could make up for one that is missing.
    if (holds(raw, b"\\u003") and _COLON.search(raw)) or raw.count(b":") != encoded.count(b":"):
        _refuse_names_twice(json.loads(raw, object_pairs_hook=_Members), "")


def _too_many(raw: bytes) -> bool:
    """Whether there are too many values; looked at closely only where there may be."""
    if sum(map(raw.count, _BEGINNINGS)) <= MAX_VALUES:
        return False
    bare = _STRINGS.sub(b"", raw)
    return sum(map(bare.count, _BEGINNINGS)) > MAX_VALUES


def measure(value: Any) -> tuple[int, int]:
    """How many levels of objects and lists a JSON value nests, and how many values it holds."""
    levels, values, inside = 0, 1, [value]
    while inside := [v for v in inside if isinstance(v, (dict, list))]:
        levels += 1
        inside = [v for c in inside for v in (c.values() if isinstance(c, dict) else c)]
        values += len(inside)
    return levels, values


def _is_deep(raw: bytes, value: Any) -> bool:
    """Whether a value nests too deep; measured only where there are enough brackets."""
    return raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and measure(value)[0] > MAX_DEPTH


def _nul(value: Any, pointer: str = "") -> str:
    """The pointer of the first NUL in a value, in a name or a text; empty when it has none."""
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    elif isinstance(value, str) and "\0" in value:
        return pointer or "/"
    for step, below in inner:
        if found := _nul(below, f"{pointer}/{step}") or ("\0" in str(step) and pointer + "/"):
            return str(found).replace("\0", "")
    return ""


class _Members(list[tuple[str, Any]]):
    """The members of a JSON object, as they stand in the text."""


def _refuse_names_twice(value: Any, pointer: str) -> None:
    if isinstance(value, _Members):
        names: set[str] = set()
        for name, below in value:
            if name in names:
                place = f"{pointer}/{name}"
                raise TmfError(MALFORMED_BODY, f"{place}: this name stands twice in its object.")
            names.add(name)
            _refuse_names_twice(below, f"{pointer}/{name}")
    elif isinstance(value, list):
        for position, below in enumerate(value):
            _refuse_names_twice(below, f"{pointer}/{position}")


def _refuse_long_integers(raw: bytes) -> None:
    for literal in _LONG_INTEGER.findall(_STRINGS.sub(b'""', raw)):
        if not _SMALLEST <= int(literal) <= _LARGEST:
            shown = literal.decode()[:40]
            raise TmfError(
                MALFORMED_BODY,
                f"The number {shown} needs more than 64 bits; send it as a text or a decimal.",
            )
