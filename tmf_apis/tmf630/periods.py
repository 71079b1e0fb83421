"""Time periods: either side may be open, but they do not run backwards (R-1203)."""

from typing import Any

from tmf_apis.tmf630.instants import microseconds


def backwards_period(value: Any, pointer: str = "") -> str | None:
    """The JSON pointer of the first period whose start is after its end, or None."""
    if isinstance(value, dict):
        start, end = value.get("startDateTime"), value.get("endDateTime")
        if isinstance(start, str) and isinstance(end, str):
            first, last = microseconds(start), microseconds(end)
            if first is not None and last is not None and first > last:
                return pointer or "/"
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)  # type: ignore[assignment]
    else:
        return None
    for step, inner in inside:
        if isinstance(inner, (dict, list)):
            found = backwards_period(inner, f"{pointer}/{step}")
            if found is not None:
                return found
    return None
