"""What a request tells the worker of its own process: there is something new that waits."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress


class Bell:
    """Heard by the worker of this process, and by nobody where there is none.

    Those of other processes find what was made when they look by themselves.
    """

    def __init__(self) -> None:
        self._listened_to: frozenset[str] = frozenset()
        self._rung: set[str] = set()
        self._event = asyncio.Event()

    def listen_to(self, collections: Iterable[str]) -> None:
        """Name the collections in which something may wait; a ring for another one is not heard."""
        self._listened_to = frozenset(collections)

    def ring(self, collection: str) -> None:
        """Say that a collection has something new."""
        if collection in self._listened_to:
            self._rung.add(collection)
            self._event.set()

    async def rung(self, seconds: float) -> frozenset[str]:
        """The collections that were rung for since the last call; none after some quiet seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self._event.clear()
        heard, self._rung = frozenset(self._rung), set()
        return heard
