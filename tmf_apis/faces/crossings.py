"""What becomes of each attribute of a pair of classes, told and not done (V-11 to V-17)."""

from collections.abc import Iterator
from dataclasses import dataclass

from tmf_apis.faces.compiling import Compiler
from tmf_apis.faces.pairs import Pair
from tmf_apis.faces.table import NEWER, OLDER, RowEntry

#: Every object has these, declared or not (V-12 to V-14).
_AT = "@"


@dataclass(frozen=True, slots=True)
class Crossing:
    """Attributes of both sides that cross together; one side is empty where only one has them."""

    older: tuple[str, ...]
    newer: tuple[str, ...]
    how: str

    @property
    def plain(self) -> bool:
        """Whether it is one attribute that crosses as it is."""
        return self.older == self.newer and not self.how


def crossings(compiler: Compiler, pair: Pair) -> Iterator[Crossing]:
    """Those of a whole class: the rows of the table first, then the rest by name."""
    older, newer = (set(compiler.attributes(side, pair)) for side in (OLDER, NEWER))
    for row in compiler.entry(pair).rows:
        found = _told(row, older, newer)
        if found.older or found.newer:
            yield found
            older -= {name.partition(".")[0] for name in found.older if "." not in name}
            newer -= {name.partition(".")[0] for name in found.newer}
    for name in sorted(older | newer):
        if name.startswith(_AT):
            continue
        if name in older and name in newer:
            yield Crossing((name,), (name,), _classes(compiler, pair, name))
        else:
            kept = f"{compiler.table.versions[OLDER if name in older else NEWER]} only"
            yield Crossing((name,) * (name in older), (name,) * (name in newer), kept)


def _told(row: RowEntry, older: set[str], newer: set[str]) -> Crossing:
    if row.inside is not None:
        flat = older if row.inside == NEWER else newer
        rest = sorted(flat - set(row.without) - {row.name})
        names = row.holds or tuple(name for name in rest if not name.startswith(_AT))
        within = tuple(f"{row.name}.{name}" for name in names)
        how = "moved" if row.holds else "moved, with all that is not named here"
        if row.inside == NEWER:
            return Crossing(names, within, how)
        return Crossing(within, names, how)
    if row.apart is not None:
        name, by = row.apart
        how = f"the first with {by} {name} is {name}"
        return Crossing((name, *row.sides[OLDER]), row.sides[NEWER], how)
    before = tuple(name for name in row.sides[OLDER] if name.partition(".")[0] in older)
    now = tuple(name for name in row.sides[NEWER] if name in newer)
    return Crossing(before, now, _how(row))


def _how(row: RowEntry) -> str:
    if row.listed is not None:
        return "the last of the list" if row.last else "the first of the list"
    if row.values is not None:
        return f"words: {row.values}"
    return f"computed: {row.computed}" if row.computed else "renamed"


def _classes(compiler: Compiler, pair: Pair, name: str) -> str:
    """The classes of what stands under a name, where they differ."""
    of = [
        compiler.classes[side].position(compiler.attributes(side, pair)[name]).of
        for side in (OLDER, NEWER)
    ]
    return f"{of[0]} → {of[1]}" if all(of) and of[0] != of[1] else ""
