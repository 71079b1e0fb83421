"""How fast one listener gets events: several at once while it takes them, else ever slower."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import SystemRandom
from time import monotonic

#: The shortest and the longest pause between two attempts, in seconds, and how far chance
#: stretches or shortens one.
SHORTEST, LONGEST = 0.5, 300.0
_CHANCE = 0.2
#: Posts of all subscriptions of a process at once, beyond one of each: for each a file is open.
TOGETHER = 512
#: Leaves the generator alone that others seed to get the same numbers again.
_chance = SystemRandom()


def share(at_once: int, couriers: int) -> int:
    """How many of the posts that a courier may have at once it has beside so many others: one at
    least.
    """
    return max(1, min(at_once, TOGETHER // max(couriers, 1)))


class Failures:
    """Failures in a row, of one event or of one listener: how many, and what the last one was.

    `longest` is the longest pause after one, in seconds.
    """

    def __init__(self, longest: float = LONGEST) -> None:
        self.count = 0
        self.error = ""
        self._longest = longest
        self._since = 0.0

    def add(self, error: str) -> None:
        """One more."""
        if not self.count:
            self._since = monotonic()
        self.count += 1
        self.error = error

    def clear(self) -> None:
        """A success ends the row."""
        self.count = 0

    def pause(self) -> float:
        """Seconds until the next attempt: as long as the row lasts already, within bounds."""
        if not self.count:
            return 0.0
        length = min(max(monotonic() - self._since, SHORTEST), self._longest)
        return length * _chance.uniform(1 - _CHANCE, 1 + _CHANCE)


class Pace:
    """Turns to post to one listener.

    When as many deliveries failed in a row as may run at once, the listener is down: they go one
    at a time, with growing pauses, until one succeeds. So it is not stormed, and costs little.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._slots = asyncio.Semaphore(at_once)
        self._alone = asyncio.Lock()
        self.failures = Failures()

    @property
    def is_down(self) -> bool:
        """Whether nothing gets through."""
        return self.failures.count >= self._at_once

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A turn, for as long as the block lasts."""
        async with self._slots:
            if not self.is_down:
                yield
                return
            async with self._alone:
                yield

    async def rest(self) -> None:
        """The pause before an attempt at a listener that is down."""
        if self.is_down:
            await asyncio.sleep(self.failures.pause())
