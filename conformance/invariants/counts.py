"""Lists count themselves, and are no longer than was asked for (R-605 to R-610)."""

import re
from collections.abc import Iterator

from conformance.invariants.seen import LIST, Fault, Seen

_RANGE = re.compile(r"items (?:(\d+)-(\d+)|\*)/(\d+|\*)")


def concerns(seen: Seen) -> bool:
    """Whether a list was answered."""
    asked = seen.method == "GET" and seen.place.kind == LIST and seen.status in (200, 206)
    return asked and isinstance(seen.body, list)


def faults(seen: Seen) -> Iterator[Fault]:
    """Counts that are missing or wrong, and pages that hold too much."""
    size = len(seen.body)
    here, total = seen.headers.get("x-result-count"), seen.headers.get("x-total-count")
    if here != str(size):
        yield Fault("R-608", f"X-Result-Count: {size}", here or "no such header")
    if total is None or not total.isdecimal():
        yield Fault("R-607", "X-Total-Count as a number", total or "no such header")
    elif int(total) < size:
        yield Fault("R-607", f"X-Total-Count of at least {size}", total)
    limit = seen.parameter("limit")
    if limit is not None and limit.isdecimal() and size > int(limit):
        yield Fault("R-605", f"at most {limit} records", str(size))
    if "content-range" in seen.headers:
        yield from _range(seen.headers["content-range"], size, total)


def _range(text: str, size: int, total: str | None) -> Iterator[Fault]:
    match = _RANGE.fullmatch(text)
    if match is None:
        yield Fault("R-610", "Content-Range: items FIRST-LAST/TOTAL", text)
        return
    first, last, whole = match.groups()
    held = int(last) - int(first) + 1 if first else 0
    if held != size:
        yield Fault("R-610", f"a Content-Range of {size} records", text)
    if whole != "*" and total is not None and whole != total:
        yield Fault("R-610", f"a Content-Range with the total {total}", text)
