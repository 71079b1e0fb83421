"""Time periods: either side may be open, but they should not run backwards (R-1203)."""

from collections.abc import Iterator
from typing import Any

from tmf_apis.tmf630.instants import microseconds
from tmf_apis.tmf630.remarks import Remark

#: How many names or positions deep a period is looked for: in the resource and in its parts.
#: What lies deeper belongs to embedded entities of other APIs, which judge their own.
_DEEPEST = 3


def backwards_periods(value: Any, pointer: str = "", depth: int = 0) -> Iterator[Remark]:
    """The periods of a resource whose start is after their end."""
    if isinstance(value, dict):
        start, end = value.get("startDateTime"), value.get("endDateTime")
        if isinstance(start, str) and isinstance(end, str):
            first, last = microseconds(start), microseconds(end)
            if first is not None and last is not None and first > last:
                yield Remark(pointer or "/", "This period ends before it starts.")
    if depth == _DEEPEST:
        return
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, (dict, list)):
            yield from backwards_periods(inner, f"{pointer}/{step}", depth + 1)
