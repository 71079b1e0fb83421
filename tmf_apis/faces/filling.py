"""The rows of one plan: those of the table, and the default row for the rest (V-11 to V-17)."""

from functools import partial

from tmf_apis.faces.apart import Element, PutIn, SetApart
from tmf_apis.faces.choice import Choice
from tmf_apis.faces.compiler import Compiler
from tmf_apis.faces.demanding import demand
from tmf_apis.faces.fitting import filled, filled_text, text
from tmf_apis.faces.guarding import guards
from tmf_apis.faces.lists import Converter, Listed
from tmf_apis.faces.one_of_many import Picked, Spread
from tmf_apis.faces.pairs import Pair
from tmf_apis.faces.plan import Change, Plan, Row
from tmf_apis.faces.rows import Computed, Mapped, Moved, Nested, Unwrapped, Wrapped
from tmf_apis.faces.rules import RULES
from tmf_apis.faces.sameness import known_by
from tmf_apis.faces.table import NEWER, OLDER, RowEntry
from tmf_apis.faces.texts import FromText, ToText
from tmf_apis.faces.words import mapped
from tmf_apis.spec.types import ACCEPTED_TYPES

#: What stands in every object of both versions (V-12).
_EVERYWHERE = ("@baseType", "@schemaLocation", "@referredType")
#: Checks that let all texts pass, but for blank ones where it says so.
_BLANK = {text: True, filled: False, filled_text: False}


class _Anything:
    def __contains__(self, name: object) -> bool:
        return True


def fill(plan: Plan, to: int, pair: Pair, compiler: Compiler) -> None:
    """Give a plan its rows and what its side demands."""
    _Filling(plan, to, pair, compiler).fill()


class _Filling:
    def __init__(self, plan: Plan, to: int, pair: Pair, compiler: Compiler) -> None:
        self.plan, self.to, self.pair, self.compiler = plan, to, pair, compiler
        self.source = compiler.attributes(1 - to, pair)
        self.target = compiler.attributes(to, pair)
        self.required = compiler.classes[to].get(pair.side(to)).required
        self.demanded = compiler.classes[1 - to].get(pair.side(1 - to)).required
        #: Attributes of the target that a row of the table makes.
        self.made: set[str] = set()

    def fill(self) -> None:
        plan, part = self.plan, self.pair.part
        plan.strict = not self.pair.root
        plan.open = part is None or bool(part.without)
        plan.declared = frozenset(self.target)
        entry = self.compiler.entry(self.pair)
        for row in entry.rows:
            self._row(row)
        if entry.kind == "data":
            plan.rows["@type"] = self._crossing("@type", "@type")
        for name in self.source:
            if name not in plan.rows:
                shared = name in self.target and name not in self.made
                plan.rows[name] = self._crossing(name, name) if shared else None
        for name in self.target:
            if name not in plan.rows:
                plan.rows[name] = self._undeclared(name)
        for name in _EVERYWHERE:
            if name not in plan.rows:
                crosses = plan.open and name not in self.made
                plan.rows[name] = name if crosses else None
        demand(plan, self.to, self.pair, self.compiler, self.required, self.target)
        rows = plan.rows.items()
        plan.settle({n: row.mapping for n, row in rows if isinstance(row, Mapped) and row.stays})

    def _undeclared(self, name: str) -> Row | str | None:
        """What the target alone declares: it does not cross, but in a part of all the rest."""
        part = self.pair.part
        if part is not None and part.without and name not in self.made:
            return self._crossing(name, name)
        if name in _EVERYWHERE and self.plan.open and name not in self.made:
            return self._crossing(name, name)
        return None

    # The rows of a table.

    def _row(self, row: RowEntry) -> None:
        if row.inside is not None:
            self._inside(row)
        elif row.apart is not None:
            self._apart(row)
        elif row.computed is not None:
            self._computed(row)
        elif not row.sides[OLDER] or not row.sides[NEWER]:
            for name in (*row.sides[OLDER], *row.sides[NEWER]):
                self.plan.rows[name] = None
                self.made.add(name)
        elif any("." in name for side in row.sides for name in side):
            self._moved(row)
        else:
            self._renamed(row)

    def _renamed(self, row: RowEntry) -> None:
        (source,), (target,) = row.sides[1 - self.to], row.sides[self.to]
        self.made.add(target)
        if source not in self.source or (target not in self.target and self.pair.part is None):
            self.plan.rows.setdefault(source, None)
            return
        if row.listed is not None:
            self.plan.rows[source] = self._picked(row, source, target)
        elif row.values is not None:
            words = mapped(self.compiler.table.values[row.values], self.to)
            self.plan.rows[source] = self._guarded(source, target, words)
        else:
            self.plan.rows[source] = self._crossing(source, target)
        if target == "id" and "id" not in self.source:
            self.plan.identity = source

    def _picked(self, row: RowEntry, source: str, target: str) -> Row:
        key = row.sides[NEWER][0]
        element = self._element(row, source, target)
        if row.listed == self.to:
            return Spread(key, source, target, element, row.last)
        return Picked(key, source, target, element, known_by, row.last)

    def _element(self, row: RowEntry, source: str, target: str) -> Converter:
        older, newer = self._positions(source, target)
        if row.text is None:
            assert older is not None
            assert newer is not None
            return self._choice(older, newer)
        return FromText(row.text, newer or "") if row.listed == self.to else ToText(row.text)

    def _computed(self, row: RowEntry) -> None:
        sources = [name for name in row.sides[1 - self.to] if name in self.source]
        targets = [name for name in row.sides[self.to] if name in self.target]
        self.plan.rows |= dict.fromkeys(sources)
        self.made.update(targets)
        assert row.computed is not None
        rule = RULES[row.computed][self.to]
        key = row.sides[NEWER][0]
        self.plan.groups.append((frozenset(sources), Computed(key, sources, targets, rule)))

    def _moved(self, row: RowEntry) -> None:
        source, target = row.sides[1 - self.to][0].split("."), row.sides[self.to][0].split(".")
        if len(source) == 1:
            self.plan.rows[source[0]] = None
        if len(target) == 1:
            self.made.add(target[0])
        names = frozenset({source[0], target[0]})
        self.plan.groups.append((names, Moved(row.sides[NEWER][0], source, target)))

    def _apart(self, row: RowEntry) -> None:
        assert row.apart is not None
        (older,), (newer,) = row.sides
        name, by = row.apart
        source, target = row.sides[1 - self.to][0], row.sides[self.to][0]
        before, now = self._positions(source, target)
        assert before is not None
        assert now is not None
        choice = self._choice(before, now)
        listed = Listed(newer, source, target, choice, known_by, self._sides())
        element = Element(name, older, newer, by, now)
        self.made |= {older, newer, name}
        if self.to == OLDER:
            self.plan.rows[newer] = SetApart(element, listed)
            return
        self.plan.rows |= dict.fromkeys((older, name))
        self.plan.groups.append((frozenset({older, name}), PutIn(element, listed)))

    def _inside(self, row: RowEntry) -> None:
        flat = self.source if row.inside == self.to else self.target
        left = frozenset(row.without) if row.without else None
        names = row.holds or tuple(name for name in flat if name not in row.without)
        choice = self._part(row)
        if row.without:
            names = (*names, *_EVERYWHERE)
            self.plan.open = False
            self.plan.known = _Anything()
        if row.inside == self.to:
            self.plan.rows |= dict.fromkeys(names)
            self.made.add(row.name)
            group = None if row.without else frozenset(names)
            self.plan.groups.append((group, Wrapped(row.name, row.name, names, left, choice)))
        else:
            self.made.update(names)
            self.plan.rows[row.name] = Unwrapped(row.name, row.name, names, left, choice)

    def _part(self, row: RowEntry) -> Choice:
        """How the part that a row nests crosses."""
        assert row.inside is not None
        pair, classes = self.pair, self.compiler.classes
        declared = classes[row.inside].get(pair.side(row.inside)).attributes[row.name]
        position = classes[row.inside].position(declared)
        assert position.of is not None
        if row.inside == NEWER:
            return self._choice(pair.older, position.of, row)
        part = Pair(
            *(position.of, pair.newer, pair.position, pair.key, position.of, row), loose=pair.loose
        )
        return self.compiler.single(self.to, part)

    # The default row.

    def _crossing(self, source: str, target: str) -> Row | str | None:
        """How an attribute crosses that both sides have."""
        older, newer = self._positions(source, target)
        here, there = self.source.get(source, {}), self.target.get(target, {})
        if older is None or newer is None:
            return self._guarded(source, target, None)
        many = [
            self.compiler.classes[side].position(declared).many
            for side, declared in ((1 - self.to, here), (self.to, there))
        ]
        plain = ACCEPTED_TYPES in here and ACCEPTED_TYPES in there
        key = target if self.to == NEWER else source
        if many[0] != many[1]:
            return None
        choice = self._choice(older, newer, plain=plain)
        if many[0]:
            return Listed(key, source, target, choice, known_by, self._sides())
        return Nested(key, source, target, choice)

    def _choice(
        self, older: str, newer: str, part: RowEntry | None = None, *, plain: bool = False
    ) -> Choice:
        return self.compiler.choice(self.to, older, newer, part, plain=plain, loose=self.pair.loose)

    def _positions(self, source: str, target: str) -> tuple[str | None, str | None]:
        """The classes, on the older and the newer side, of what stands under two names."""
        names = (target, source) if self.to == OLDER else (source, target)
        declared = (self.target, self.source) if self.to == OLDER else (self.source, self.target)
        older, newer = (
            self.compiler.classes[side].position(declared[side].get(names[side], {})).of
            for side in (OLDER, NEWER)
        )
        return older, newer

    def _sides(self) -> tuple[str, str]:
        versions = self.compiler.table.versions
        return versions[1 - self.to], versions[self.to]

    def _guarded(self, source: str, target: str, change: Change | None) -> Row | str:
        """A value that must fit the target; a plain copy where it fits in any case."""
        fitting, declared = self.compiler.fitting, self.target.get(target, {})
        steps = guards(
            fitting[1 - self.to].bounds(self.source.get(source, {})),
            fitting[self.to].bounds(declared),
            change,
            guard=partial(fitting[self.to].guard, declared),
            lax=self.pair.loose or source not in self.source or self._told_of_itself(source),
            required=target in self.required,
            demanded=source in self.demanded,
        )
        if steps in _BLANK and source == target:
            self.plan.texts[source] = _BLANK[steps]
        key = target if self.to == NEWER else source
        return Mapped(key, source, target, steps) if steps else target

    def _told_of_itself(self, name: str) -> bool:
        """Whether an attribute is of a sub-class that the older file's checks do not look at."""
        pair = self.pair
        if self.to == OLDER or pair.older == pair.base:
            return False
        return name not in self.compiler.classes[OLDER].get(pair.base).attributes
