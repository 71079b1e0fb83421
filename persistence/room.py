"""How much of what is read is in memory at once: reads end where bodies are large.

A count bounds nothing: of 1,000 records each may have 4 MB.
"""

from collections.abc import AsyncIterable, Iterable
from typing import Any, TypeVar

#: Bytes that the bodies of a batch of records or events have together, unless its first has more.
ROOM = 2 * 1024 * 1024

Row = TypeVar("Row")


def fitting(rows: Iterable[Row], body: Any, room: int) -> tuple[list[Row], bool]:
    """The first of some rows, one at least, whose bodies have so many bytes together; and whether
    others follow. `body` is where in a row its body is.

    No more than one row too many is read.
    """
    taken: list[Row] = []
    for row in rows:
        room -= len(row[body])  # type: ignore[index]
        if room < 0 and taken:
            return taken, True
        taken.append(row)
    return taken, False


async def within(rows: AsyncIterable[Row], body: Any, room: int | None) -> tuple[list[Row], bool]:
    """As `fitting`, of rows that a server sends some at a time; None is room for all."""
    taken: list[Row] = []
    left = room
    async for row in rows:
        if left is not None:
            left -= len(row[body])  # type: ignore[index]
            if left < 0 and taken:
                return taken, True
        taken.append(row)
    return taken, False
