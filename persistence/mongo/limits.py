"""How many indexes a collection may have: MongoDB takes 64.

A specification of one's own may declare more. Then the last of its attributes are without an
index, which is told at start.
"""

from collections.abc import Iterator
from dataclasses import replace

from persistence.mirror import path_text
from persistence.store import Collection, Column

#: Columns, which have two indexes each, for which there is room beside twelve others.
COLUMNS = 26


def fitting(collection: Collection) -> tuple[Collection, list[str]]:
    """The collection as it can be indexed, and the attributes that would have been too many."""
    left: list[str] = []
    return replace(collection, columns=tuple(_columns(collection, left))), left


def _columns(collection: Collection, left: list[str]) -> Iterator[Column]:
    indexed = 0
    for column in collection.columns:
        indexed += column.indexed
        if column.indexed and indexed > COLUMNS:
            left.append(path_text(column.path))
            yield replace(column, indexed=False)
        else:
            yield column
