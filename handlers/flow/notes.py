"""What the flow writes down for itself, of which no API tells: one record a thing, by its id.

Several may write one; each does so by compare-and-set, and reads it anew when another was faster.
"""

from asyncio import Lock
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson

from persistence.errors import Duplicate, Missing, Stale
from persistence.store import Collection, Draft, Record, Scope, Store

Json = dict[str, Any]


class Note:
    """One record: `about` is what it says, as it was last seen."""

    def __init__(self, store: Store, collection: Collection, record: Record) -> None:
        self._store, self._collection, self._record = store, collection, record
        self._lock = Lock()
        self.about: Json = orjson.loads(record.body)

    async def save(self, mend: Callable[[Json], None]) -> None:
        """Change what is stored, however often somebody else is faster. Raises `Missing`."""
        async with self._lock:
            while True:
                about = orjson.loads(orjson.dumps(self.about))
                mend(about)
                draft = Draft(about["id"], about, orjson.dumps(about))
                try:
                    self._record = await self._store.replace(
                        self._collection, self._record, draft, Scope()
                    )
                except Stale:
                    self._record = await self._store.get(self._collection, about["id"], Scope())
                    self.about = orjson.loads(self._record.body)
                    continue
                self.about = about
                return

    async def drop(self) -> None:
        """Forget it, whoever changes it meanwhile; what is gone is gone."""
        with suppress(Missing):
            while True:
                record = await self._store.get(self._collection, self.about["id"], Scope())
                with suppress(Stale):
                    await self._store.delete(self._collection, [record], Scope())
                    return


async def find(store: Store, collection: Collection, id: str) -> Record | None:
    """A record, or None where there is none."""
    try:
        return await store.get(collection, id, Scope())
    except Missing:
        return None


async def begin(store: Store, collection: Collection, about: Json) -> Record:
    """A record, written down now; one that was made first stands."""
    with suppress(Duplicate):
        await store.create(collection, Draft(about["id"], about, orjson.dumps(about)), Scope())
    return await store.get(collection, about["id"], Scope())
