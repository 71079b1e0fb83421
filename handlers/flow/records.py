"""The plan of an order and how far it is: one record an order, beside the resources of the APIs.

Whoever holds the order writes it, and an operator who says what to do about a step; both by
compare-and-set, and both read it anew when the other was faster.
"""

from asyncio import Lock
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson

from persistence.errors import Duplicate, Missing, Stale
from persistence.store import Collection, Draft, Record, Scope, Store

Json = dict[str, Any]

FLOWS = Collection("flow/flows")


class FlowRecord:
    """The stored plan of one order: `about` holds the steps with their states."""

    def __init__(self, store: Store, record: Record) -> None:
        self._store, self._record, self._lock = store, record, Lock()
        self.about: Json = orjson.loads(record.body)

    @property
    def steps(self) -> list[Json]:
        """The steps, in the order of the plan."""
        found: list[Json] = self.about["steps"]
        return found

    async def save(self, mend: Callable[[Json], None]) -> None:
        """Change what is stored, however often somebody else is faster. Raises `Missing`."""
        async with self._lock:
            while True:
                about = orjson.loads(orjson.dumps(self.about))
                mend(about)
                draft = Draft(about["id"], about, orjson.dumps(about))
                try:
                    self._record = await self._store.replace(FLOWS, self._record, draft, Scope())
                except Stale:
                    self._record = await self._store.get(FLOWS, about["id"], Scope())
                    self.about = orjson.loads(self._record.body)
                    continue
                self.about = about
                return


async def load(store: Store, id: str) -> FlowRecord | None:
    """The plan of an order, or None where there is none."""
    try:
        return FlowRecord(store, await store.get(FLOWS, id, Scope()))
    except Missing:
        return None


async def begin(store: Store, about: Json) -> FlowRecord:
    """The plan of an order, written down now; one that was made first stands."""
    with suppress(Duplicate):
        await store.create(FLOWS, Draft(about["id"], about, orjson.dumps(about)), Scope())
    found = await load(store, about["id"])
    assert found is not None
    return found
