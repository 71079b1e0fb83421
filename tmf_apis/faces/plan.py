"""How an object of a class of one version becomes one of its counterpart (V-3).

A plan is made once, at the start, for each pair of classes and direction. Nothing in it changes
what it is given; results share what both versions have alike, so nobody may change them either.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

from tmf_apis.faces.sameness import same

Json = dict[str, Any]
#: What lists on the two faces have to do with each other, by rows; None where all is plain.
Memory = dict[str, Any] | None


class _Out:
    def __repr__(self) -> str:
        return "OUT"


#: In place of a value that the other version cannot hold (V-16).
OUT: Final = _Out()
#: In place of what is demanded only sometimes, and not now.
NOTHING: Final = object()
#: In place of an attribute that is not there.
_ABSENT: Final = object()
#: In place of a row: no class declares the attribute.
_UNDECLARED: Final = ""
#: What a plain value becomes, or OUT.
Change = Callable[[Any], Any]
#: How many shapes of objects are remembered for a plan: most have one of a few. Those with names
#: of a client's own are not.
_MOST_SHAPES = 64
#: Makes what the other version demands, of the object as far as it is made, the object it is made
#: from, and the time of the write.
Supply = Callable[[Json, Json, str], Any]


class Row(Protocol):
    """Attributes of one class that cross together."""

    #: Under what its part of the memory is kept, the same in both directions.
    key: str

    def make(self, new: Json, out: Json, at: str) -> Memory:
        """Put into `out` what the attributes of `new` are there."""

    def change(self, new: Json, old: Json, out: Json, memory: Memory, at: str) -> Memory:
        """Change `out`, which was made from `old`, to what it is for `new`."""


class Demand:
    """An attribute that the other version requires, and what stands in for it (section 10)."""

    __slots__ = ("filled", "name", "placeholder", "supply")

    def __init__(self, name: str, supply: Supply | None, filled: bool, placeholder: bool) -> None:
        self.name, self.supply, self.filled, self.placeholder = name, supply, filled, placeholder

    def missing(self, out: Json) -> bool:
        """Whether an object lacks it."""
        return self.name not in out or (self.filled and not out[self.name])


class _Shape(NamedTuple):
    """What there is to do for objects of the same attributes."""

    #: Attributes that do not cross as they are.
    gone: Sequence[str]
    #: Those that stay in their place if a check lets them; and whether it lets blank texts, None
    #: where it does not let all others.
    checked: Sequence[tuple[str, Change, bool | None]]
    #: Those that go elsewhere, by a row or to another name.
    rows: Sequence[tuple[str, Any]]
    #: Whether the object says of which class it is.
    typed: bool
    #: Whether all that is demanded crosses with it, whatever it holds.
    whole: bool


class Plan:
    """The rows of a pair of classes in one direction."""

    def __init__(self, title: str | None, known: Container[str], side: str) -> None:
        #: What `@type` says where the source says nothing, or a name that the files know.
        self.title = title
        self.known = known
        #: The name of the target's side in the memory.
        self.side = side
        #: By attribute of the source: another name for a plain copy, a row, or None for what stays.
        self.rows: dict[str, str | Row | None] = {"@type": None}
        #: Attributes that do not cross as they are; and those that do if they pass a check.
        self.other: frozenset[str] = frozenset()
        #: Those of them that do if they are texts, as nearly all are; and whether blank ones do.
        self.texts: dict[str, bool] = {}
        self._checks: Mapping[str, Change] = {}
        #: What there is to do, by the attributes that an object has.
        self._shapes: dict[tuple[str, ...], _Shape] = {}
        #: Rows of several attributes, with those that touch them; None for any.
        self.groups: list[tuple[frozenset[str] | None, Row]] = []
        self.demands: list[Demand] = []
        #: What is demanded, whatever it holds; and whether something may be there and yet missing.
        self._needed: frozenset[str] = frozenset()
        self._filled = False
        #: Whether what no class declares crosses (V-17).
        self.open = True
        #: The attribute that says which object it is.
        self.identity = "id"
        #: Attributes that the target's class declares.
        self.declared: frozenset[str] = frozenset()
        #: Whether `@type` is computed, and does not cross.
        self._titled = True
        #: Whether an object that lacks what is demanded is left out; the root never is (V-16).
        self.strict = True

    def fresh(self, new: Json, at: str) -> tuple[Any, Memory]:
        """The counterpart of an object of which nothing is kept, or OUT."""
        shape = self._shapes.get(names := tuple(new)) or self._shape(names)
        out = self._copied(new, shape.typed)
        for name in shape.gone:
            del out[name]
        for name, check, blank in shape.checked:
            value = new[name]
            if blank is not None and value.__class__ is str and (blank or value.strip()):
                continue
            out[name] = value = check(value)
            if value is OUT:
                del out[name]
        memory: Json | None = None
        for name, row in shape.rows:
            if row.__class__ is str:
                out[row] = new[name]
            elif kept := row.make(new, out, at):
                memory = memory or {}
                memory[row.key] = kept
        if shape.whole or (self._needed <= out.keys() and not self._filled):
            return out, memory
        return self._complete(new, out, memory, at)

    def _copied(self, new: Json, typed: bool) -> Json:
        """An object of the other version that has all of one of this version as it is."""
        title = self.title
        if typed and (own := new["@type"]).__class__ is str and own not in self.known:
            title = self._title(own)
        if title is None:
            out = new.copy()
            if typed and self._titled:
                del out["@type"]
            return out
        out = {"@type": title, **new}
        if self._titled:
            out["@type"] = title
        return out

    def _shape(self, names: tuple[str, ...]) -> _Shape:
        """What there is to do for objects that have just these attributes."""
        rows = self.rows
        special = [name for name in names if name in self.other]
        crossing = [(name, rows[name]) for name in special if name not in self._checks]
        there = set(names)
        gone = [name for name, _ in crossing]
        gone += [name for name in names if not self.open and name not in rows]
        groups = [(group.key, group) for of, group in self.groups if of is None or of & there]
        shape = _Shape(
            gone,
            [(n, self._checks[n], self.texts.get(n)) for n in special if n in self._checks],
            [(name, row) for name, row in crossing if row is not None] + groups,
            "@type" in there,
            not self._filled and self._needed <= there.difference(gone, self._checks, ["@type"]),
        )
        if len(self._shapes) < _MOST_SHAPES and there <= rows.keys():
            self._shapes[names] = shape
        return shape

    def settle(self, checks: Mapping[str, Change]) -> None:
        """Called when all rows are there; `checks` are those that leave their attribute in its
        place.
        """
        special = {name for name, row in self.rows.items() if row != name}
        self.other = frozenset(special if self.rows["@type"] else special - {"@type"})
        self._checks = checks
        self._titled = self.rows["@type"] is None
        self._needed = frozenset(demand.name for demand in self.demands)
        self._filled = any(demand.filled for demand in self.demands)

    def change(
        self, new: Json, old: Json, other: Json, memory: Memory, at: str, *, anew: bool = False
    ) -> tuple[Any, Memory]:
        """The counterpart of an object that was `old`, whose counterpart was `other`, or OUT.

        With `anew` its class is another than before: all rows are looked at.
        """
        out, kept = dict(other), dict(memory or {})
        touched = _touched(new, old, anew)
        self._retitle(new, old, out, anew)
        for name in touched:
            row = self.rows.get(name, _UNDECLARED)
            if isinstance(row, str):
                if not row and not self.open:
                    continue
                if name in new:
                    out[row or name] = new[name]
                else:
                    out.pop(row or name, None)
            elif row is not None:
                _remember(kept, row, row.change(new, old, out, kept.get(row.key), at))
        for names, group in self.groups:
            if names is None or not names.isdisjoint(touched):
                _remember(kept, group, group.change(new, old, out, kept.get(group.key), at))
        return self._complete(new, out, kept or None, at) if self.demands else (out, kept or None)

    def _title(self, own: Any) -> str | None:
        """What `@type` is for an object that says so: a client's own class is kept (V-13, V-14)."""
        if own.__class__ is not str or own in self.known or not own.strip():
            return self.title
        return str(own)

    def _retitle(self, new: Json, old: Json, out: Json, anew: bool) -> None:
        """`@type` follows what it is computed from."""
        before, now = self._title(old.get("@type")), self._title(new.get("@type"))
        if self._titled and (anew or before != now):
            put(out, "@type", OUT if now is None else now)

    def _complete(self, new: Json, out: Json, memory: Memory, at: str) -> tuple[Any, Memory]:
        for demand in self.demands:
            if demand.missing(out):
                value = OUT if demand.supply is None else demand.supply(out, new, at)
                if value is NOTHING:
                    continue
                if value is not OUT:
                    out[demand.name] = value
                    if demand.placeholder:
                        memory = {**(memory or {}), demand.name: {self.side: [0]}}
                elif self.strict:
                    return OUT, None
        return out, memory


def _touched(new: Json, old: Json, anew: bool) -> Sequence[str]:
    if anew:
        return list(dict.fromkeys([*new, *old]))
    touched = [name for name, value in new.items() if name not in old or not same(value, old[name])]
    touched += [name for name in old if name not in new]
    return touched


def _remember(kept: Json, row: Row, memory: Memory) -> None:
    if memory:
        kept[row.key] = memory
    else:
        kept.pop(row.key, None)


def parts(document: Json, names: Iterable[str]) -> Json:
    """Those of some attributes that an object has."""
    return {name: document[name] for name in names if name in document}


def put(out: Json, name: str, value: Any) -> None:
    """Set an attribute, or take it away."""
    if value is OUT:
        out.pop(name, None)
    else:
        out[name] = value
