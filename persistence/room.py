"""How much of what is read is in memory at once: reads end where bodies are large.

A count bounds nothing: of 1,000 records each may have 4 MB.
"""

from collections.abc import AsyncIterable, Callable, Iterable
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar

#: Bytes that the bodies of a batch of records or events have together, unless its first has more.
ROOM = 2 * 1024 * 1024
#: Rows that are weighed at once, which is as many as may be read too many.
AT_ONCE = 8

Row = TypeVar("Row")


def fitting(rows: Iterable[Row], body: Any, room: int) -> tuple[list[Row], bool]:
    """The first of some rows, one at least, whose bodies have so many bytes together; and whether
    others follow. `body` is where in a row its body is.

    A few rows too many are read at most.
    """
    taken: list[Row] = []
    body_of: Callable[[Any], Any] = itemgetter(body)
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        room -= sum(map(len, map(body_of, some)))
        if room < 0:
            return _less(taken, some, body_of, room)
        taken += some
    return taken, False


def _less(
    taken: list[Row], some: list[Row], body_of: Callable[[Row], Any], room: int
) -> tuple[list[Row], bool]:
    """The rows that are taken and those of some more there is room for, which all together have so
    much less than none; and whether any is left out.
    """
    left_out = 0
    while room < 0 and len(taken) + len(some) - left_out > 1:
        left_out += 1
        room += len(body_of(some[-left_out]))
    return taken + some[: len(some) - left_out], left_out > 0


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
