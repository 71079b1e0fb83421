"""Time periods: either side may be open, but they do not run backwards (R-1203)."""

from typing import Any

from tmf_apis.tmf630.instants import microseconds

#: How many names or positions deep a period is looked for: in the resource and in its parts.
#: What lies deeper belongs to embedded entities of other APIs, which judge their own.
_DEEPEST = 3


def backwards_period(value: Any, pointer: str = "", depth: int = 0) -> str | None:
    """The JSON pointer of the first period whose start is after its end, or None."""
    if isinstance(value, dict):
        start, end = value.get("startDateTime"), value.get("endDateTime")
        if isinstance(start, str) and isinstance(end, str):
            first, last = microseconds(start), microseconds(end)
            if first is not None and last is not None and first > last:
                return pointer or "/"
    if depth == _DEEPEST or not isinstance(value, (dict, list)):
        return None
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        found = backwards_period(inner, f"{pointer}/{step}", depth + 1)
        if found is not None:
            return found
    return None
