"""The typed mirror of a record: the part of a document that queries find by index (D13)."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from persistence.store import Collection, Column
from tmf_apis.tmf630.instants import microseconds
from tmf_apis.tmf630.query import Kind, Path

Value = str | int | float | None
#: Names of characteristics up to this length stand as they are.
_LONGEST_NAME = 64
#: A path number and a text: what a record mentions.
Mention = tuple[int, str]


class Change(NamedTuple):
    """What differs between two mirrors: columns by their quoted names, mentions gone and new."""

    values: dict[str, Value]
    gone: set[Mention]
    added: set[Mention]


class Mirror:
    """Turns documents of one collection into column values and mentions."""

    def __init__(self, collection: Collection) -> None:
        #: The quoted name of each column, in the order of their values.
        self.names = [column_name(column.path) for column in collection.columns]
        self._columns = {
            (tuple(step.name for step in column.path), column.kind): column
            for column in collection.columns
        }
        #: The columns below each attribute of the first level: place, path from there, conversion.
        self._below: dict[str, list[tuple[int, tuple[str, ...], Callable[[Any], Value]]]] = {}
        for place, column in enumerate(collection.columns):
            first, *rest = (step.name for step in column.path)
            entry = (place, tuple(rest), _CONVERT[column.kind])
            self._below.setdefault(first, []).append(entry)
        self._mentioning = _Node()
        for number, path in enumerate(collection.references):
            self._mentioning.grow(path).reference = number
        for number, path in enumerate(collection.pairs, start=len(collection.references)):
            self._mentioning.grow(path).pair = number
        self._mentioning.settle()

    def column(self, path: Path, kind: Kind) -> Column | None:
        """The column that mirrors a path as values of a kind; none for some elements of lists."""
        if any(step.index is not None or step.chosen is not None for step in path):
            return None
        return self._columns.get((tuple(step.name for step in path), kind))

    def values(self, document: dict[str, Any]) -> list[Value]:
        """The value of each column; None where the document has none of that type."""
        values: list[Value] = [None] * len(self.names)
        for first, value in document.items():
            for place, rest, convert in self._below.get(first, ()):
                values[place] = convert(_at(value, rest) if rest else value)
        return values

    def mentions(self, document: dict[str, Any]) -> set[Mention]:
        """The ids of other entities and the characteristics that the document holds."""
        found: set[Mention] = set()
        _collect(document, self._mentioning.steps, found)
        return found

    def change(self, old: dict[str, Any], new: dict[str, Any]) -> "Change":
        """What a new document changes; looks only at what differs on the first level."""
        values: dict[str, Value] = {}
        mentioning: list[tuple[str, _Node]] = []
        for first in _differing(old, new):
            was, now = old.get(first), new.get(first)
            for place, rest, convert in self._below.get(first, ()):
                value = convert(_at(now, rest))
                if value != convert(_at(was, rest)):
                    values[self.names[place]] = value
            if (node := self._mentioning.below.get(first)) is not None:
                mentioning.append((first, node))
        before: set[Mention] = set()
        after: set[Mention] = set()
        _collect(old, mentioning, before)
        _collect(new, mentioning, after)
        return Change(values, before - after, after - before)


def _differing(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The attributes of the first level that may differ: those not the very same value.

    Equality would not do, and takes longer: to Python true is 1.
    """
    names = [name for name, value in new.items() if old.get(name) is not value]
    names += [name for name in old if name not in new]
    return names


_Nodes = Sequence[tuple[str, "_Node"]]


class _Node:
    """A step of the paths that are mentioned: where they go on, and which of them end here."""

    __slots__ = ("below", "last", "pair", "reference", "steps")

    def __init__(self) -> None:
        self.below: dict[str, _Node] = {}
        #: The same, as it is walked.
        self.steps: _Nodes = ()
        self.reference: int | None = None
        self.pair: int | None = None
        #: The only attribute below, and the number of the path that ends there.
        self.last: tuple[str, int] | None = None

    def grow(self, path: Path) -> "_Node":
        """The node at the end of a path, made where it is not there yet."""
        node = self
        for step in path:
            node = node.below.setdefault(step.name, _Node())
        return node

    def settle(self) -> None:
        """Called when all paths are there."""
        self.steps = tuple(self.below.items())
        for node in self.below.values():
            node.settle()
        if len(self.below) == 1:
            ((name, node),) = self.below.items()
            if node.reference is not None and node.pair is None and not node.below:
                self.last = name, node.reference


def _collect(document: dict[str, Any], nodes: _Nodes, found: set[Mention]) -> None:
    """Gather what an object mentions along the paths that begin at some nodes."""
    for name, node in nodes:
        if name not in document:
            continue
        value = document[name]
        for one in value if value.__class__ is list else (value,):
            if one.__class__ is dict:
                if node.pair is not None:
                    _collect_pair(one, node.pair, found)
                if node.last is None:
                    _collect(one, node.steps, found)
                elif (id := one.get(node.last[0])).__class__ is str:
                    found.add((node.last[1], id))
                elif id is not None:
                    _collect(one, node.steps, found)
            elif node.reference is not None and one.__class__ is str:
                found.add((node.reference, one))


def _collect_pair(pair: dict[str, Any], number: int, found: set[Mention]) -> None:
    name, value = pair.get("name"), pair.get("value")
    if name.__class__ is not str:
        return
    for one in value if value.__class__ is list else (value,):
        if (text := pair_text(name, one)) is not None:
            found.add((number, text))


def pair_text(name: str, value: Any) -> str | None:
    """A characteristic as one text: equal texts, equal name and value of one JSON type.

    A long name is not repeated for each of its values: a body of 4 MiB could fill the memory so.
    """
    if len(name) > _LONGEST_NAME:
        name = f"\x1e{blake2b(name.encode(), digest_size=16).hexdigest()}"
    if isinstance(value, bool):
        return f"{name}\x1fb{value}"
    if isinstance(value, str):
        return f"{name}\x1fs{value}"
    if isinstance(value, int):
        return f"{name}\x1fn{value}"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 2**63
        return f"{name}\x1fn{int(value) if whole else repr(value)}"
    return None


def column_name(path: Path) -> str:
    """The quoted name of the column that mirrors a path; `a:` keeps it apart from ours."""
    return '"a:' + path_text(path).replace('"', '""') + '"'


def path_text(path: Path) -> str:
    """A path in the dotted form of query parameters."""
    return ".".join(step.name for step in path)


def is_id(path: Path) -> bool:
    """Whether a path is that of the resource's own id, which every store keeps by itself."""
    return len(path) == 1 and path[0].name == "id" and path[0].index is None


def _text(value: Any) -> Value:
    return value if isinstance(value, str) else None


def _number(value: Any) -> Value:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _boolean(value: Any) -> Value:
    return int(value) if isinstance(value, bool) else None


def _instant(value: Any) -> Value:
    return microseconds(value) if isinstance(value, str) else None


_CONVERT: dict[Kind, Callable[[Any], Value]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.INSTANT: _instant,
}


def _at(document: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        if not isinstance(document, dict):
            return None
        document = document.get(name)
    return document
