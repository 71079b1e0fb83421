"""By when a client must have gone on."""

import asyncio
from math import inf

from handlers.protocol.limits import SILENCE_SECONDS, SLOWEST


class Pace:
    """`due` is the time of the loop by which something must have happened: the end of a head, a
    piece of a body, the next request. It is infinite while the application has its turn.
    """

    __slots__ = ("_loop", "_slowest", "due")

    def __init__(self, loop: asyncio.AbstractEventLoop, slowest: int = SLOWEST) -> None:
        self._loop = loop
        self._slowest = slowest
        self.due = inf

    def within(self, seconds: float) -> None:
        """It must happen within so many seconds."""
        self.due = self._loop.time() + seconds

    def sooner(self, seconds: float) -> None:
        """It must happen within so many seconds, if it had more."""
        self.due = min(self.due, self._loop.time() + seconds)

    def rest(self) -> None:
        """Nothing need happen."""
        self.due = inf

    def go_on(self) -> None:
        """It is the client's turn again, with the time of one that is silent."""
        if self.due == inf:
            self.within(SILENCE_SECONDS)

    def earn(self, size: int) -> None:
        """Bytes that came earn time, up to that which a silent client has."""
        if self.due != inf:
            self.due = min(self.due + size / self._slowest, self._loop.time() + SILENCE_SECONDS)
