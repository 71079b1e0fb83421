"""The rows of a plan that hold one value: mapped, an object, a part of an object, computed."""

from collections.abc import Callable, Sequence
from typing import Any

from tmf_apis.faces.choice import Choice
from tmf_apis.faces.plan import OUT, Change, Json, Memory, parts, put
from tmf_apis.faces.sameness import same

#: What some attributes are together, of the new, the old and the other side's attributes.
Rule = Callable[[Json, Json, Json], Json]


class Mapped:
    """A scalar that has other values there, or must fit."""

    def __init__(self, key: str, source: str, target: str, mapping: Change) -> None:
        self.key, self._source, self._target, self.mapping = key, source, target, mapping
        #: Whether it stands under the same name there.
        self.stays = source == target

    def make(self, new: Json, out: Json, at: str) -> Memory:
        value = self.mapping(new[self._source])
        if value is not OUT:
            out[self._target] = value
        return None

    def change(self, new: Json, old: Json, out: Json, memory: Memory, at: str) -> Memory:
        here = self._source in new
        put(out, self._target, self.mapping(new[self._source]) if here else OUT)
        return None


class Nested:
    """An object that crosses under a name of its own."""

    def __init__(self, key: str, source: str, target: str, choice: Choice) -> None:
        self.key, self._source, self._target, self._choice = key, source, target, choice

    def make(self, new: Json, out: Json, at: str) -> Memory:
        value, memory = self._choice.fresh(new[self._source], at)
        if value is not OUT:
            out[self._target] = value
        return memory

    def change(self, new: Json, old: Json, out: Json, memory: Memory, at: str) -> Memory:
        if self._source not in new:
            out.pop(self._target, None)
            return None
        value, memory = self._choice.change(
            new[self._source], old.get(self._source), out.get(self._target), memory, at
        )
        put(out, self._target, value)
        return memory


class Wrapped:
    """Flat attributes that are an object there."""

    def __init__(
        self, key: str, into: str, names: Sequence[str], left: frozenset[str] | None, choice: Choice
    ) -> None:
        self.key, self._into, self._names, self._left = key, into, names, left
        self._choice = choice

    def _part(self, document: Json) -> Json:
        if self._left is None:
            return parts(document, self._names)
        return {name: value for name, value in document.items() if name not in self._left}

    def make(self, new: Json, out: Json, at: str) -> Memory:
        part = self._part(new)
        if not part:
            return None
        value, memory = self._choice.fresh(part, at)
        if value is not OUT:
            out[self._into] = value
        return memory

    def change(self, new: Json, old: Json, out: Json, memory: Memory, at: str) -> Memory:
        part, before = self._part(new), self._part(old)
        if same(part, before):
            return memory
        if not part:
            out.pop(self._into, None)
            return None
        value, memory = self._choice.change(part, before, out.get(self._into), memory, at)
        put(out, self._into, value)
        return memory


class Unwrapped:
    """An object whose attributes are flat there."""

    def __init__(
        self,
        key: str,
        inside: str,
        names: Sequence[str],
        left: frozenset[str] | None,
        choice: Choice,
    ) -> None:
        self.key, self._inside, self._names, self._left = key, inside, names, left
        self._choice = choice

    def make(self, new: Json, out: Json, at: str) -> Memory:
        value, memory = self._choice.fresh(new[self._inside], at)
        if value is not OUT:
            self._spread(value, out)
        return memory

    def change(self, new: Json, old: Json, out: Json, memory: Memory, at: str) -> Memory:
        if self._left is None:
            flat = parts(out, self._names)
        else:
            flat = {name: value for name, value in out.items() if name not in self._left}
        value: Any = OUT
        if self._inside in new:
            value, memory = self._choice.change(
                new[self._inside], old.get(self._inside), flat, memory, at
            )
        for name in flat:
            del out[name]
        if value is OUT:
            return None
        self._spread(value, out)
        return memory

    def _spread(self, value: Json, out: Json) -> None:
        if self._left is None:
            out.update(parts(value, self._names))
        else:
            out.update((name, v) for name, v in value.items() if name not in self._left)


class Computed:
    """Attributes that follow from others by a rule of section 5."""

    def __init__(
        self, key: str, sources: Sequence[str], targets: Sequence[str], rule: Rule
    ) -> None:
        self.key, self._sources, self._targets, self._rule = key, sources, targets, rule

    def make(self, new: Json, out: Json, at: str) -> Memory:
        out.update(self._rule(parts(new, self._sources), {}, {}))
        return None

    def change(self, new: Json, old: Json, out: Json, memory: Memory, at: str) -> Memory:
        now, before = parts(new, self._sources), parts(old, self._sources)
        if not same(now, before):
            made = self._rule(now, before, parts(out, self._targets))
            for name in self._targets:
                put(out, name, made.get(name, OUT))
        return None


class Moved:
    """A scalar that stands in an object on one side and beside it on the other.

    The object crosses by a row of its own, which comes before this.
    """

    def __init__(self, key: str, source: Sequence[str], target: Sequence[str]) -> None:
        self.key, self._source, self._target = key, source, target

    def make(self, new: Json, out: Json, at: str) -> Memory:
        self._set(out, _find(new, self._source))
        return None

    def change(self, new: Json, old: Json, out: Json, memory: Memory, at: str) -> Memory:
        now, before = _find(new, self._source), _find(old, self._source)
        # What did not change stays, also where the object was made anew.
        kept = _find(out, self._target)
        if not same(now, before) or (kept is OUT and len(self._target) > 1):
            self._set(out, now)
        return None

    def _set(self, out: Json, value: Any) -> None:
        *above, name = self._target
        for each in above:
            inside = out.get(each)
            if not isinstance(inside, dict):
                return
            out[each] = dict(inside)
            out = out[each]
        put(out, name, value)


def _find(document: Any, path: Sequence[str]) -> Any:
    for name in path:
        if not isinstance(document, dict) or name not in document:
            return OUT
        document = document[name]
    return document
