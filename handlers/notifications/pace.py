"""How fast one listener gets events: several at once while it takes them, else ever slower."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import SystemRandom

from tenacity import RetryCallState, wait_exponential

#: The pauses between attempts, in seconds: growing, and up to half a second of chance.
_PAUSES = wait_exponential(multiplier=0.5, max=30)
_JITTER = 0.5
#: Leaves the generator alone that others seed to get the same numbers again.
_chance = SystemRandom()


def pause(failures: int) -> float:
    """Seconds to wait after so many failures in a row, 1 or more."""
    state = RetryCallState(None, None, (), {})  # type: ignore[arg-type]
    state.attempt_number = failures
    return _PAUSES(state) + _chance.uniform(0, _JITTER)


class Pace:
    """Turns to post to one listener.

    When as many deliveries failed in a row as may run at once, they go one at a time, with
    growing pauses, until one succeeds: a listener that is down is not stormed, and costs little.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._slots = asyncio.Semaphore(at_once)
        self._alone = asyncio.Lock()
        self._failures = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A turn; leaving it by an exception counts as a failure."""
        async with self._slots:
            if self._failures < self._at_once:
                async with self._counted():
                    yield
                return
            async with self._alone:
                if self._failures >= self._at_once:
                    await asyncio.sleep(pause(1 + self._failures - self._at_once))
                async with self._counted():
                    yield

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        try:
            yield
        except Exception:
            self._failures += 1
            raise
        self._failures = 0
