"""`after:SECONDS`, as settings say when something is. Pure."""

from datetime import timedelta

_LONGEST = timedelta(days=365).total_seconds()


def seconds_after(text: str) -> float | None:
    """The seconds of `after:SECONDS`, up to a year; None for another text.

    Raises `ValueError` where no such number follows.
    """
    word, _, seconds = text.partition(":")
    if word != "after":
        return None
    if not 0 <= (found := float(seconds or "nan")) <= _LONGEST:
        raise ValueError(f"{text}: SECONDS are from 0 to {_LONGEST:.0f}")
    return found
