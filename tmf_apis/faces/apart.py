"""A list of which one element is an attribute of its own on the older side (V-45)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tmf_apis.faces.lists import Listed, elements
from tmf_apis.faces.plan import OUT, Json, Memory, put
from tmf_apis.faces.sameness import same
from tmf_apis.faces.table import loosely


@dataclass(frozen=True, slots=True)
class Element:
    """The element that stands apart: its name on the older side, the attributes of both sides
    that hold the list, the attribute that tells which element it is, and its class.
    """

    name: str
    older: str
    newer: str
    by: str
    of: str

    def found(self, values: Sequence[Any]) -> int | None:
        """Where it stands in a list of the newer side."""
        wanted = loosely(self.name)
        for index, value in enumerate(values):
            said = value.get(self.by) if isinstance(value, dict) else None
            if isinstance(said, str) and loosely(said) == wanted:
                return index
        return None


class SetApart:
    """From the list of the newer side to the attribute and the list of the older one."""

    def __init__(self, element: Element, listed: Listed) -> None:
        self.key, self._element, self._listed = element.newer, element, listed

    def make(self, new: Json, out: Json, at: str) -> Memory:
        return self.change(new, {}, out, None, at)

    def change(self, new: Json, old: Json, out: Json, memory: Memory, at: str) -> Memory:
        element, memory = self._element, memory or {}
        now, before = elements(new.get(element.newer)), elements(old.get(element.newer))
        index, was = element.found(now), memory.get("at")
        value = _text(now, index)
        if not same(value, _text(before, was)):
            put(out, element.name, OUT if value is None else value)
        rest, rest_before, kept = _without(now, index), _without(before, was), memory.get("list")
        if now == [] or not same(rest, rest_before):
            there = elements(out.get(element.older))
            rest, kept = self._listed.merge(rest, rest_before, there, kept or {}, at)
            put(out, element.older, rest if rest or now == [] else OUT)
        return _memory(index, kept)


class PutIn:
    """From the attribute and the list of the older side to the list of the newer one."""

    def __init__(self, element: Element, listed: Listed) -> None:
        self.key, self._element, self._listed = element.newer, element, listed

    def make(self, new: Json, out: Json, at: str) -> Memory:
        return self.change(new, {}, out, None, at)

    def change(self, new: Json, old: Json, out: Json, memory: Memory, at: str) -> Memory:
        element, memory = self._element, memory or {}
        there, was = elements(out.get(element.newer)), memory.get("at")
        rest, kept = _without(there, was), memory.get("list")
        now, before = elements(new.get(element.older)), elements(old.get(element.older))
        if not same(now, before):
            rest, kept = self._listed.merge(now, before, rest, kept or {}, at)
        apart = there[was] if was is not None and was < len(there) else None
        value = new.get(element.name)
        if value.__class__ is not str:
            apart = None
        elif not same(value, old.get(element.name)):
            bare = {"@type": element.of, element.by: element.name}
            apart = {**(apart or bare), "id": value, "name": value}
        index = None if apart is None else min(was or 0, len(rest))
        made = rest if index is None else [*rest[:index], apart, *rest[index:]]
        put(out, element.newer, made if made or new.get(element.older) == [] else OUT)
        return _memory(index, kept)


def _memory(index: int | None, kept: Memory) -> Memory:
    found: Json = {}
    if index is not None:
        found["at"] = index
    if kept:
        found["list"] = kept
    return found or None


def _text(values: Sequence[Any], index: int | None) -> str | None:
    """What the older side shows of the element: its id, else its name."""
    if index is None or index >= len(values):
        return None
    said = values[index].get("id", values[index].get("name"))
    return said if isinstance(said, str) else None


def _without(values: Sequence[Any], index: int | None) -> list[Any]:
    return [value for place, value in enumerate(values) if place != index]
