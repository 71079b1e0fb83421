"""The typed mirror of a record: the part of a document that queries find by index (D13)."""

from collections.abc import Callable, Iterator
from typing import Any

from persistence.store import Collection
from tmf_apis.tmf630.instants import microseconds
from tmf_apis.tmf630.query import Kind, Path

Value = str | int | float | None
#: A path number and a text: what a record mentions.
Mention = tuple[int, str]


class Mirror:
    """Turns documents of one collection into column values and mentions."""

    def __init__(self, collection: Collection) -> None:
        self.columns = collection.columns
        self._readers = [
            (tuple(step.name for step in column.path), _CONVERT[column.kind])
            for column in collection.columns
        ]
        self._references = [tuple(s.name for s in path) for path in collection.references]
        self._pairs = [tuple(s.name for s in path) for path in collection.pairs]

    def values(self, document: dict[str, Any]) -> list[Value]:
        """The value of each column; None where the document has none of that type."""
        return [convert(_at(document, names)) for names, convert in self._readers]

    def mentions(self, document: dict[str, Any]) -> set[Mention]:
        """The ids of other entities and the characteristics that the document holds."""
        found: set[Mention] = set()
        for number, names in enumerate(self._references):
            found.update((number, v) for v in _leaves(document, names) if isinstance(v, str))
        for number, names in enumerate(self._pairs, start=len(self._references)):
            for pair in _leaves(document, names):
                if isinstance(pair, dict) and isinstance(pair.get("name"), str):
                    values = pair.get("value")
                    for value in values if isinstance(values, list) else (values,):
                        if (text := pair_text(pair["name"], value)) is not None:
                            found.add((number, text))
        return found


def pair_text(name: str, value: Any) -> str | None:
    """A characteristic as one text: equal texts, equal name and value of one JSON type."""
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


def _leaves(value: Any, names: tuple[str, ...]) -> Iterator[Any]:
    """The values a path leads to, lists on the way and at its end unrolled."""
    if isinstance(value, list):
        for element in value:
            if not isinstance(element, list):
                yield from _leaves(element, names)
    elif not names:
        yield value
    elif isinstance(value, dict) and names[0] in value:
        yield from _leaves(value[names[0]], names[1:])
