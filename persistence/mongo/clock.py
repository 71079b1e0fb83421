"""Keys and times: both grow, whatever the system's clock does."""

from secrets import randbelow
from time import time

#: The low bits of a key tell processes apart; above them are microseconds, good until 2112.
_SLOT_BITS = 11


class Clock:
    """Gives each moment once. Processes share no clock, so keys carry a slot of the process."""

    def __init__(self) -> None:
        self._last = 0
        self._slot = randbelow(1 << _SLOT_BITS)

    def now(self) -> int:
        """Microseconds since 1970, later than any this clock gave before."""
        self._last = max(int(time() * 1_000_000), self._last + 1)
        return self._last

    def key(self, now: int) -> int:
        """The key of a record made at a moment of this clock: it grows in creation order."""
        return now << _SLOT_BITS | self._slot

    def move(self) -> None:
        """Take another slot, where another process turned out to have the same."""
        self._slot = randbelow(1 << _SLOT_BITS)
