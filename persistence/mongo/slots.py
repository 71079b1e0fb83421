"""The slot of a process: what tells its keys from those that others give at the same moment.

A slot is claimed in the database for a stretch of time, which is that of the keys, not of any
wall clock: whoever has it gives keys of moments before its end alone, and the next one those
from the end on. So no key is ever given twice, on whatever shards records lie and however much
the clocks of machines differ. A process that died is gone from its slot when the stretch is over.
"""

import asyncio
from random import SystemRandom
from uuid import uuid4

from pymongo.errors import DuplicateKeyError

from persistence.errors import StoreError, Unavailable
from persistence.mongo import names
from persistence.mongo.clock import SLOT_BITS, Clock
from persistence.mongo.connection import Database
from persistence.mongo.lane import Lane

#: How many slots there are.
SLOTS = 1 << SLOT_BITS
#: How long a slot is had without a word, in microseconds. It is had on when half of that is over.
LEASE = 60_000_000
#: Seconds that a claim may take.
_PATIENCE = 5.0
_chance = SystemRandom()


class Slots:
    """Holds a slot for the clock of a process, from its first new record to its end."""

    def __init__(self, database: Database, lane: Lane, clock: Clock) -> None:
        self._slots = database[names.SLOTS]
        self._lane = lane
        self.clock = clock
        #: What the database knows this process by, and the slot it has.
        self._name = uuid4().hex
        self._slot: int | None = None
        self._claiming: asyncio.Task[StoreError | None] | None = None

    async def hold(self, seconds: float) -> None:
        """Return when there is a slot, within so many seconds; no command while it is had for
        long enough, and no waiting while it is had at all. Raises `Unavailable`.
        """
        left = self.clock.left()
        if left > LEASE // 2:
            return
        if self._claiming is None:
            self._claiming = asyncio.create_task(self._claim())
        if left > 0:
            return
        claiming = self._claiming
        await asyncio.wait({claiming}, timeout=seconds)
        if not claiming.done():
            raise Unavailable("a slot for keys is being claimed")
        if (error := claiming.result()) is not None:
            raise error

    async def renew(self) -> None:
        """The same amid other commands, which are under way as one."""
        if self.clock.left() <= LEASE // 2:
            await self._claimed()

    async def release(self, seconds: float) -> None:
        """Leave the slot to others, if that can be done within so many seconds."""
        if self._claiming is not None:
            await asyncio.wait({self._claiming}, timeout=seconds)
        if self._slot is None:
            return
        mine = {"_id": self._slot, "by": self._name}
        self._slot = None
        # From the next moment on: the keys of those before have been given.
        given_back = {"$set": {"until": self.clock.now()}, "$unset": {"by": 1}}
        self.clock.take(0, 0)
        try:
            await self._lane.run(self._slots.update_one(mine, given_back), seconds)
        except StoreError:
            return  # It is free when its time is over.

    async def _claim(self) -> StoreError | None:
        """Have a slot for another stretch; what prevented it, for whoever waits."""
        try:
            await self._lane.run(self._claimed(), _PATIENCE)
        except StoreError as error:
            return error
        finally:
            self._claiming = None
        return None

    async def _claimed(self) -> None:
        if self._slot is not None and await self._had_on(self._slot):
            return
        now = self.clock.now()
        taken = {row["_id"] async for row in self._slots.find({"until": {"$gt": now}}, {"_id": 1})}
        free = [slot for slot in range(SLOTS) if slot not in taken]
        while free:
            slot = free.pop(_chance.randrange(len(free)))
            if await self._taken(slot):
                return
        raise Unavailable(f"{SLOTS} processes have a slot for keys; no other can write")

    async def _had_on(self, slot: int) -> bool:
        until = self.clock.now() + LEASE
        mine = {"_id": slot, "by": self._name}
        done = await self._slots.update_one(mine, {"$max": {"until": until}})
        if done.matched_count:
            self.clock.take(slot, until)
        return bool(done.matched_count)

    async def _taken(self, slot: int) -> bool:
        """Whether a slot that was free is ours now; another process may have been first."""
        now = self.clock.now()
        free = {"_id": slot, "until": {"$lte": now}}
        claim = {"$set": {"until": now + LEASE, "by": self._name}}
        try:
            await self._slots.update_one(free, claim, upsert=True)
        except DuplicateKeyError:
            return False
        self._slot = slot
        self.clock.take(slot, now + LEASE)
        return True
