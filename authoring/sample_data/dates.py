"""Dates written the way the APIs want them."""

from __future__ import annotations

from datetime import date, timedelta

from .shapes import Json


def at(day: str, time: str = "09:00:00") -> str:
    """An instant in UTC on a day given as `2026-01-31`."""
    return f"{day}T{time}Z"


def later(day: str, days: int, time: str = "09:00:00") -> str:
    """An instant in UTC, `days` after `day`."""
    return at((date.fromisoformat(day) + timedelta(days=days)).isoformat(), time)


def period(start: str, end: str | None = None) -> dict[str, Json]:
    """A `TimePeriod` from the first second of `start` to the last second of `end`."""
    return {
        "startDateTime": at(start, "00:00:00"),
        "endDateTime": end and at(end, "23:59:59"),
    }
