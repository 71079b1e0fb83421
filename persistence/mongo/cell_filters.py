"""Filters on the queryable copy: where a path leads, and what the cells there hold (see `cells`).

A cell is named by the dotted field it stands in, with the dot behind it.
"""

from persistence.mongo import names
from persistence.mongo.cells import ALONE
from persistence.mongo.filters import Filter, either, related
from persistence.mongo.patterns import Words
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Path, Scalar, Step

#: The cell of the whole document; inside an `$elemMatch` the cell is the element itself.
ROOT, ELEMENT = "q.", ""
_TYPES: dict[type, str] = {str: "s", Words: "s", int: "n", float: "n", bool: "b"}


def somewhere(path: Path, cell: str, comparison: Comparison) -> Filter:
    """The condition that some value at the end of a path compares.

    A dotted name means every element of the lists on its way, which is just what a path means.
    A position in a list ends such a name: its element is matched as a whole.
    """
    if not path:
        return either([_leaf(cell, comparison), _leaf(f"{cell}l.", comparison)])
    name, step, rest = _lead(path, cell)
    if step.index is None:
        return _leaf(f"{name}.", comparison)
    return {name: {"$elemMatch": {"p": step.index, **_and(somewhere(rest, ELEMENT, comparison))}}}


def present(path: Path, cell: str) -> Filter:
    """The condition that a path leads anywhere."""
    if not path:
        return {}
    name, step, rest = _lead(path, cell)
    if step.index is None:
        return {name: {"$exists": True}}
    return {name: {"$elemMatch": {"p": step.index, **_and(present(rest, ELEMENT))}}}


def inside(path: Path, cell: str, inner: Filter) -> Filter:
    """The condition that some element at the end of a path satisfies a filter as a whole."""
    if not path:
        listed = {"l": {"$elemMatch": {"p": {"$gte": 0}, **_and(inner)}}}
        return either([listed, {"o": True, **_and(inner)}])
    name, step, rest = _lead(path, cell)
    if step.index is None:
        return {name: {"$elemMatch": {"p": {"$gte": ALONE}, **_and(inner)}}}
    return {name: {"$elemMatch": {"p": step.index, **_and(inside(rest, ELEMENT, inner))}}}


def _leaf(prefix: str, comparison: Comparison) -> Filter:
    """The condition that a cell holds a value that compares: of the operand's own type."""
    if comparison.kind is Kind.INSTANT and comparison.operator is not Operator.REGEX:
        return related(f"{prefix}i", comparison.operator, comparison.operands)
    by_type: dict[str, list[Scalar]] = {}
    for operand in comparison.operands:
        by_type.setdefault(_TYPES[type(operand)], []).append(operand)
    return either(
        [related(prefix + type_, comparison.operator, of) for type_, of in by_type.items()]
    )


def _lead(path: Path, cell: str) -> tuple[str, Step, Path]:
    """The dotted name of a path up to its first position, the step there, and what follows."""
    end = next((n for n, step in enumerate(path) if step.index is not None), len(path) - 1)
    name = cell + ".".join(names.member(step.name) for step in path[: end + 1])
    return name, path[end], path[end + 1 :]


def _and(condition: Filter) -> Filter:
    """A condition as a part of an `$elemMatch` that begins with a plain field."""
    return {"$and": [condition]} if condition else {}
