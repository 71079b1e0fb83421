"""Reads end where bodies are large: after the rows there is room for, and after one at least."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persistence.room import AT_ONCE, fitting


def one_by_one(sizes: list[int], room: int) -> tuple[list[int], bool]:
    """As many sizes as there is room for, looked at singly."""
    taken: list[int] = []
    for size in sizes:
        if taken and sum(taken) + size > room:
            return taken, True
        taken.append(size)
    return taken, False


@given(st.lists(st.integers(0, 5), max_size=4 * AT_ONCE), st.integers(0, 60))
def test_as_many_are_taken_as_there_is_room_for(sizes: list[int], room: int) -> None:
    rows = [(b"x" * size,) for size in sizes]
    taken, cut = fitting(rows, 0, room)
    assert ([len(row[0]) for row in taken], cut) == one_by_one(sizes, room)


@pytest.mark.parametrize("count", [1, AT_ONCE, 3 * AT_ONCE])
def test_few_are_read_that_are_not_taken(count: int) -> None:
    read: list[int] = []

    def rows() -> object:
        for number in range(10 * AT_ONCE):
            read.append(number)
            yield (b"x",)

    taken, cut = fitting(rows(), 0, count)  # type: ignore[arg-type]
    assert (len(taken), cut) == (count, True)
    assert len(read) <= count + AT_ONCE
    assert all(later == earlier + 1 for earlier, later in pairwise(read))
