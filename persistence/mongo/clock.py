"""Keys and times: both grow, whatever the system's clock does."""

from time import time

from persistence.errors import Unavailable

#: The low bits of a key tell processes apart; above them are microseconds, good until 2112.
SLOT_BITS = 11


class Clock:
    """Gives each moment once. Processes share no clock, so keys carry a slot of the process.

    A slot is this process's own up to a moment (see `slots`).
    """

    def __init__(self) -> None:
        self._last = 0
        self._slot = self._until = 0

    def now(self) -> int:
        """Microseconds since 1970, later than any this clock gave before."""
        self._last = max(int(time() * 1_000_000), self._last + 1)
        return self._last

    def key(self) -> int:
        """The key of a record that is made now: it grows in creation order, and no process ever
        gives it again. Raises `Unavailable` without a slot.
        """
        now = self.now()
        if now >= self._until:
            raise Unavailable("this process has no slot for keys")
        return now << SLOT_BITS | self._slot

    def left(self) -> int:
        """For how many more microseconds there is a slot."""
        return self._until - self.now()

    def take(self, slot: int, until: int) -> None:
        """Have a slot that is this process's own from now on, up to a moment."""
        self._slot, self._until = slot, until
