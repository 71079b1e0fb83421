"""The workers that serve subscriptions, as they see each other: signs of life, and requests.

A worker that holds leases writes a sign of life every few seconds. One that gives none for as
long as a lease lasts is taken for dead by whoever watched it for that time, and its record goes:
then its leases are void, and it knows, should it live after all. Only spans of time are compared,
each by the clock that never steps, so a wrong clock stops nothing and no two machines need the
same time.
"""

import asyncio
from contextlib import suppress
from math import inf
from time import monotonic
from typing import Any
from uuid import uuid4

import orjson

from persistence.errors import Missing, Stale
from persistence.store import Collection, Draft, Record, Scope, Store

WORKERS = Collection("events/workers")
#: Seconds without a sign of life that end the leases of a worker, and between two signs.
LEASE = 6.0
RENEW = 2.0
#: Seconds that a worker which stops waits for the store to take its leave.
FAREWELL = 1.0


class Presence:
    """This worker, as the others see it."""

    def __init__(self, store: Store) -> None:
        self.id = str(uuid4())
        self._store = store
        self._beat = 0
        #: When the last sign of life was given.
        self._given = -inf

    @property
    def holds(self) -> bool:
        """Whether the leases of this worker are good: its last sign of life is young enough."""
        return monotonic() - self._given < LEASE

    async def ensure(self) -> None:
        """Return when a sign of life is there and young, as whoever takes a lease needs."""
        while monotonic() - self._given >= RENEW:
            seen = await self._look()
            await (self._appear() if seen is None else self._sign(seen, _asked(seen)))

    async def requests(self) -> list[str] | None:
        """The subscriptions that others ask this worker to let go of, and a sign of life when
        one is due; None when this worker was taken for dead.
        """
        seen = await self._look()
        if seen is None:
            self._given = -inf
            return None
        asked = _asked(seen)
        if asked or monotonic() - self._given >= RENEW:
            await self._sign(seen, [])
        return asked

    async def leave(self) -> None:
        """Be gone for the others, if the store says so soon: else they see it by themselves."""
        self._given = -inf
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                seen = await self._look()
                if seen is not None:
                    await _remove(self._store, seen)

    async def _look(self) -> Record | None:
        try:
            return await self._store.get(WORKERS, self.id, Scope())
        except Missing:
            return None

    async def _appear(self) -> None:
        now, self._beat = monotonic(), self._beat + 1
        await self._store.create(WORKERS, _draft(self.id, self._beat, []), Scope())
        self._given = now

    async def _sign(self, seen: Record, asked: list[str]) -> None:
        """A sign of life over what was seen, unless somebody wrote meanwhile."""
        now, self._beat = monotonic(), self._beat + 1
        with suppress(Stale):
            await self._store.replace(WORKERS, seen, _draft(self.id, self._beat, asked), Scope())
            self._given = now


class Watch:
    """What one process has seen of the others' signs of life."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: dict[str, tuple[int, float]] = {}

    async def is_dead(self, worker: str) -> bool:
        """Whether a worker is gone; one that gave no sign for as long as it was watched and a
        lease lasts is removed.
        """
        try:
            record = await self._store.get(WORKERS, worker, Scope())
        except Missing:
            self._seen.pop(worker, None)
            return True
        beat = orjson.loads(record.body)["beat"]
        known = self._seen.get(worker)
        if known is None or known[0] != beat:
            self._seen[worker] = (beat, monotonic())
            return False
        return monotonic() - known[1] > LEASE and await _remove(self._store, record)


async def ask(store: Store, worker: str, subscription: str) -> None:
    """Ask a worker to let go of a subscription. Nobody may be there to hear it."""
    try:
        record = await store.get(WORKERS, worker, Scope())
        about = orjson.loads(record.body)
        if subscription in about["asked"]:
            return
        draft = _draft(worker, about["beat"], [*about["asked"], subscription])
        await store.replace(WORKERS, record, draft, Scope())
    except (Missing, Stale):
        return


async def _remove(store: Store, record: Record) -> bool:
    try:
        await store.delete(WORKERS, [record], Scope())
    except Stale:
        return False
    return True


def _asked(record: Record) -> list[str]:
    asked: list[str] = orjson.loads(record.body)["asked"]
    return asked


def _draft(worker: str, beat: int, asked: list[str]) -> Draft:
    document: dict[str, Any] = {"id": worker, "beat": beat, "asked": asked}
    return Draft(worker, document, orjson.dumps(document))
