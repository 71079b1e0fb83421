"""The typed mirror of a record in MongoDB: the part that queries find by index (D13)."""

from collections.abc import Iterable, Iterator
from typing import Any

from persistence.mirror import Mirror as Values
from persistence.mongo.names import column, column_key, mention
from persistence.store import Collection
from tmf_apis.tmf630.query import Kind, Path

#: Bytes of a document that mentions may take, and those of each beside its text.
_ROOM, _EACH = 6 * 1024 * 1024, 16


class Mirror:
    """Turns documents of one collection into typed fields and mentions."""

    def __init__(self, collection: Collection) -> None:
        self._values = Values(collection)
        self._keys = [column_key(c.path, c.kind) for c in collection.columns]
        self._paths = (*collection.references, *collection.pairs)

    def fields(self, document: dict[str, Any]) -> dict[str, Any]:
        """`c`, the declared scalars that are there, and `m`, what the document mentions."""
        values = zip(self._keys, self._values.values(document), strict=True)
        mentions = sorted(self._values.mentions(document))
        texts = (mention(self._paths[number], text) for number, text in mentions)
        return {
            "c": {key: value for key, value in values if value is not None},
            "m": list(_fitting(texts)),
        }

    def column(self, path: Path, kind: Kind) -> tuple[str, bool] | None:
        """The field that mirrors a path as values of a kind, and whether it has an index."""
        found = self._values.column(path, kind)
        return None if found is None else (column(path, kind), found.indexed)


def _fitting(texts: Iterable[str]) -> Iterator[str]:
    """The mentions for which there is room."""
    room = _ROOM
    for text in texts:
        room -= len(text.encode()) + _EACH
        if room < 0:
            return
        yield text
