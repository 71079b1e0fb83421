"""The periods for which a recurring price is charged, from the first day on. Pure.

A price by the month is charged by months of the calendar, the first one in part. Any other period
begins as many months or days after the first day as it is long; where the month has no such day, on
its last one: a quarter from 30 November on is followed by one from 28 February on. Days are those
of UTC. None is longer than a century: a price by longer ones is charged once in that time.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import NamedTuple

#: Periods by their names, without endings: in months, and in days.
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "annual": 12}
_DAYS = {"day": 1, "dai": 1, "week": 7}
_ENDINGS = ("ly", "s")
#: The longest period, so that every one ends within the calendar.
_MOST_MONTHS, _MOST_DAYS = 1200, 36_525


class Period(NamedTuple):
    """Days from a first to a last one, which are a part of so many days, or all of them."""

    first: date
    last: date
    of: int

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def periods(start: date, kind: str | None, length: int | None) -> Iterator[Period]:
    """The periods of a price whose product is active from a day on, without end.

    `kind` is its `recurringChargePeriodType` and `length` how many of those a period has; what is
    unknown is a month.
    """
    months, days = _length(kind, length)
    if days:
        return _by_days(start, days)
    return _by_calendar(start) if months == 1 else _by_months(start, months)


def _length(kind: str | None, length: int | None) -> tuple[int, int]:
    """The months and the days of a period, of which one is nothing."""
    name = (kind or "").strip().casefold()
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    times = length if isinstance(length, int) and length > 0 else 1
    if name in _DAYS:
        return 0, min(_DAYS[name] * times, _MOST_DAYS)
    return min(_MONTHS.get(name, 1) * times, _MOST_MONTHS), 0


def _by_calendar(start: date) -> Iterator[Period]:
    first = start
    while True:
        days = monthrange(first.year, first.month)[1]
        last = first.replace(day=days)
        yield Period(first, last, days)
        first = last + timedelta(days=1)


def _by_days(start: date, days: int) -> Iterator[Period]:
    for number in count():
        first = start + timedelta(days=number * days)
        yield Period(first, first + timedelta(days=days - 1), days)


def _by_months(start: date, months: int) -> Iterator[Period]:
    for number in count():
        first = _after(start, number * months)
        last = _after(start, (number + 1) * months) - timedelta(days=1)
        yield Period(first, last, (last - first).days + 1)


def _after(start: date, months: int) -> date:
    """The same day of a month so many later, or the last one of that."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
