"""The way to the server: so many commands at once, each for so long, failures in our words.

No command that was begun is cancelled from here: up to Python 3.11 PyMongo's pool loses its lock
for good when that happens at the wrong moment. Whoever asked is answered in time all the same,
and the command ends by itself, because the driver is told when to give up; until then it keeps
its place. Nor does anything ever wait for a connection in the pool, which has one for each place.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import pymongo
from bson.errors import BSONError
from pymongo.errors import DuplicateKeyError, PyMongoError

from persistence.errors import Unavailable
from persistence.mongo.failures import Late, told

T = TypeVar("T")

#: Commands that may be under way or wait for a connection. More are shed at once rather than
#: piled up.
PLACES = 500


class Lane:
    """Lets a number of commands through at once; `within` is a broader lane it is a part of."""

    def __init__(self, width: int, places: int = PLACES, within: "Lane | None" = None) -> None:
        self._free = asyncio.Semaphore(width)
        self._places = places
        self._within = within
        self._busy = 0
        self._running: set[asyncio.Task[Any]] = set()

    async def run(
        self, work: Coroutine[Any, Any, T], seconds: float, *, told_to_server: bool = False
    ) -> T:
        """What some commands give within so many seconds, the wait for a connection included.

        The driver gives them up by itself after that time, unless they tell the server how long
        they may take (`told_to_server`): then it has a moment to say so.

        Raises `Unavailable`, of which `Late` is one, and `Refused`. `DuplicateKeyError` goes
        through: it is an answer.
        """
        if self._busy >= self._places:
            work.close()
            raise Unavailable(f"{self._places} commands are under way; no more are taken")
        self._busy += 1
        until = asyncio.get_running_loop().time() + seconds
        try:
            await self._enter(until)
        except BaseException as error:
            work.close()
            self._busy -= 1
            if isinstance(error, TimeoutError):
                raise Late(f"no connection was free within {seconds:g} seconds") from error
            raise
        left = until - asyncio.get_running_loop().time()
        task = asyncio.create_task(self._held(work, None if told_to_server else left))
        self._running.add(task)
        task.add_done_callback(self._left)
        await asyncio.wait({task}, timeout=left)
        if not task.done():
            raise Late(f"no answer within {seconds:g} seconds")
        try:
            return task.result()
        except DuplicateKeyError:
            raise
        except (TimeoutError, PyMongoError, BSONError) as error:
            raise told(error) from error

    async def drained(self, seconds: float) -> None:
        """Return when nothing is under way any more, or so many seconds have passed."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    async def _enter(self, until: float) -> None:
        """Take a place in this lane and in those it is a part of; raises `TimeoutError`."""
        if self._free.locked():
            async with asyncio.timeout_at(until):
                await self._free.acquire()
        else:
            await self._free.acquire()  # At once.
        if self._within is not None:
            try:
                await self._within._enter(until)
            except BaseException:
                self._free.release()
                raise

    def _leave(self) -> None:
        self._free.release()
        if self._within is not None:
            self._within._leave()

    async def _held(self, work: Coroutine[Any, Any, T], limit: float | None) -> T:
        with pymongo.timeout(limit):
            return await work

    def _left(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        self._busy -= 1
        self._leave()
        if not task.cancelled():
            task.exception()  # Nobody may be left to look at it.
