"""The name of a condition: attributes joined by dots, and which element of a list is meant.

In `characteristic[name=color].value` the bracket picks the elements whose `name` is `color`. It
ends at the first closing bracket that a dot, or nothing, follows, so that brackets may stand in
its value: `characteristic[name=a[0]].value`.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tmf_apis.tmf630.paths import MAX_STEPS
from tmf_apis.tmf630.query_string import decoded

_STEP = re.compile(r"([^.\[\]]+)(?:\[(.*?)\](?=\.|$))?(?:\.|$)", re.DOTALL)
_EQUALS = re.compile("=|%3[Dd]")
_BRACKETS = frozenset("[]")


class BadName(ValueError):
    """What is not the name of an attribute; the text says so."""


class Named(NamedTuple):
    """One attribute on the way, and the attribute and the value that pick elements of its list."""

    name: str
    pair: tuple[str, str] | None = None


def named(text: str) -> tuple[Named, ...]:
    """The steps of a decoded name. Raises `BadName`."""
    return _steps(text, lambda piece: piece)


def named_in_query(encoded: str) -> tuple[Named, ...]:
    """The steps of a name as a query string has it. Raises `BadName`.

    Between raw brackets an encoded one is a character like any other (R-415).
    """
    if "[" in encoded and "]" in encoded:
        return _steps(encoded, decoded)
    return named(decoded(encoded))


def _steps(text: str, read: Callable[[str], str]) -> tuple[Named, ...]:
    steps = tuple(Named(read(name), _pair(pair, read)) for name, pair in _cut(text))
    if not 0 < len(steps) <= MAX_STEPS or any(_BRACKETS & set(step.name) for step in steps):
        raise BadName("not the name of an attribute")
    return steps


def _cut(text: str) -> Iterator[tuple[str, str | None]]:
    """The names between the dots, each with what its bracket holds."""
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            raise BadName("not the name of an attribute")
        yield match[1], match[2]
        position = match.end()
    if text.endswith("."):
        raise BadName("a name is missing behind the last dot")


def _pair(bracket: str | None, read: Callable[[str], str]) -> tuple[str, str] | None:
    if bracket is None:
        return None
    separator = _EQUALS.search(bracket)
    if separator is None:
        raise BadName("give an attribute and its value in a bracket, as in note[author=x].text")
    return read(bracket[: separator.start()]), read(bracket[separator.end() :])
