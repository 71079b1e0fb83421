"""A record with two faces, worked out the slow and obvious way, to judge the converter by.

A reading of its own of sections 1, 4 and 5 of the version map: rules on plain dictionaries, and
lists kept as rows of pairs. It shares no code with `tmf_apis.faces`.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]
Path = tuple[str, ...]
MISSING: Any = object()
OLDER, NEWER = 0, 1


def at(document: Any, path: Path) -> Any:
    """What stands at a path, or MISSING."""
    for name in path:
        if not isinstance(document, dict) or name not in document:
            return MISSING
        document = document[name]
    return document


def put(document: Json, path: Path, value: Any) -> None:
    """Set what stands at a path, or take it away."""
    for name in path[:-1]:
        document = document.setdefault(name, {})
    if value is MISSING:
        document.pop(path[-1], None)
    else:
        document[path[-1]] = deepcopy(value)


class Rule(Protocol):
    """What some attributes of one side are on the other (V-3)."""

    def carry(self, side: int, before: Json, now: Json, out: Json) -> None:
        """Change `out`, the other face, after a write through a side."""


@dataclass(frozen=True)
class Value:
    """One value, at a path on each side; `shown` are words of v5 that v4 spells otherwise."""

    older: Path
    newer: Path
    shown: tuple[tuple[str, str], ...] = ()

    def carry(self, side: int, before: Json, now: Json, out: Json) -> None:
        paths = (self.older, self.newer)
        if (value := at(now, paths[side])) != at(before, paths[side]):
            words = dict(self.shown) if side == NEWER else {}
            put(out, paths[1 - side], words.get(value, value) if isinstance(value, str) else value)


def same(*names: str) -> list[Rule]:
    """Values of one name on both sides."""
    return [Value((name,), (name,)) for name in names]


@dataclass(frozen=True)
class Class:
    """The class that v5 names, which follows from what v4 says (V-20, V-41); `lost` are attributes
    of v5 that go with a class.
    """

    of: Callable[[Json], str]
    newer: Path
    lost: tuple[Path, ...] = ()

    def carry(self, side: int, before: Json, now: Json, out: Json) -> None:
        if side == OLDER and (not before or self.of(now) != self.of(before)):
            put(out, self.newer, self.of(now))
            for path in self.lost:
                put(out, path, MISSING)


@dataclass(frozen=True)
class First:
    """A text of v4 that is the id of the first of a list of v5 (V-46)."""

    name: str
    type: str

    def carry(self, side: int, before: Json, now: Json, out: Json) -> None:
        value, was = now.get(self.name), before.get(self.name)
        if value == was:
            return
        if side == NEWER:
            put(out, (self.name,), value[0]["id"] if value else MISSING)
            return
        there: list[Json] = list(out.get(self.name, []))
        first = there.pop(0) if was is not None and there else {"@type": self.type}
        if value is not None:
            there.insert(0, {**first, "id": value})
        put(out, (self.name,), there or MISSING)


@dataclass(frozen=True)
class Kind:
    """A kind of element of a list: its rules, what v5 says of each, by which path each side knows
    it, what each side cannot do without, and what v4 is given where it lacks that.
    """

    rules: Sequence[Rule]
    newer: Json
    identity: tuple[Path, Path] = (("id",), ("id",))
    needs: tuple[tuple[Path, ...], tuple[Path, ...]] = ((), ())
    supplied: tuple[tuple[str, str], ...] = ()

    def other(self, side: int, before: Any, now: Json, other: Any) -> Any:
        """The element on the other side, or None where that cannot show it (V-16)."""
        if before is None or other is None or self._is_another(side, before, now):
            before, other = {}, {} if side == NEWER else self.newer
        out = deepcopy(other)
        for rule in self.rules:
            rule.carry(side, before, now, out)
        for name, source in self.supplied if side == NEWER else ():
            if name not in out and source in out:
                out[name] = out[source]
        return None if any(at(out, p) is MISSING for p in self.needs[1 - side]) else out

    def _is_another(self, side: int, before: Json, now: Json) -> bool:
        path = self.identity[side]
        return bool(at(before, path) != at(now, path))


#: An element on either side; None where that side does not show it.
Cell = tuple[Any, Any]


@dataclass(frozen=True)
class Elements:
    """A list on both sides, of one name."""

    name: str
    kind: Kind

    def cells(self, side: int, now: Any, old: Sequence[Cell]) -> list[Cell]:
        """The elements after a list was written through a side (V-5, V-6)."""
        written = now if isinstance(now, list) else []
        known = [cell for cell in old if cell[side] is not None]
        origins = _origins(written, [cell[side] for cell in known])
        made: list[Cell] = []
        followed: list[Cell] = []
        for value, origin in zip(written, origins, strict=True):
            cell = known[origin] if origin is not None else (None, None)
            if cell[side] == value and origin is not None:
                other = cell[1 - side]
            else:
                other = self.kind.other(side, cell[side], value, cell[1 - side])
            made.append((value, other) if side == OLDER else (other, value))
            if cell[1 - side] is not None and other is not None:
                behind = _behind(old, cell, side)
                made += behind
                followed += behind
        front = [c for c in old if c[side] is None and not any(c is each for each in followed)]
        return front + made


def _behind(old: Sequence[Cell], cell: Cell, side: int) -> list[Cell]:
    """The elements that only the other side shows, behind one that both show."""
    found: list[Cell] = []
    place = next(n for n, each in enumerate(old) if each is cell)
    for each in old[place + 1 :]:
        if each[side] is None:
            found.append(each)
        elif each[1 - side] is not None:
            break
    return found


def _origins(new: Sequence[Any], old: Sequence[Any]) -> list[int | None]:
    """Which element each was: an equal one, one of the same identity, one at the same index."""
    found: list[int | None] = [None] * len(new)

    def pair(alike: Callable[[int, int], bool]) -> None:
        for here in range(len(new)):
            for there in range(len(old)):
                if found[here] is None and there not in found and alike(here, there):
                    found[here] = there

    pair(lambda here, there: here == there and new[here] == old[there])
    pair(lambda here, there: bool(new[here] == old[there]))
    pair(
        lambda here, there: (
            None not in (_known(new[here]),) and _known(new[here]) == _known(old[there])
        )
    )
    if len(new) == len(old):
        pair(lambda here, there: here == there)
    return found


def _known(element: Json) -> Any:
    inside = element.get("partyOrPartyRole", {})
    key = element.get("id") or inside.get("id") or element.get("name")
    return (key, element.get("role")) if key else None


@dataclass
class Record:
    """Both faces of a record, and the elements of its lists side by side."""

    rules: Sequence[Rule]
    lists: Sequence[Elements]
    faces: list[Json] = field(default_factory=lambda: [{}, {}])
    rows: dict[str, list[Cell]] = field(default_factory=dict)

    def write(self, side: int, now: Json) -> None:
        """Make one face what a client wrote, and the other what follows."""
        before, out = self.faces[side], deepcopy(self.faces[1 - side])
        for rule in self.rules:
            rule.carry(side, before, now, out)
        for one in self.lists:
            if now.get(one.name) == before.get(one.name):
                continue
            cells = one.cells(side, now.get(one.name), self.rows.get(one.name, []))
            self.rows[one.name] = cells
            shown = [cell[1 - side] for cell in cells if cell[1 - side] is not None]
            put(out, (one.name,), shown if shown or now.get(one.name) == [] else MISSING)
        self.faces[side], self.faces[1 - side] = deepcopy(now), out
