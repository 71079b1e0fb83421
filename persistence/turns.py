"""Work that waits for its turn: so much at once, so many places, and clients one after the other.

Whoever wants much keeps nobody else from a little: clients take turns, and where all places are
taken the one who has most of them gives up its last for one who has fewer.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from persistence.errors import Busy


class Turns:
    """Places for work that is under way or waits, by the client it is for.

    `at_once` is how many are under way, `places` how many there are with those that wait; `what`
    they are, in the plural, is for messages.
    """

    def __init__(self, at_once: int, places: float, what: str) -> None:
        self._free = at_once
        self._left = places
        self._full = f"{places} {what} are under way"
        #: How many places each client has, and who waits: the next client first.
        self._taken: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def turn(self, client: str, until: float) -> AsyncIterator[None]:
        """A turn for as long as the block lasts.

        Raises `Busy`, and `TimeoutError` when it has not come by a moment of the monotonic clock.
        """
        async with asyncio.timeout(until - monotonic()):
            await self.enter(client)
        try:
            yield
        finally:
            self.leave(client)

    async def enter(self, client: str) -> None:
        """Return when it is a client's turn, which lasts until it `leave`s.

        Raises `Busy`: at once without a place, or when that goes to one who has fewer.
        """
        if self._left <= 0:
            self._make_room(client)
        self._left -= 1
        self._taken[client] += 1
        if self._free > 0:
            self._free -= 1
            return
        mine = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.cancelled():
                self._give_up(client, mine)
            elif mine.exception() is None:  # Its turn came at the same moment.
                self.leave(client)
            raise

    def leave(self, client: str) -> None:
        """The turn of a client is over."""
        self._give_back(client)
        while self._waiting:
            following = next(iter(self._waiting))
            waiting = self._waiting.pop(following)
            mine = waiting.popleft()
            if waiting:
                self._waiting[following] = waiting  # Behind all others.
            if not mine.done():
                mine.set_result(None)
                return
            self._give_back(following)
        self._free += 1

    def _make_room(self, client: str) -> None:
        """Take a place from who waits with most of them; raises `Busy` where that is not fair."""
        most = max(self._waiting, key=self._taken.__getitem__, default=client)
        if self._taken[most] <= self._taken[client] + 1:
            raise Busy(self._full)
        last = self._waiting[most][-1]
        self._give_up(most, last)
        if not last.done():
            last.set_exception(Busy(self._full))

    def _give_up(self, client: str, mine: "asyncio.Future[None]") -> None:
        """Wait no longer, if it still does."""
        waiting = self._waiting.get(client, deque())
        if mine not in waiting:
            return
        waiting.remove(mine)
        if not waiting:
            del self._waiting[client]
        self._give_back(client)

    def _give_back(self, client: str) -> None:
        self._left += 1
        self._taken[client] -= 1
        if not self._taken[client]:
            del self._taken[client]
