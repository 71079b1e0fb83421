"""What headers say of time and state can be read, and is possible (R-112, R-113)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from conformance.instants import microseconds
from conformance.invariants.seen import ITEM, Fault, Seen

#: RFC 9110, 5.6.7: the one form that may be sent.
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d "
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT"
)
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMED = ("date", "last-modified", "etag", "retry-after")


def concerns(seen: Seen) -> bool:
    """Whether anything is said of time or state."""
    return any(name in seen.headers for name in _NAMED)


def faults(seen: Seen) -> Iterator[Fault]:
    """Dates in another form, states that come after the answer, tags without quotes."""
    date, changed = seen.headers.get("date"), seen.headers.get("last-modified")
    for name, text, rule in (("Date", date, "R-113"), ("Last-Modified", changed, "R-112")):
        if text is not None and _moment(text) is None:
            yield Fault(rule, f"{name} as RFC 9110 writes dates", f"{name}: {text}")
    sent, made = _moment(date or ""), _moment(changed or "")
    if sent and made and made > sent + timedelta(seconds=1):
        got = f"Last-Modified: {changed} in an answer of {date}"
        yield Fault("R-112", "Last-Modified not after Date", got)
    told = _last_update(seen) if made and sent else None
    if made and sent and told and made + timedelta(seconds=1) < told <= sent:
        got = f"Last-Modified: {changed} of a record with lastUpdate {told.isoformat()}"
        yield Fault("R-112", "Last-Modified not before lastUpdate", got)
    tag = seen.headers.get("etag")
    if tag is not None and not _TAG.fullmatch(tag):
        yield Fault("R-112", "ETag in double quotes", f"ETag: {tag}")
    later = seen.headers.get("retry-after")
    if later is not None and not later.isdecimal() and _moment(later) is None:
        yield Fault("R-113", "Retry-After as seconds or a date", f"Retry-After: {later}")


def _last_update(seen: Seen) -> datetime | None:
    """When the one record that is shown says that it was changed last."""
    records = list(seen.records) if seen.place.kind == ITEM and seen.method != "DELETE" else []
    micros = microseconds(records[0].get("lastUpdate")) if records else None
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)


def _moment(text: str) -> datetime | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
