"""A query in the words of TMF630 becomes SQL over one collection's table.

Predicates on mirrored attributes become conditions on typed columns or on the table of
mentions, which have indexes; all others are evaluated on the JSON text, still inside SQLite.
Values only ever travel as parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from persistence.mentions import Asked, mentioned, mentioned_of_element
from persistence.mirror import column_name, is_id, path_text
from persistence.sqlite.json_sql import Paths, Place, instant
from persistence.sqlite.tables import Table
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
    SortKey,
)

Parameter = str | int | float | bytes

_BODY = Place("r.body")
_SIGNS = {
    Operator.GT: ">",
    Operator.GTE: ">=",
    Operator.LT: "<",
    Operator.LTE: "<=",
}
#: So many values are given one by one.
_FEW = 100
_JSON_TYPES = {str: ("text",), int: ("integer", "real"), float: ("integer", "real")}


@dataclass(slots=True)
class Translation:
    """Conditions and order of one query; gathers their numbered parameters.

    `scanned` names the attributes that no index serves. With `by_order` the conditions leave
    the index of the sort key to the engine; without, the order leaves theirs. Conditions `of_rows`
    are about rows that are found otherwise, and looked at one by one.
    """

    table: Table
    by_order: bool = False
    of_rows: bool = False
    #: The expression of the first sort key, and whether a condition is about it as well: then
    #: one index serves both.
    sorted_by: str = ""
    filters_sorted: bool = False
    parameters: list[Parameter] = field(default_factory=list)
    scanned: list[str] = field(default_factory=list)
    indexed: bool = False
    _paths: Paths = field(default_factory=Paths)

    # -- conditions

    def where(self, predicate: Predicate, place: Place = _BODY) -> str:
        """The SQL condition of a predicate about the value at a place."""
        match predicate:
            case All(of):
                return self._joined(of, " AND ", "1", place)
            case AnyOf(of):
                return self._joined(of, " OR ", "0", place)
            case Not(of):
                # A missing value compares as NULL, which NOT would leave NULL.
                return f"({self.where(of, place)}) IS NOT TRUE"
            case Present(path):
                self._scans(path, place)
                return self._paths.present(place, path)
            case Element(path, inner):
                return self._element(path, inner, place)
            case Comparison():
                return self._comparison(predicate, place)

    def _joined(self, of: tuple[Predicate, ...], word: str, nothing: str, place: Place) -> str:
        return "(" + word.join(self.where(p, place) for p in of) + ")" if of else nothing

    def _element(self, path: Path, inner: Predicate, place: Place) -> str:
        of = self.table.collection
        asked = mentioned_of_element(of, path, inner) if place is _BODY else None
        if asked is None:
            self._scans(path, place)
        hint = self._mentions(asked) if asked else ""
        scan = self._paths.inside(place, path, lambda element: self.where(inner, element))
        return f"({hint} AND {scan})" if hint else scan

    def _comparison(self, comparison: Comparison, place: Place) -> str:
        if not comparison.operands:
            return "0"
        if place is _BODY:
            if (column := self._column(comparison.path, comparison.kind)) is not None:
                return self._typed(column, comparison)
            if (asked := mentioned(self.table.collection, comparison)) is not None:
                return self._mentions(asked)
            self._scans(comparison.path, place)
        return self._paths.somewhere(
            place, comparison.path, lambda leaf: self._leaf(leaf, comparison)
        )

    def _column(self, path: Path, kind: Kind) -> str | None:
        """The column that mirrors a path, spelt so that its index may or may not be used."""
        prefix = "+" if self.by_order or self.of_rows else ""
        if is_id(path) and kind in (Kind.TEXT, Kind.ANY):
            self.indexed = True
            return f"{prefix}r.id"
        column = self.table.mirror.column(path, kind)
        if column is None:
            return None
        if column.indexed:
            self.indexed = True
        else:
            self.scanned.append(path_text(path))
        name = f"r.{column_name(path)}"
        if name == self.sorted_by:
            self.filters_sorted = True
            return name
        return prefix + name

    def _typed(self, value: str, comparison: Comparison) -> str:
        """A comparison of a value whose SQL type is already that of the operands."""
        operands = comparison.operands
        if comparison.operator is Operator.REGEX:
            return self._or([f"tmf_found({self.parameter(p)}, {value})" for p in operands])
        if comparison.operator is Operator.EQ:
            if len(operands) == 1:
                return f"{value} = {self.parameter(operands[0])}"
            return f"{value} IN ({self._listed(operands)})"
        sign = _SIGNS[comparison.operator]
        return self._or([f"{value} {sign} {self.parameter(operand)}" for operand in operands])

    def _leaf(self, leaf: Place, comparison: Comparison) -> str:
        """A comparison of a JSON value: of one type, so a boolean is no number."""
        if comparison.operator is Operator.REGEX:
            return f"({leaf.type} = 'text' AND {self._typed(leaf.value, comparison)})"
        if comparison.kind is Kind.INSTANT:
            value = instant(leaf.value)
            return f"({leaf.type} = 'text' AND {self._typed(value, comparison)})"
        by_type: dict[tuple[str, ...], list[Scalar]] = {}
        conditions = []
        for operand in comparison.operands:
            if isinstance(operand, bool):
                conditions.append(self._boolean(leaf, comparison.operator, operand))
            else:
                by_type.setdefault(_JSON_TYPES[type(operand)], []).append(operand)
        for types, operands in by_type.items():
            listed = ", ".join(f"'{name}'" for name in types)
            same = Comparison(comparison.path, comparison.operator, tuple(operands), Kind.ANY)
            conditions.append(f"({leaf.type} IN ({listed}) AND {self._typed(leaf.value, same)})")
        return self._or(conditions)

    @staticmethod
    def _boolean(leaf: Place, operator: Operator, operand: bool) -> str:
        sign = _SIGNS.get(operator, "=")
        value = f"CASE {leaf.type} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END"
        return f"({value} {sign} {int(operand)})"

    # -- the table of mentions

    def _mentions(self, asked: Asked) -> str:
        self.indexed = True
        listed = self._listed(asked.texts)
        prefix = "+" if self.by_order else ""
        if self.of_rows:
            return (
                f"EXISTS (SELECT 1 FROM {self.table.mentions}"
                f" WHERE path = {asked.number} AND value IN ({listed}) AND key = r.key)"
            )
        return (
            f"{prefix}r.key IN (SELECT key FROM {self.table.mentions}"
            f" WHERE path = {asked.number} AND value IN ({listed}))"
        )

    # -- order

    def order(self, key: SortKey) -> str:
        """The expression a sort key orders by, without its direction."""
        column = self.table.mirror.column(key.path, key.kind)
        if column is not None:
            if not column.indexed:
                self.scanned.append(path_text(key.path))
            return f"r.{column_name(key.path)}"
        if is_id(key.path):
            return "r.id"
        self._scans(key.path, _BODY)
        largest = "max" if key.descending else "min"
        return self._paths.extreme(_BODY, key.path, key.kind, largest, self.where)

    # -- parameters

    def _listed(self, values: Sequence[Scalar]) -> str:
        """What stands between the brackets of an `IN`: each value, or many of them as JSON.

        Statements are kept, and so should not grow with their values. SQLite does not read every
        fraction in JSON exactly.
        """
        if len(values) <= _FEW or any(isinstance(value, float) for value in values):
            return ", ".join(self.parameter(value) for value in values)
        plain = [int(value) if isinstance(value, bool) else value for value in values]
        return f"SELECT value FROM json_each({self.parameter(orjson.dumps(plain).decode())})"

    def parameter(self, value: Scalar) -> str:
        """The place of a value in the text; the value itself goes along."""
        self.parameters.append(int(value) if isinstance(value, bool) else value)
        return f"?{len(self.parameters)}"

    def _scans(self, path: Path, place: Place) -> None:
        if place is _BODY:
            self.scanned.append(path_text(path))

    @staticmethod
    def _or(conditions: list[str]) -> str:
        return conditions[0] if len(conditions) == 1 else "(" + " OR ".join(conditions) + ")"
