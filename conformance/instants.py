"""Moments in time as the kit compares them: whole microseconds (D12)."""

import re
from datetime import UTC, datetime, timedelta

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d+)?(Z|z|[+-]\d\d:\d\d)$", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(text: object) -> int | None:
    """The moment a text names, counted from 1970; None when it is no date-time (R-1201)."""
    match = _RFC3339.match(text) if isinstance(text, str) else None
    if match is None:
        return None
    day, time, fraction, offset = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{time}{offset.upper().replace('Z', '+00:00')}")
    except ValueError:
        return None
    whole = (moment - _EPOCH) // timedelta(seconds=1)
    return whole * 1_000_000 + int(((fraction or ".0")[1:] + "000000")[:6])


def now() -> int:
    """This moment by the kit's own clock."""
    return (datetime.now(UTC) - _EPOCH) // timedelta(microseconds=1)


def timestamp() -> str:
    """This moment as reports say it: ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
