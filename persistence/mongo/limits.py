"""How many indexes a collection may have: MongoDB takes 64, also where records have two faces.

A specification of one's own may declare more. Then the last of its attributes are without an
index, which is told at start.
"""

from collections.abc import Iterator
from dataclasses import replace

from persistence.mirror import path_text
from persistence.store import Collection, Column

#: Columns, which have two indexes each, for which there is room beside twelve others; and those
#: of two faces together, beside eighteen.
COLUMNS, OF_TWINS = 26, 23


def fitting(collection: Collection, room: int = COLUMNS) -> tuple[Collection, list[str]]:
    """The collection as it can be indexed, and the attributes that would have been too many."""
    left: list[str] = []
    return replace(collection, columns=tuple(_columns(collection, room, left))), left


def shares(first: Collection, second: Collection) -> tuple[int, int]:
    """For how many columns of each of two faces there is room: half for each, and what the other
    one leaves.
    """
    needed, also = (sum(c.indexed for c in each.columns) for each in (first, second))
    own = min(needed, max(OF_TWINS - also, OF_TWINS // 2))
    return own, OF_TWINS - own


def _columns(collection: Collection, room: int, left: list[str]) -> Iterator[Column]:
    indexed = 0
    for column in collection.columns:
        indexed += column.indexed
        if column.indexed and indexed > room:
            left.append(path_text(column.path))
            yield replace(column, indexed=False)
        else:
            yield column
