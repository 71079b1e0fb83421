"""What the index of mentions can say about a predicate, whatever engine keeps it (D13).

A record mentions the ids of other entities and the characteristics it holds, each at a path of
its collection. What is asked about elements of lists may hold of fewer records than mention it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from persistence.mirror import pair_text
from persistence.store import Collection
from tmf_apis.tmf630.query import All, Comparison, Kind, Operator, Path, Predicate, Scalar


class Asked(NamedTuple):
    """That a record mentions one of some texts; `number` is that of the path in `Mirror`."""

    number: int
    path: Path
    texts: list[str]


def mentioned(collection: Collection, comparison: Comparison) -> Asked | None:
    """What says the same as an equality on the id of another entity; None for all others."""
    if comparison.operator is not Operator.EQ or comparison.kind is not Kind.TEXT:
        return None
    if not _plain(comparison.path):
        return None
    names = _names(comparison.path)
    for number, reference in enumerate(collection.references):
        if _names(reference) == names:
            return _asked(number, reference, comparison.operands)
    return None


def mentioned_of_element(collection: Collection, path: Path, inner: Predicate) -> Asked | None:
    """What must be so for an element of the list at a path to satisfy `inner`.

    None when the index has nothing to say. It knows no element as a whole: `inner` must still
    be asked of the records found.
    """
    if not _plain(path):
        return None
    element, equal = _names(path), dict(_equalities(inner))
    if ("name",) in equal and ("value",) in equal:
        for number, pairs in enumerate(collection.pairs, start=len(collection.references)):
            if _names(pairs) == element:
                texts = [
                    pair_text(name, value) if isinstance(name, str) else None
                    for name in equal["name",]
                    for value in equal["value",]
                ]
                return _asked(number, pairs, texts)
    for number, reference in enumerate(collection.references):
        names = _names(reference)
        if names[: len(element)] == element and names[len(element) :] in equal:
            return _asked(number, reference, equal[names[len(element) :]])
    return None


def _asked(number: int, path: Path, values: Sequence[Scalar | None]) -> Asked | None:
    """The index can say something of values only if each of them is one it holds."""
    texts = [value for value in values if isinstance(value, str)]
    return Asked(number, path, texts) if texts and len(texts) == len(values) else None


def _equalities(predicate: Predicate) -> Iterator[tuple[tuple[str, ...], tuple[Scalar, ...]]]:
    """What must be equal to one of some values for a predicate to hold, by path."""
    match predicate:
        case All(of):
            for part in of:
                yield from _equalities(part)
        case Comparison(path, Operator.EQ, operands, kind):
            if kind is not Kind.INSTANT and _plain(path) and operands:
                yield _names(path), operands


def _names(path: Path) -> tuple[str, ...]:
    return tuple(step.name for step in path)


def _plain(path: Path) -> bool:
    """Whether a path means every element of its lists, as the mirror does."""
    return all(step.index is None for step in path)
