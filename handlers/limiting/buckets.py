"""A bucket of tokens for each client: one is taken by a request, and they come back with time.

What a bucket holds is kept as one moment, at which it is full again (generic cell rate algorithm).
A bucket that is full is the same as none, so those of clients who are gone cost nothing.
"""

from collections.abc import Hashable
from math import ceil
from typing import NamedTuple

#: A hair's breadth for what numbers lose.
_HAIR = 1e-9
#: Buckets that are not full at once. Beyond that those that were begun first are forgotten.
MOST = 50_000


class Taken(NamedTuple):
    """What became of a try: whether there was a token, how many are left, and the whole seconds
    until the bucket is full again, or until the next token where there was none.
    """

    granted: bool
    left: int
    seconds: int


class Buckets:
    """A bucket by client, of `rate` tokens a second; it holds those of one second, or one."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.size = max(1, int(rate))
        self._pause = 1 / rate
        self._span = self.size * self._pause
        #: When each bucket that is not full will be.
        self._full_at: dict[Hashable, float] = {}

    def take(self, client: Hashable, now: float) -> Taken:
        """Take a token at a moment of the monotonic clock."""
        full_at = max(self._full_at.get(client, now), now) + self._pause
        if full_at - now > self._span + _HAIR:
            return Taken(False, 0, _whole(full_at - now - self._span))
        if client not in self._full_at and len(self._full_at) >= MOST:
            self._forget(now)
        self._full_at[client] = full_at
        left = int((self._span - (full_at - now)) * self.rate + _HAIR)
        return Taken(True, left, _whole(full_at - now))

    def _forget(self, now: float) -> None:
        """Drop the buckets that are full; where none is, the one that was begun first."""
        kept = {client: full_at for client, full_at in self._full_at.items() if full_at > now}
        if len(kept) == len(self._full_at):
            del kept[next(iter(kept))]
        self._full_at = kept


def _whole(seconds: float) -> int:
    """Whole seconds that are no fewer, one at least."""
    return max(1, ceil(seconds - _HAIR))
