"""A list in one version whose first or last element is the one value of the other (V-46)."""

from collections.abc import Sequence
from typing import Any

from tmf_apis.faces.lists import Converter, elements
from tmf_apis.faces.plan import OUT, Json, Memory
from tmf_apis.faces.sameness import Identity, origins, same


class Picked:
    """A list here whose first or last element that can be shown is the one value there (V-46)."""

    def __init__(
        self, key: str, source: str, target: str, element: Converter, identity: Identity, last: bool
    ) -> None:
        self.key, self._source, self._target = key, source, target
        self._element, self._identity, self._last = element, identity, last

    def make(self, new: Json, out: Json, at: str) -> Memory:
        values = elements(new[self._source])
        for index in self._order(values):
            value, memory = self._element.fresh(values[index], at)
            if value is not OUT:
                out[self._target] = value
                return _picked(index, memory)
        return None

    def change(self, new: Json, old: Json, out: Json, memory: Memory, at: str) -> Memory:
        now, before = elements(new.get(self._source)), elements(old.get(self._source))
        shown = (memory or {}).get("at", -1)
        from_where = origins(now, before, self._identity)
        for index in self._order(now):
            if shown >= 0 and from_where[index] == shown and self._target in out:
                inside = (memory or {}).get("in")
                if same(now[index], before[shown]):
                    return _picked(index, inside)
                was = before[shown], out[self._target]
                value, kept = self._element.change(now[index], *was, inside, at)
            else:
                value, kept = self._element.fresh(now[index], at)
            if value is not OUT:
                out[self._target] = value
                return _picked(index, kept)
        if shown >= 0:
            out.pop(self._target, None)
        return None

    def _order(self, values: Sequence[Any]) -> Sequence[int]:
        order = range(len(values))
        return order[::-1] if self._last else order


class Spread:
    """One value here that is an element of a list there (V-46)."""

    def __init__(self, key: str, source: str, target: str, element: Converter, last: bool) -> None:
        self.key, self._source, self._target = key, source, target
        self._element, self._last = element, last

    def make(self, new: Json, out: Json, at: str) -> Memory:
        value, memory = self._element.fresh(new[self._source], at)
        if value is OUT:
            return None
        out[self._target] = [value]
        return _picked(0, memory)

    def change(self, new: Json, old: Json, out: Json, memory: Memory, at: str) -> Memory:
        there = list(elements(out.get(self._target)))
        shown = (memory or {}).get("at", -1)
        paired = 0 <= shown < len(there) and self._source in old
        value: Any = OUT
        kept: Memory = None
        if self._source in new:
            if paired:
                was, inside = (old[self._source], there[shown]), (memory or {}).get("in")
                value, kept = self._element.change(new[self._source], *was, inside, at)
            else:
                value, kept = self._element.fresh(new[self._source], at)
        if paired:
            there[shown : shown + 1] = [] if value is OUT else [value]
        elif value is not OUT:
            shown = len(there) if self._last else 0
            there.insert(shown, value)
        if there:
            out[self._target] = there
        else:
            out.pop(self._target, None)
        return None if value is OUT else _picked(shown, kept)


def _picked(index: int, memory: Memory) -> Memory:
    return {"at": index, "in": memory} if memory else {"at": index}
