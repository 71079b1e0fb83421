"""When periods of recurring prices begin and end."""

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmf_apis.flow.periods import periods

DAYS = st.dates(date(1999, 1, 1), date(2101, 1, 1))


@given(DAYS, st.sampled_from(["month", "Weekly", "days", "quarter", "years", None]), st.integers())
def test_one_follows_the_other_without_a_gap(start: date, kind: str | None, length: int) -> None:
    found = list(islice(periods(start, kind, length % 30), 20))
    assert found[0].first == start
    for one, next_ in pairwise(found):
        assert one.first <= one.last == next_.first - timedelta(days=1)
    # The first month alone may be a part of something.
    assert all(one.days == one.of for one in found[1:])


@given(DAYS)
def test_months_are_those_of_the_calendar(start: date) -> None:
    first, *others = islice(periods(start, "month", 1), 30)
    assert first.of == first.days + start.day - 1
    for number, one in enumerate(others, start.month):
        assert one.first == date(start.year + number // 12, number % 12 + 1, 1)


@pytest.mark.parametrize(
    ("start", "kind", "length", "begins"),
    [
        ("2026-01-31", "month", 1, ["2026-01-31", "2026-02-01", "2026-03-01"]),
        ("2026-01-31", "month", 2, ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("2025-11-30", "quarter", 1, ["2025-11-30", "2026-02-28", "2026-05-30"]),
        ("2024-02-29", "year", 1, ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28"]),
        ("2024-02-29", "annually", 4, ["2024-02-29", "2028-02-29"]),
        ("2023-12-31", "week", 2, ["2023-12-31", "2024-01-14"]),
        ("2024-02-28", "daily", 1, ["2024-02-28", "2024-02-29", "2024-03-01"]),
        ("2026-01-15", "lunation", 0, ["2026-01-15", "2026-02-01"]),
        ("2026-01-15", "month", 1_000_000, ["2026-01-15", "2126-01-15"]),
        ("2026-01-15", "year", 2**63 - 1, ["2026-01-15", "2126-01-15"]),
        ("2026-01-15", "day", 2**63 - 1, ["2026-01-15", "2126-01-16"]),
    ],
)
def test_when_they_begin(start: str, kind: str, length: int, begins: list[str]) -> None:
    known = periods(date.fromisoformat(start), kind, length)
    assert [str(one.first) for one in islice(known, len(begins))] == begins
