"""How an object of a class of one version becomes one of its counterpart (V-3).

A plan is made once, at the start, for each pair of classes and direction. Nothing in it changes
what it is given; results share what both versions have alike, so nobody may change them either.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any, Final, Protocol

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
#: In place of a row: no class declares the attribute.
_UNDECLARED: Final = ""
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
        #: Attributes that do not cross as they are.
        self.other: frozenset[str] = frozenset()
        #: Rows of several attributes, with those that touch them; None for any.
        self.groups: list[tuple[frozenset[str] | None, Row]] = []
        self.demands: list[Demand] = []
        #: Whether what no class declares crosses (V-17).
        self.open = True
        #: The attribute that says which object it is.
        self.identity = "id"
        #: Attributes that the target's class declares.
        self.declared: frozenset[str] = frozenset()
        #: Whether an object that lacks what is demanded is left out; the root never is (V-16).
        self.strict = True

    def fresh(self, new: Json, at: str) -> tuple[Any, Memory]:
        """The counterpart of an object of which nothing is kept, or OUT."""
        title = self._title(new)
        rows, other = self.rows, self.other
        if self.open:
            out: Json = {"@type": title, **new} if title is not None else new.copy()
            special = [name for name in new if name in other]
        else:
            out = {} if title is None else {"@type": title}
            out.update((name, new[name]) for name in new if name in rows)
            special = [name for name in out if name in other and name in new]
        if "@type" in new and rows["@type"] is None:
            put(out, "@type", OUT if title is None else title)
        for name in special:
            del out[name]
        memory: Json | None = None
        for name in special:
            row = rows[name]
            if isinstance(row, str):
                out[row] = new[name]
            elif row is not None and (kept := row.make(new, out, at)):
                memory = memory or {}
                memory[row.key] = kept
        for names, group in self.groups:
            if (names is None or not names.isdisjoint(new)) and (kept := group.make(new, out, at)):
                memory = memory or {}
                memory[group.key] = kept
        return self._complete(new, out, memory, at) if self.demands else (out, memory)

    def settle(self) -> None:
        """Called when all rows are there."""
        special = {name for name, row in self.rows.items() if row != name}
        self.other = frozenset(special if self.rows["@type"] else special - {"@type"})

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

    def _title(self, document: Json) -> str | None:
        """What `@type` is for an object: a client's own class is kept (V-13, V-14)."""
        own = document.get("@type")
        if own is None or own.__class__ is not str or own in self.known or not own.strip():
            return self.title
        return str(own)

    def _retitle(self, new: Json, old: Json, out: Json, anew: bool) -> None:
        """`@type` follows what it is computed from."""
        before, now = self._title(old), self._title(new)
        if self.rows["@type"] is None and (anew or before != now):
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
