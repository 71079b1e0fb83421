"""Date-times as instants: 64-bit microseconds since 1970 (R-1201, R-414, D12)."""

import re
from datetime import UTC, datetime, timedelta

_DATE_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?)?",
    re.ASCII,
)
#: How nearly all are written.
_COMMON = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}(?:\d{3})?)?(?:Z|[+-]\d\d:[0-5]\d)", re.ASCII
)
_LOST_PLUS = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+ \d\d:?\d\d", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = (
    (end.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
    for end in (datetime.min, datetime.max)
)
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def microseconds(text: str) -> int | None:
    """The instant a text names, or None when it names none.

    Takes RFC 3339 date-times and, for filters, their shorter forms: a bare date means
    00:00:00Z, no offset means Z. Finer fractions are cut. A leap second is the next second.
    """
    if _COMMON.fullmatch(text):
        try:
            since = datetime.fromisoformat(text) - _EPOCH
        except ValueError:
            pass  # A leap second, a year 0, or no date at all.
        else:
            return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, _, sign, off_h, off_m = match.groups()
    y, m, d = int(year), int(month), int(day)
    if not (1 <= m <= 12 and 1 <= d <= _MONTH_DAYS[m - 1]) or ((m, d) == (2, 29) and not _leap(y)):
        return None
    h, mi, s = int(hour or 0), int(minute or 0), int(second or 0)
    oh, om = int(off_h or 0), int(off_m or 0)
    if h > 23 or mi > 59 or s > 60 or oh > 23 or om > 59:
        return None
    offset = (oh * 60 + om) * (-1 if sign == "-" else 1)
    seconds = _days(y, m, d) * 86_400 + (h * 60 + mi - offset) * 60 + s
    return seconds * 1_000_000 + int(((fraction or "") + "000000")[:6])


def with_plus(text: str) -> str:
    """A text from a query string; the blank of a date-time was the `+` of its offset (R-415)."""
    return text.replace(" ", "+") if _LOST_PLUS.fullmatch(text) else text


def now_text(now: datetime) -> str:
    """The RFC 3339 text of a moment, in UTC and to the millisecond (R-1201)."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def instant(microseconds: int) -> datetime:
    """The moment that many microseconds after the beginning of 1970; what lies before or after the
    years from 1 to 9999 is their first or last one.
    """
    return _EPOCH + timedelta(microseconds=min(max(microseconds, _FIRST), _LAST))


def moment(text: str) -> datetime | None:
    """The moment a text names, in UTC, as `instant` has it, or None when it names none."""
    at = microseconds(text)
    return None if at is None else instant(at)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 in the proleptic Gregorian calendar, for any year from 0."""
    shifted = year - (month <= 2)
    era, of_era = divmod(shifted, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468
