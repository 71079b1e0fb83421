"""What the server does for the audit by itself: it seals, and drops what is too old."""

import asyncio
from contextlib import suppress

from handlers.audit.retention import Retention
from handlers.audit.sealing import Sealer
from persistence.errors import StoreError
from persistence.store import Store
from tmf_apis.settings import Settings


class Keeping:
    """Looks after the chain of a store. Raises `KeysError` for keys that cannot sign."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._sealer = Sealer(store, settings.keys)
        days = settings.audit_days
        self._retention = Retention(store, settings.keys, days) if days else None

    async def run(self) -> None:
        """Keep it as long as the server runs. What was left unsealed is sealed first, so that the
        last seal is there when the beginning is dropped.
        """
        await self.end()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sealer.run())
            if self._retention is not None:
                group.create_task(self._retention.run())

    async def end(self) -> None:
        """Seal what came since the last seal, if the store lets it be."""
        with suppress(StoreError):
            await self._sealer.seal()
