"""How long the audit is kept: a signed entry says what is dropped, and then it is dropped."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from handlers.audit.entries import ENTRIES, now
from handlers.audit.signing import Signer
from persistence.errors import StoreError
from persistence.store import Link, Store
from tmf_apis.audit.seals import Signed, Statement
from tmf_apis.audit.verifying import original_of
from tmf_apis.tmf630.instants import microseconds

#: Seconds between two looks.
EVERY = 3600.0
#: Entries read at once, and looked at in one round.
_READ, _ROUND = 200, 100_000


class Retention:
    """Keeps the chain of a store for some days."""

    def __init__(self, store: Store, keys: Path, days: int) -> None:
        self._store = store
        self._signer = Signer(keys)
        self._days = days

    async def run(self) -> None:
        """Drop what is too old, as long as the server runs."""
        while True:
            with suppress(StoreError):
                while await self.drop():
                    pass
            await asyncio.sleep(EVERY)

    async def drop(self) -> int:
        """Drop entries from the beginning that are too old; how many. Raises `StoreError`."""
        last = await self._last_to_go()
        if last is None:
            return 0
        # What follows was linked to what it was.
        digest = original_of(orjson.loads(last.body)) or last.digest
        statement = Statement(Signed.CUT, last.number, digest, now())
        entry = statement.entry(self._signer.sign(statement))
        await self._store.link(lambda _: entry)
        return await self._store.unlink(last.number + 1)

    async def _last_to_go(self) -> Link | None:
        """The last of the first entries that are too old; the newest of all stays."""
        oldest = datetime.now(UTC) - timedelta(days=self._days)
        before = int(oldest.timestamp() * 1_000_000)
        newest = await self._store.newest(ENTRIES)
        last: Link | None = None
        looked_at = 0
        async for batch in self._store.export(ENTRIES, 0, _READ):
            for kept in batch:
                time = microseconds(orjson.loads(kept.body)["time"])
                if kept.key == newest or time is None or time >= before:
                    return last
                last = Link(kept.key, kept.body)
            looked_at += len(batch)
            if looked_at >= _ROUND:
                break
        return last
