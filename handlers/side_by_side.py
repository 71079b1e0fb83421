"""Two JSON documents line by line, each line beside its like. Plain values, no web."""

from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, NamedTuple

import orjson

#: Lines of a document up to which it is compared: that is work of many steps.
MOST = 1000


class Row(NamedTuple):
    """A line of each document, empty where one has none; whether they differ."""

    left: str
    right: str
    differs: bool


def rows(left: Any, right: Any) -> list[Row]:
    """Both documents as indented JSON, members in the order of their names.

    Nothing for documents of more than `MOST` lines, which nobody reads side by side.
    """
    one, other = _lines(left), _lines(right)
    if max(len(one), len(other)) > MOST:
        return []
    found = []
    matcher = SequenceMatcher(None, [*map(_plain, one)], [*map(_plain, other)])
    for _, start, end, begin, stop in matcher.get_opcodes():
        found += [
            _row(*pair) for pair in zip_longest(one[start:end], other[begin:stop], fillvalue="")
        ]
    return found


def _row(left: str, right: str) -> Row:
    return Row(left, right, _plain(left) != _plain(right))


def _lines(document: Any) -> list[str]:
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    return text.decode().splitlines()


def _plain(line: str) -> str:
    """A line without the comma that says no more than that another follows."""
    return line.removesuffix(",")
