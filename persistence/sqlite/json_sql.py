"""SQL expressions over the JSON of a record: where a path leads, what a value is.

A place is a JSON text and a pointer into it. SQLite's own functions do the work; nothing is
called back into Python but the regular expression function.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from tmf_apis.tmf630.query import Kind, Path, Predicate, Shape, Step

#: A name with one of these cannot be pointed at by SQLite's JSON functions.
_UNSPEAKABLE = set('"\\') | {chr(code) for code in range(0x20)}


@dataclass(frozen=True, slots=True)
class Place:
    """A JSON text (an SQL expression) and a pointer into it.

    An `element` is a row of `json_each` itself, and `source` the name of that row.
    """

    source: str
    pointer: str = "$"
    element: bool = False

    def member(self, step: Step) -> "Place":
        """The place of a member, and of one element of its list when the step has an index."""
        index = f"[{step.index}]" if step.index is not None else ""
        return Place(self.text, f'{self.pointer}."{step.name}"{index}')

    @property
    def text(self) -> str:
        """The JSON text that pointers start from.

        Pointing into a scalar is an error in SQLite, so an element that is one becomes `{}`.
        """
        if not self.element:
            return self.source
        return f"CASE {self.source}.type WHEN 'object' THEN {self.source}.value ELSE '{{}}' END"

    @property
    def value(self) -> str:
        """The SQL value at the place; NULL when there is none."""
        if self.element:
            return f"{self.source}.value"
        return f"json_extract({self.source}, {_literal(self.pointer)})"

    @property
    def type(self) -> str:
        """The JSON type at the place; NULL when there is none."""
        if self.element:
            return f"{self.source}.type"
        return f"json_type({self.source}, {_literal(self.pointer)})"

    @property
    def each(self) -> str:
        """The arguments of a `json_each` over the place."""
        return f"{self.source}, {_literal(self.pointer)}"


#: Is told a predicate, and the place of an element that has to satisfy it.
Picks = Callable[[Predicate, Place], None]


def _literal(pointer: str) -> str:
    return "'" + pointer.replace("'", "''") + "'"


class Paths:
    """Builds conditions along paths; gives every `json_each` its own name."""

    def __init__(self) -> None:
        self._names = (f"e{number}" for number in count())

    def somewhere(self, place: Place, path: Path, holds: Callable[[Place], str]) -> str:
        """The condition that some value at the end of a path satisfies `holds`.

        Lists on the way and at the end stand for their elements; `holds` is given the place of
        one value.
        """
        if not _speakable(path):
            return "0"
        rows: list[str] = []
        end, shape = self._along(place, path, rows)
        if shape is Shape.ONE:
            return _exists(rows, holds(end))
        if end.element:
            listed = f"CASE {end.type} WHEN 'array' THEN {end.value} ELSE '[]' END"
            below = self._row(f"json_each({listed})", rows)
            return f"({holds(end)} OR {_exists(rows, holds(below))})"
        # json_each gives a single scalar as one row, and an object as its members.
        each = self._row(f"json_each({end.each})", rows)
        return _exists(rows, f"{end.type} <> 'object' AND {holds(each)}")

    def present(self, place: Place, path: Path) -> str:
        """The condition that the path leads anywhere."""
        if not _speakable(path):
            return "0"
        rows: list[str] = []
        end, _ = self._along(place, path, rows)
        return _exists(rows, f"{end.type} IS NOT NULL")

    def inside(self, place: Place, path: Path, holds: Callable[[Place], str]) -> str:
        """The condition that some element at the end of a path satisfies `holds` as a whole."""
        if not _speakable(path):
            return "0"
        rows: list[str] = []
        end, _ = self._along(place, path, rows)
        return _exists(rows, holds(self._row(f"json_each({unrolled(end)})", rows)))

    def _along(
        self, place: Place, path: Path, rows: list[str], picks: Picks | None = None
    ) -> tuple[Place, Shape]:
        """The end of a path and what it may hold; the lists on the way go into `rows`.

        They are joined, not nested: SQLite's parser has a small stack. `picks` is told the place
        of an element wherever only some are meant.
        """
        shape = Shape.EITHER
        for position, step in enumerate(path):
            place = place.member(step)
            shape = Shape.EITHER if step.index is not None else step.shape
            if picks is not None and step.chosen is not None:
                place = self._row(f"json_each({unrolled(place)})", rows)
                picks(step.chosen, place)
            elif position < len(path) - 1 and step.index is None and shape is not Shape.ONE:
                place = self._row(f"json_each({unrolled(place)})", rows)
        return place, shape

    def _row(self, source: str, rows: list[str]) -> Place:
        """Join the rows of a source; the place of one of them."""
        name = next(self._names)
        rows.append(f"{source} {name}")
        return Place(name, element=True)

    def extreme(
        self,
        place: Place,
        path: Path,
        kind: Kind,
        function: str,
        where: Callable[[Predicate, Place], str],
    ) -> str:
        """The value at the end of a path as its kind orders it; of several, `min` or `max`.

        `where` gives the condition that the value at a place satisfies a predicate.
        """
        if not _speakable(path):
            return "NULL"
        rows: list[str] = []
        conditions: list[str] = []
        place, shape = self._along(
            place, path, rows, lambda chosen, element: conditions.append(where(chosen, element))
        )
        if shape is not Shape.ONE:
            conditions.append(f"{place.type} <> 'object'")
            place = self._row(f"json_each({place.each})", rows)
        value = sortable(place, kind)
        if not rows:
            return value
        condition = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"(SELECT {function}({value}) FROM {', '.join(rows)}{condition})"


def _exists(rows: list[str], condition: str) -> str:
    if not rows:
        return condition
    return f"EXISTS (SELECT 1 FROM {', '.join(rows)} WHERE {condition})"


def unrolled(place: Place) -> str:
    """A JSON list of what a place holds: its elements, or the one object, or nothing."""
    return (
        f"CASE {place.type} WHEN 'array' THEN {place.value}"
        f" WHEN 'object' THEN json_array(json({place.value})) ELSE '[]' END"
    )


def _speakable(path: Path) -> bool:
    return not any(_UNSPEAKABLE & set(step.name) for step in path)


def instant(value: str) -> str:
    """The microseconds of an RFC 3339 text, as `tmf_apis.tmf630.instants` counts them.

    SQLite rounds fractions to milliseconds, so they are cut off before and added after, and it
    knows no offset beyond 14 hours.
    """
    zulu = f"substr({value}, -1) IN ('Z', 'z')"
    east = f"substr({value}, -5, 2) * 3600 + substr({value}, -2) * 60"
    offset = (
        f"CASE WHEN {zulu} THEN 0 WHEN substr({value}, -6, 1) = '-' THEN -({east}) ELSE {east} END"
    )
    tail = f"CASE WHEN {zulu} THEN 21 ELSE 26 END"
    minute = f"substr({value}, 1, 10) || ' ' || substr({value}, 12, 5)"
    digits = f"substr(substr({value}, 21, max(0, length({value}) - {tail})) || '000000', 1, 6)"
    return (
        f"CASE length({value}) WHEN 10 THEN strftime('%s', {value}) * 1000000 ELSE"
        f" (strftime('%s', {minute}) - ({offset}) + substr({value}, 18, 2)) * 1000000"
        f" + {digits} END"
    )


def sortable(place: Place, kind: Kind) -> str:
    """The value at a place as its kind orders it; NULL for a value of another type.

    Of any kind: numbers before texts before booleans, which is how SQLite orders numbers,
    texts and blobs.
    """
    value, type_ = place.value, place.type
    match kind:
        case Kind.TEXT:
            return f"CASE {type_} WHEN 'text' THEN {value} END"
        case Kind.NUMBER:
            return f"CASE WHEN {type_} IN ('integer', 'real') THEN {value} END"
        case Kind.BOOLEAN:
            return f"CASE {type_} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END"
        case Kind.INSTANT:
            return f"CASE {type_} WHEN 'text' THEN {instant(value)} END"
        case Kind.OBJECT:
            return "NULL"
        case Kind.ANY:
            return (
                f"CASE WHEN {type_} IN ('integer', 'real', 'text') THEN {value}"
                f" WHEN {type_} = 'true' THEN x'FF01' WHEN {type_} = 'false' THEN x'FF00' END"
            )
