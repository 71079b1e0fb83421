"""Turns at the one listener that a server may be content with (R-1005)."""

import asyncio
from collections.abc import Callable


class Turns:
    """Who is at a thing: many who share it, or one who has it alone; that one goes first."""

    def __init__(self) -> None:
        #: Whether the server was seen to have one listener only.
        self.needed = False
        #: Whether somebody else has it, who does not leave.
        self.hopeless = False
        self._sharing = 0
        self._alone = False
        self._waiting = 0
        self._left = asyncio.Event()

    async def share(self) -> None:
        """Join those who share it."""
        await self._until(lambda: not self._alone and not self._waiting)
        self._sharing += 1

    async def take(self) -> None:
        """Have it alone."""
        self._waiting += 1
        try:
            await self._until(lambda: not self._alone and not self._sharing)
            self._alone = True
        finally:
            self._waiting -= 1
            self._left.set()

    def leave(self) -> None:
        """Let others come: the one, or one of those who share it."""
        if self._alone:
            self._alone = False
        else:
            self._sharing -= 1
        self._left.set()

    async def _until(self, free: Callable[[], bool]) -> None:
        while not free():
            self._left.clear()
            await self._left.wait()
