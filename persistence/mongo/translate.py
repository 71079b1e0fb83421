"""A query in the words of TMF630 becomes a filter of MongoDB over one collection.

Predicates on mirrored attributes become conditions on typed fields or on the mentions, which
have indexes; all others are evaluated on the queryable copy (see `cells`), inside the server.
Texts of a request only ever stand where values stand, or in names made safe.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from persistence.mirror import pair_text, path_text
from persistence.mongo import names
from persistence.mongo.cells import ALONE
from persistence.mongo.mirror import Mirror
from persistence.mongo.patterns import pcre
from persistence.store import Collection
from tmf_apis.tmf630.query import (
    All,
    AnyOf,
    Comparison,
    Element,
    Kind,
    Not,
    Operator,
    Path,
    Predicate,
    Present,
    Scalar,
)

Filter = dict[str, Any]

#: The cell of the whole document; inside an `$elemMatch` the cell is the element itself.
ROOT, ELEMENT = "q.", ""
NEVER: Filter = {"$nor": [{}]}
_SIGNS = {
    Operator.GT: "$gt",
    Operator.GTE: "$gte",
    Operator.LT: "$lt",
    Operator.LTE: "$lte",
}
_TYPES: dict[type, str] = {str: "s", int: "n", float: "n", bool: "b"}


@dataclass(slots=True)
class Translation:
    """Conditions of one query. `scanned` gathers the attributes that no index serves."""

    collection: Collection
    mirror: Mirror
    scanned: list[str] = field(default_factory=list)

    def where(self, predicate: Predicate, cell: str = ROOT) -> Filter:
        """The filter of a predicate about a cell."""
        match predicate:
            case All(of):
                return {"$and": [self.where(p, cell) for p in of]} if of else {}
            case AnyOf(of):
                return {"$or": [self.where(p, cell) for p in of]} if of else NEVER
            case Not(of):
                return {"$nor": [self.where(of, cell)]}
            case Present(path):
                self._scans(path, cell)
                return _present(path, cell)
            case Element(path, inner):
                return self._element(path, inner, cell)
            case Comparison():
                return self._comparison(predicate, cell)

    def _element(self, path: Path, inner: Predicate, cell: str) -> Filter:
        hint = self._mentions_of_element(path, inner) if cell == ROOT else None
        if hint is None:
            self._scans(path, cell)
        scan = _inside(path, cell, self.where(inner, ELEMENT))
        return {"$and": [hint, scan]} if hint else scan

    def _comparison(self, comparison: Comparison, cell: str) -> Filter:
        if not comparison.operands:
            return NEVER
        if cell == ROOT:
            if (typed := self._typed(comparison)) is not None:
                return typed
            if (mentioned := self._mention(comparison)) is not None:
                return mentioned
        self._scans(comparison.path, cell)
        return _somewhere(comparison.path, cell, comparison)

    # -- typed fields

    def _typed(self, comparison: Comparison) -> Filter | None:
        """A comparison of a declared scalar."""
        if is_id(comparison.path) and comparison.kind in (Kind.TEXT, Kind.ANY):
            return _related("resource", comparison.operator, comparison.operands)
        column = self.mirror.column(comparison.path, comparison.kind)
        if column is None:
            return None
        name, indexed = column
        if not indexed:
            self.scanned.append(path_text(comparison.path))
        operands = [int(o) if isinstance(o, bool) else o for o in comparison.operands]
        return _related(name, comparison.operator, operands)

    # -- mentions

    def _mention(self, comparison: Comparison) -> Filter | None:
        """An equality on the id of another entity, by index."""
        if comparison.operator is not Operator.EQ or comparison.kind is not Kind.TEXT:
            return None
        for path in self.collection.references:
            if _names(path) == _names(comparison.path) and _plain(comparison.path):
                return _mentioned(path, comparison.operands)
        return None

    def _mentions_of_element(self, path: Path, inner: Predicate) -> Filter | None:
        """What an index can say about an element: a necessary condition, or None."""
        if not _plain(path):
            return None
        equal = dict(_conjuncts(inner))
        for pairs in self.collection.pairs:
            if _names(pairs) == _names(path) and ("name",) in equal and ("value",) in equal:
                return _mentioned(
                    pairs,
                    [
                        pair_text(name, value) if isinstance(name, str) else None
                        for name in equal["name",]
                        for value in equal["value",]
                    ],
                )
        for reference in self.collection.references:
            for found, operands in equal.items():
                if _names(reference) == _names(path) + found:
                    return _mentioned(reference, operands)
        return None

    def _scans(self, path: Path, cell: str) -> None:
        if cell == ROOT:
            self.scanned.append(path_text(path))


def _related(name: str, operator: Operator, operands: Sequence[Scalar]) -> Filter:
    """The condition that a field stands in relation to one of the operands."""
    if operator is Operator.EQ:
        return {name: {"$in": list(operands)}} if len(operands) > 1 else {name: operands[0]}
    if operator is Operator.REGEX:
        return either([{name: {"$regex": pcre(str(operand))}} for operand in operands])
    return either([{name: {_SIGNS[operator]: operand}} for operand in operands])


def _leaf(prefix: str, comparison: Comparison) -> Filter:
    """The condition that a cell holds a value that compares: of the operand's own type."""
    if comparison.kind is Kind.INSTANT and comparison.operator is not Operator.REGEX:
        return _related(f"{prefix}i", comparison.operator, comparison.operands)
    by_type: dict[str, list[Scalar]] = {}
    for operand in comparison.operands:
        by_type.setdefault(_TYPES[type(operand)], []).append(operand)
    return either(
        [_related(prefix + type_, comparison.operator, of) for type_, of in by_type.items()]
    )


def _somewhere(path: Path, cell: str, comparison: Comparison) -> Filter:
    """The condition that some value at the end of a path compares.

    A dotted name means every element of the lists on its way, which is just what a path means.
    A position in a list ends such a name: its element is matched as a whole.
    """
    if not path:
        return either([_leaf(cell, comparison), _leaf(f"{cell}l.", comparison)])
    name, step, rest = _lead(path, cell)
    if step.index is None:
        return _leaf(f"{name}.", comparison)
    return {name: {"$elemMatch": {"p": step.index, **_and(_somewhere(rest, ELEMENT, comparison))}}}


def _present(path: Path, cell: str) -> Filter:
    """The condition that a path leads anywhere."""
    if not path:
        return {}
    name, step, rest = _lead(path, cell)
    if step.index is None:
        return {name: {"$exists": True}}
    return {name: {"$elemMatch": {"p": step.index, **_and(_present(rest, ELEMENT))}}}


def _inside(path: Path, cell: str, inner: Filter) -> Filter:
    """The condition that some element at the end of a path satisfies a filter as a whole."""
    if not path:
        listed = {"l": {"$elemMatch": {"p": {"$gte": 0}, **_and(inner)}}}
        return either([listed, {"o": True, **_and(inner)}])
    name, step, rest = _lead(path, cell)
    if step.index is None:
        return {name: {"$elemMatch": {"p": {"$gte": ALONE}, **_and(inner)}}}
    return {name: {"$elemMatch": {"p": step.index, **_and(_inside(rest, ELEMENT, inner))}}}


def _lead(path: Path, cell: str) -> tuple[str, Any, Path]:
    """The dotted name of a path up to its first position, the step there, and what follows."""
    end = next((n for n, step in enumerate(path) if step.index is not None), len(path) - 1)
    name = cell + ".".join(names.member(step.name) for step in path[: end + 1])
    return name, path[end], path[end + 1 :]


def _and(condition: Filter) -> Filter:
    """A condition as a part of an `$elemMatch` that begins with a plain field."""
    return {"$and": [condition]} if condition else {}


def either(conditions: list[Filter]) -> Filter:
    """The condition that one of some conditions holds."""
    return conditions[0] if len(conditions) == 1 else {"$or": conditions}


def is_id(path: Path) -> bool:
    """Whether a path is that of the resource's own id."""
    return len(path) == 1 and path[0].name == "id" and path[0].index is None


def _mentioned(path: Path, values: Sequence[Scalar | None]) -> Filter | None:
    """What the index can say of values, if each of them is one it holds."""
    texts = [names.mention(path, value) for value in values if isinstance(value, str)]
    if not texts or len(texts) != len(values):
        return None
    return {"m": {"$in": texts}} if len(texts) > 1 else {"m": texts[0]}


def _names(path: Path) -> tuple[str, ...]:
    return tuple(step.name for step in path)


def _plain(path: Path) -> bool:
    """Whether a path means every element of its lists, as the mirror does."""
    return all(step.index is None for step in path)


def _conjuncts(predicate: Predicate) -> Iterator[tuple[tuple[str, ...], list[Scalar]]]:
    """What must be equal to one of some values for a predicate to hold, by path."""
    match predicate:
        case All(of):
            for part in of:
                yield from _conjuncts(part)
        case Comparison(path, Operator.EQ, operands, kind):
            if kind is not Kind.INSTANT and _plain(path) and operands:
                yield _names(path), list(operands)
