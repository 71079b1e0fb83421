"""Patterns in SQL, the one call back into Python (D12): no search is begun that may end late."""

from math import inf
from time import monotonic

from tmf_apis.tmf630.patterns import TooCostly, compiled


class Search:
    """Matches patterns for one connection until a moment, of the monotonic clock.

    What it raises SQLite tells as an error of its own; `refused` and `late` say what it was.
    """

    def __init__(self) -> None:
        self.until = inf
        self.refused: TooCostly | None = None
        self.late = False

    def begin(self, until: float) -> None:
        """Search for another statement."""
        self.until, self.refused, self.late = until, None, False

    def found(self, pattern: str | bytes, text: str | bytes | None) -> bool:
        """Whether an RE2 pattern is found in a text; raises `TooCostly` and `TimeoutError`."""
        if text is None:
            return False
        known = compiled(pattern.decode() if isinstance(pattern, bytes) else pattern)
        encoded = text if isinstance(text, bytes) else text.encode()
        try:
            seconds = known.cost(encoded)
        except TooCostly as error:
            self.refused = error
            raise
        if monotonic() + seconds > self.until:
            self.late = True
            raise TimeoutError
        return known.is_in(encoded)
