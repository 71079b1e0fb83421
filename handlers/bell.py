"""What a request tells the worker of its own process: there is something new that waits."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress


class Bell:
    """Heard by the worker of this process, and by nobody where there is none.

    Those of other processes find what was made when they look by themselves.
    """

    def __init__(self) -> None:
        self._listened_to: dict[str, frozenset[str]] = {}
        self._rung: set[str] = set()
        self._event = asyncio.Event()
        self._again = False

    def listen_to(self, collection: str, states: Iterable[str]) -> None:
        """Name states in which something of a collection waits; a ring for others is not heard."""
        self._listened_to[collection] = self._listened_to.get(collection, frozenset()).union(states)

    def ring(self, collection: str, state: str | None) -> None:
        """Say that a collection has something new in a state."""
        if state in self._listened_to.get(collection, ()):
            self._rung.add(collection)
            self._event.set()

    def ring_again(self, collection: str, state: str | None) -> None:
        """Say that something of a collection is in a state again that was looked at before."""
        self._again = True
        self.ring(collection, state)

    def again(self) -> bool:
        """Whether, since the last call, something waits again that was looked at before."""
        again, self._again = self._again, False
        return again

    async def rung(self, seconds: float) -> frozenset[str]:
        """The collections that were rung for since the last call; none after some quiet seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self._event.clear()
        heard, self._rung = frozenset(self._rung), set()
        return heard
