"""A crowd that all have a little to do comes through one by one.

A thousand readers that an event wakes would else run in the same turn of the event loop, and
whoever asks for something meanwhile would wait for all of them.
"""

import asyncio
from collections import deque

#: Those that are let through in one turn of the event loop: together they take a millisecond.
AT_ONCE = 4


class Turnstile:
    """Lets a few through in each turn of the event loop, in the order they came."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        #: How many more may come through in this turn, and who waits for the next ones.
        self._left = at_once
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def through(self) -> None:
        """Return when it is one's turn."""
        loop = asyncio.get_running_loop()
        if self._left == self._at_once:
            loop.call_soon(self._next_turn, loop)
        if self._left > 0:
            self._left -= 1
            return
        mine = loop.create_future()
        self._waiting.append(mine)
        await mine

    def _next_turn(self, loop: asyncio.AbstractEventLoop) -> None:
        self._left = self._at_once
        while self._waiting and self._left:
            mine = self._waiting.popleft()
            if not mine.done():  # Who went away meanwhile takes no turn.
                mine.set_result(None)
                self._left -= 1
        if self._left < self._at_once:
            loop.call_soon(self._next_turn, loop)
