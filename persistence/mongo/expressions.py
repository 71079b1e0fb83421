"""Aggregation expressions over the queryable copy: the cells a path leads to, and whether a cell
satisfies a predicate (see `cells`).

They say what the filters of `cell_filters` say, in the words that a stage of a pipeline computes
with. A cell is named by what holds it: `$q`, or a variable such as `$$e1`.
"""

from collections.abc import Callable
from itertools import count
from typing import Any

from persistence.mongo import names
from persistence.mongo.cells import ALONE
from persistence.mongo.patterns import pcre
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
    Step,
)

Expression = Any

_SIGNS = {
    Operator.GT: "$gt",
    Operator.GTE: "$gte",
    Operator.LT: "$lt",
    Operator.LTE: "$lte",
}
_FIELDS: dict[type, str] = {str: "s", int: "n", float: "n", bool: "b"}


class Expressions:
    """Builds expressions; gives every variable its own name."""

    def __init__(self) -> None:
        self._names = (f"e{number}" for number in count())

    def cells(self, cell: str, path: Path) -> Expression:
        """The list of cells at the end of a path; a list at a position stands for its elements
        as well.
        """
        found = self._through(cell, path)
        if path[-1].index is None:
            return found
        return {"$concatArrays": [found, _below(found, "l")]}

    def holds(self, predicate: Predicate, cell: str) -> Expression:
        """Whether a cell satisfies a predicate."""
        match predicate:
            case All(of):
                return {"$and": [self.holds(part, cell) for part in of]}
            case AnyOf(of):
                return {"$or": [self.holds(part, cell) for part in of]}
            case Not(of):
                return {"$not": [self.holds(of, cell)]}
            case Present(path):
                return self._present(cell, path)
            case Element(path, inner):
                elements = self._elements(self._through(cell, path), path[-1])
                return self._any(elements, lambda each: self.holds(inner, each))
            case Comparison(()):
                listed = {"$ifNull": [f"{cell}.l", []]}
                below = self._any(listed, lambda each: _compares(predicate, each))
                return {"$or": [_compares(predicate, cell), below]}
            case Comparison(path):
                return self._any(self.cells(cell, path), lambda each: _compares(predicate, each))

    def _through(self, cell: str, path: Path) -> Expression:
        """The cells at the end of a path, one step after another. A field path through a list
        would do, but not on every server.
        """
        cells: Expression = None
        for step in path:
            name = names.member(step.name)
            cells = {"$ifNull": [f"{cell}.{name}", []]} if cells is None else _below(cells, name)
            if step.index is not None:
                cells = self._at(cells, step.index)
            if step.chosen is not None:
                cells = self._chosen(self._elements(cells, step), step.chosen)
        return cells

    def _at(self, cells: Expression, index: int) -> Expression:
        return self._filtered(cells, lambda each: {"$eq": [f"{each}.p", index]})

    def _chosen(self, elements: Expression, chosen: Predicate) -> Expression:
        return self._filtered(elements, lambda each: self.holds(chosen, each))

    def _elements(self, cells: Expression, step: Step) -> Expression:
        """Of the cells of a member those that are elements: of a list, or an object alone."""
        if step.index is None:
            return self._filtered(cells, lambda each: {"$gte": [f"{each}.p", ALONE]})
        objects = self._filtered(cells, lambda each: {"$eq": [f"{each}.o", True]})
        return {"$concatArrays": [objects, _below(cells, "l")]}

    def _present(self, cell: str, path: Path) -> Expression:
        """Whether a path leads anywhere, be it to an empty list."""
        *before, last = path
        if last.index is not None:
            return self._any(self._through(cell, path), lambda _: True)
        member = names.member(last.name)
        if not before:
            return {"$isArray": [f"{cell}.{member}"]}
        parents = self._through(cell, tuple(before))
        return self._any(parents, lambda each: {"$isArray": [f"{each}.{member}"]})

    def _filtered(self, cells: Expression, holds: Callable[[str], Expression]) -> Expression:
        name = next(self._names)
        return {"$filter": {"input": cells, "as": name, "cond": holds(f"$${name}")}}

    def _any(self, cells: Expression, holds: Callable[[str], Expression]) -> Expression:
        """Whether one of some cells is such."""
        return {"$gt": [{"$size": self._filtered(cells, holds)}, 0]}


def _below(cells: Expression, name: str) -> Expression:
    """The lists that the cells have under a name, one after another."""
    below = {"$ifNull": [f"$$this.{name}", []]}
    joined = {"$concatArrays": ["$$value", below]}
    return {"$reduce": {"input": cells, "initialValue": [], "in": joined}}


def _compares(comparison: Comparison, cell: str) -> Expression:
    """Whether a cell holds a value that compares: of the operand's own type."""
    if comparison.kind is Kind.INSTANT and comparison.operator is not Operator.REGEX:
        return _related(f"{cell}.i", comparison.operator, list(comparison.operands))
    by_field: dict[str, list[Scalar]] = {}
    for operand in comparison.operands:
        by_field.setdefault(_FIELDS[type(operand)], []).append(operand)
    return {
        "$or": [
            _related(f"{cell}.{field}", comparison.operator, operands)
            for field, operands in by_field.items()
        ]
    }


def _related(value: str, operator: Operator, operands: list[Scalar]) -> Expression:
    """Whether a value stands in relation to one of the operands; a missing one does not."""
    if operator is Operator.EQ:
        return {"$in": [value, [{"$literal": operand} for operand in operands]]}
    if operator is Operator.REGEX:
        patterns = [{"$literal": pcre(str(operand))} for operand in operands]
        return {"$or": [{"$regexMatch": {"input": value, "regex": regex}} for regex in patterns]}
    sides = [{_SIGNS[operator]: [value, {"$literal": operand}]} for operand in operands]
    # What is missing comes before everything.
    return {"$and": [{"$gt": [value, None]}, {"$or": sides}]}
