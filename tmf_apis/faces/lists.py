"""Lists of objects, element by element, and what only one face shows of them (V-5, V-6)."""

from collections.abc import Sequence
from typing import Any, Protocol

from tmf_apis.faces.plan import OUT, Json, Memory
from tmf_apis.faces.sameness import Identity, origins, same


class Converter(Protocol):
    """What converts one value: see `Choice`."""

    def fresh(self, new: Any, at: str) -> tuple[Any, Memory]:
        """The counterpart of a value of which nothing is kept, or OUT."""

    def change(self, new: Any, old: Any, other: Any, memory: Memory, at: str) -> tuple[Any, Memory]:
        """The counterpart of a value that was `old`, whose counterpart was `other`, or OUT."""


class Listed:
    """A list there too.

    The memory names, by side, the indexes of elements that only that side shows; all others are
    pairs, in the order of both lists. Under `in` is what the pairs keep, by their ordinal.
    """

    def __init__(
        self,
        key: str,
        source: str,
        target: str,
        element: Converter,
        identity: Identity,
        sides: tuple[str, str],
    ) -> None:
        self.key, self._source, self._target = key, source, target
        self._element, self._identity = element, identity
        self._mine, self._theirs = sides

    def make(self, new: Json, out: Json, at: str) -> Memory:
        values = new[self._source]
        if values.__class__ is not list:
            return None
        made: list[Any] = []
        hidden: list[int] = []
        inside: Json = {}
        fresh = self._element.fresh
        for index, value in enumerate(values):
            counterpart, memory = fresh(value, at)
            if counterpart is OUT:
                hidden.append(index)
                continue
            if memory:
                inside[str(len(made))] = memory
            made.append(counterpart)
        if made or not values:
            out[self._target] = made
        return self._memory(hidden, [], inside) if hidden or inside else None

    def change(self, new: Json, old: Json, out: Json, memory: Memory, at: str) -> Memory:
        now, before = elements(new.get(self._source)), elements(old.get(self._source))
        there = elements(out.get(self._target))
        made, memory = self.merge(now, before, there, memory or {}, at)
        if made or new.get(self._source) == []:
            out[self._target] = made
        else:
            out.pop(self._target, None)
        return memory

    def merge(
        self, now: Sequence[Any], before: Sequence[Any], there: Sequence[Any], memory: Json, at: str
    ) -> tuple[list[Any], Memory]:
        """The list there for a list here that was another, and what is kept."""
        kept = memory.get("in", {})
        pairs = _pairs(
            len(before), memory.get(self._mine, ()), len(there), memory.get(self._theirs, ())
        )
        ordinals = {here: str(ordinal) for ordinal, here in enumerate(pairs)}
        results: list[tuple[Any, Memory, int]] = []
        for value, origin in zip(now, origins(now, before, self._identity), strict=True):
            partner = -1 if origin is None else pairs.get(origin, -1)
            if origin is None:
                results.append((*self._element.fresh(value, at), -1))
            elif partner < 0:
                unchanged = same(value, before[origin])
                made = (OUT, None) if unchanged else self._element.fresh(value, at)
                results.append((*made, -1))
            else:
                inside = kept.get(ordinals[origin])
                if same(value, before[origin]):
                    results.append((there[partner], inside, partner))
                else:
                    was = before[origin], there[partner]
                    results.append((*self._element.change(value, *was, inside, at), partner))
        return self._assembled(results, there, set(pairs.values()))

    def _assembled(
        self, results: Sequence[tuple[Any, Memory, int]], there: Sequence[Any], paired: set[int]
    ) -> tuple[list[Any], Memory]:
        """The counterparts in order, and what only the other side shows where it belongs (V-6)."""
        present = {partner for value, _, partner in results if value is not OUT}
        behind: dict[int, list[Any]] = {}
        ahead = -1
        for index, value in enumerate(there):
            if index in paired:
                ahead = index if index in present else -1
            else:
                behind.setdefault(ahead, []).append(value)
        made: list[Any] = behind.get(-1, [])
        theirs = list(range(len(made)))
        mine: list[int] = []
        inside: Json = {}
        ordinal = 0
        for index, (value, memory, partner) in enumerate(results):
            if value is OUT:
                mine.append(index)
                continue
            made.append(value)
            if memory:
                inside[str(ordinal)] = memory
            ordinal += 1
            if partner >= 0:
                following = behind.get(partner, [])
                theirs += range(len(made), len(made) + len(following))
                made += following
        return made, self._memory(mine, theirs, inside)

    def _memory(self, mine: list[int], theirs: list[int], inside: Json) -> Memory:
        parts = {self._mine: mine, self._theirs: theirs, "in": inside}
        return {name: part for name, part in parts.items() if part} or None


def _pairs(
    mine: int, only_mine: Sequence[int], theirs: int, only_theirs: Sequence[int]
) -> dict[int, int]:
    """Which element here is which there: those that both sides show, in order."""
    left, right = set(only_mine), set(only_theirs)
    here = (index for index in range(mine) if index not in left)
    there = (index for index in range(theirs) if index not in right)
    return dict(zip(here, there, strict=False))


def elements(value: Any) -> list[Any]:
    """A list; empty where there is none."""
    return value if isinstance(value, list) else []
