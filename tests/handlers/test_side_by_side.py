"""Two documents line by line."""

import pytest

from handlers.side_by_side import MOST, Row, rows


def test_lines_stand_beside_their_like_and_a_comma_makes_no_difference() -> None:
    left = {"b": 1, "a": "x", "only": True}
    right = {"a": "x", "b": 2, "new": [], "other": 1}
    assert rows(left, right) == [
        Row("{", "{", False),
        Row('  "a": "x",', '  "a": "x",', False),
        Row('  "b": 1,', '  "b": 2,', True),
        Row('  "only": true', '  "new": [],', True),
        Row("", '  "other": 1', True),
        Row("}", "}", False),
    ]
    assert not any(row.differs for row in rows({"a": 1}, {"a": 1}))
    assert rows({"a": 1}, {"a": 1, "b": 2})[1] == Row('  "a": 1', '  "a": 1,', False)


@pytest.mark.parametrize(("count", "shown"), [(MOST - 4, True), (MOST, False)])
def test_what_nobody_reads_is_not_compared(count: int, shown: bool) -> None:
    assert bool(rows({"list": list(range(count))}, {})) is shown
