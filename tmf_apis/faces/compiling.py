"""A table and both files of an API become plans, once, at the start (V-11 to V-17)."""

from collections.abc import Mapping
from dataclasses import replace

from tmf_apis.faces import choosers
from tmf_apis.faces.choice import (
    UNNAMED,
    Choice,
    Chooser,
    always,
    by_content,
    by_type,
    told_apart,
)
from tmf_apis.faces.classes import Classes, Schema
from tmf_apis.faces.filling import fill
from tmf_apis.faces.fitting import Fitting
from tmf_apis.faces.pairs import Pair
from tmf_apis.faces.plan import Plan
from tmf_apis.faces.table import NEWER, OLDER, ClassEntry, RowEntry, Table


class Compiler:
    """Makes the plans of one API; those of one pair and direction once."""

    def __init__(
        self,
        table: Table,
        schemas: tuple[Mapping[str, Schema], Mapping[str, Schema]],
        base_paths: tuple[str, str],
    ) -> None:
        self.table, self.base_paths = table, base_paths
        self.classes = (Classes(schemas[OLDER]), Classes(schemas[NEWER]))
        self.fitting = (Fitting(self.classes[OLDER]), Fitting(self.classes[NEWER]))
        #: The names that `@type` may bear, by the side that it crosses to: one set for all plans.
        newer = frozenset(self.classes[NEWER].schemas)
        self._known = {OLDER: newer, NEWER: newer | frozenset(self.classes[OLDER].schemas)}
        self._plans: dict[tuple[int, Pair], Plan] = {}
        self._choices: dict[tuple[int, str, str, RowEntry | None, bool, bool], Choice] = {}

    def pairs(self) -> list[Pair]:
        """Every pair of classes that something was made for, parts too, in the order met."""
        return list(dict.fromkeys(replace(pair, loose=False) for _, pair in self._plans))

    def choice(
        self,
        to: int,
        older: str,
        position: str,
        part: RowEntry | None = None,
        *,
        root: bool = False,
        plain: bool = False,
        loose: bool = False,
    ) -> Choice:
        """How what stands in a position crosses to a side, whatever class it is of."""
        memo = (to, older, position, part, root, loose)
        if memo not in self._choices:
            below = self.classes[NEWER].below(position)
            pairs = {
                key: Pair(self._sub(older, key, root), of, position, key, older, part, root, loose)
                for key, of in below.items()
            }
            up, down = self._choosers(older, position, below, part, pairs)
            if to == OLDER and not loose and self._is_of_many(position):
                # What names no class is held to none by its own file: it may say anything.
                down = told_apart(below, down)
                pairs |= {UNNAMED + key: replace(pair, loose=True) for key, pair in pairs.items()}
            choice = self._choices[memo] = Choice(
                plans := dict[str, Plan](),
                up if to == NEWER else down,
                down if to == NEWER else up,
                kept=to == NEWER,
                hinted=to == OLDER and position in self.table.choices,
                plain=plain,
            )
            plans.update((key, self._plan(to, pair)) for key, pair in pairs.items())
            choice.settle()
        return self._choices[memo]

    def single(self, to: int, pair: Pair) -> Choice:
        """The same where there is but one class."""
        one = always(pair.key)
        choice = Choice({pair.key: self._plan(to, pair)}, one, one, kept=False)
        choice.settle()
        return choice

    def _is_of_many(self, position: str) -> bool:
        """Whether a position is of a reference or a value, or of parties of several classes."""
        return position in self.table.choices or position in self.table.parties.choices

    def _sub(self, older: str, key: str, root: bool) -> str:
        """The class of the older file for a sub-class of the newer one."""
        return key if root and key in self.classes[OLDER] and key != older else older

    def _choosers(
        self,
        older: str,
        position: str,
        below: Mapping[str, str],
        part: RowEntry | None,
        pairs: Mapping[str, Pair],
    ) -> tuple[Chooser, Chooser]:
        """How the class is found on the older side, and on the newer one."""
        table = self.table
        if position in table.parties.choices:
            party = choosers.party(table.parties)
            return party, by_type(below, party)
        kind = self.entry(Pair(older, position, position, position, older, part)).kind
        if kind == "characteristic":
            return choosers.characteristic(below, position), by_type(below, always(position))
        if kind == "medium":
            return choosers.medium(table.media, position), by_type(below, always(position))
        if position in table.choices:
            value, reference = table.choices[position]
            telling = self._telling(below, reference)
            newer = by_content(telling, value, reference)
            renamed = self._renamed(pairs[value], telling)
            return by_type(below, by_content(renamed, value, reference)), by_type(below, newer)
        chooser = by_type(below, always(position)) if len(below) > 1 else always(position)
        return chooser, chooser

    def _telling(self, below: Mapping[str, str], reference: str) -> frozenset[str]:
        """Attributes that only the classes of values declare."""
        newer = self.classes[NEWER]
        values = {
            n for key, of in below.items() if key != reference for n in newer.get(of).attributes
        }
        silent = newer.get(below[reference]).attributes
        return frozenset(name for name in values - set(silent) if not name.startswith("@"))

    def _renamed(self, pair: Pair, telling: frozenset[str]) -> frozenset[str]:
        """The same attributes as the older side has them."""
        names: dict[str, str] = {}
        for row in self.entry(pair).rows:
            names |= dict.fromkeys(
                row.sides[OLDER], row.sides[NEWER][0] if row.sides[NEWER] else ""
            )
        declared = self.attributes(OLDER, pair)
        found = {name for name in declared if names.get(name, name) in telling}
        if pair.part is not None and pair.part.without:
            found |= {
                name
                for name in telling
                if name not in self.classes[OLDER].get(pair.older).attributes
            }
        return frozenset(found)

    def entry(self, pair: Pair) -> ClassEntry:
        """What the table says of a pair, or of the classes that they extend."""
        older = [*self.classes[OLDER].get(pair.older).lineage, pair.base]
        newer = [*self.classes[NEWER].get(pair.newer).lineage, pair.position]
        if pair.part is not None:
            name = pair.part.name
            if pair.part.inside == NEWER:
                older = [f"{each}.{name}" for each in older]
            else:
                newer = [f"{each}.{name}" for each in newer]
        for one in older:
            for other in newer:
                if (one, other) in self.table.classes:
                    return self.table.classes[one, other]
        return ClassEntry((pair.older, pair.newer))

    def attributes(self, side: int, pair: Pair) -> Mapping[str, Schema]:
        """The attributes that a side declares, of the part that a row nests on the other side."""
        declared = self.classes[side].get(pair.side(side)).attributes
        part = pair.part
        if part is None or part.inside == side:
            return declared
        if part.holds:
            return {name: declared.get(name, {}) for name in part.holds}
        return {name: schema for name, schema in declared.items() if name not in part.without}

    def _plan(self, to: int, pair: Pair) -> Plan:
        if (to, pair) not in self._plans:
            plan = self._plans[to, pair] = Plan(*self._titled(to, pair), self.table.versions[to])
            fill(plan, to, pair, self)
        return self._plans[to, pair]

    def _titled(self, to: int, pair: Pair) -> tuple[str | None, frozenset[str]]:
        """What `@type` says on a side, and the names that it takes the place of (V-13, V-14)."""
        entry, target = self.entry(pair), self.classes[to].get(pair.side(to))
        known = self._known[to]
        if entry.kind == "data":
            return None, frozenset()
        if to == NEWER:
            written = "@type" in target.attributes or entry.kind == "always"
            return (pair.key if written else None), known
        if pair.root and "@type" in target.attributes:
            return (pair.base if pair.key == pair.position else pair.key), known
        demanded = "@type" in target.required and pair.part is None
        return (pair.older if demanded else None), known
