"""The typed mirror of a record in MongoDB: the part that queries find by index (D13).

A record with two faces has a mirror of each. That of the second stands within the field of this
face, so its fields have names with a prefix.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from persistence.mirror import Mirror as Values
from persistence.mongo.names import column, column_key, mention
from persistence.store import Collection
from tmf_apis.tmf630.query import Kind, Path

#: Bytes of a document that mentions of all its faces may take, and those of each beside its text.
_ROOM, _EACH = 6 * 1024 * 1024, 16


class Mirror:
    """Turns documents of one collection into typed fields and mentions. Names of fields begin with
    the prefix of the face.
    """

    def __init__(self, collection: Collection, prefix: str = "") -> None:
        self.prefix = prefix
        self._faces = 2 if collection.twin else 1
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
            "m": list(_fitting(texts, _ROOM // self._faces)),
        }

    def column(self, path: Path, kind: Kind) -> tuple[str, bool] | None:
        """The field that mirrors a path as values of a kind, and whether it has an index."""
        found = self._values.column(path, kind)
        return None if found is None else (self.prefix + column(path, kind), found.indexed)


def _fitting(texts: Iterable[str], room: int) -> Iterator[str]:
    """The mentions for which there is room."""
    for text in texts:
        room -= len(text.encode()) + _EACH
        if room < 0:
            return
        yield text
