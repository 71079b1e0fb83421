"""The chain in the database: link n is only ever put in after link n - 1 was there, which it names.

So several processes may add to it at once: of two that make the same link one is refused, looks
again, and makes the next one. What comes from beside a record has a key, by which it comes once:
the last link is looked at before the keys are, so whatever another added since is in the way.
"""

import asyncio
import logging
from collections.abc import Sequence

from pymongo import DESCENDING
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern

from persistence.links import BEGINNING, draft, linked
from persistence.mongo import beside, failures
from persistence.mongo.clock import Clock
from persistence.mongo.connection import Connection, Stored
from persistence.mongo.records import new
from persistence.mongo.tables import Table
from persistence.packing import unpacked
from persistence.store import Link, Making, Scope

logger = logging.getLogger(__name__)

#: Seconds to wait when another was first.
_STEP_ASIDE = 0.01
#: Where a link keeps the key of what it was made from; the index of idempotency keys finds it.
_KEY = "once.key"


class Chain:
    """The chain of a database; `kind` is the store collection that holds it."""

    def __init__(self, connection: Connection, table: Table, clock: Clock) -> None:
        self.kind = table.kind
        self.collection = table.collection
        self._table = table
        self._clock = clock
        self._database = connection.database
        # What a failover may take back is not built upon.
        read = ReadConcern("majority" if connection.replicated else "local")
        self._links: AsyncCollection[Stored] = self._database.get_collection(
            table.name, read_concern=read
        )
        #: Held by who adds a link: two of one process would be in each other's way.
        self._adding = asyncio.Lock()

    async def link(self, making: Making) -> None:
        """Put the entry that is made behind the last link."""
        async with self._adding:
            while (entry := making(last := await self._last())) is not None:
                try:
                    await self._links.insert_one(self._document(linked(last, entry)))
                except DuplicateKeyError:
                    await asyncio.sleep(_STEP_ASIDE)  # The other's link may not be for good yet.
                    continue
                return

    async def append(self, entries: Sequence[Stored]) -> None:
        """Put entries that waited beside records behind the last link, but for those it has."""
        async with self._adding:
            while entries:
                last = await self._last()
                missing = await self._missing(entries)
                some = beside.at_once(missing)
                try:
                    await self._add(last, some)
                except BulkWriteError as error:
                    if not failures.only_duplicates(error):
                        raise
                    await asyncio.sleep(_STEP_ASIDE)
                    continue
                entries = missing[len(some) :]

    async def unlink(self, below: int) -> int:
        """Drop the links below a number; how many."""
        return (await self._links.delete_many({"_id": {"$lt": below}})).deleted_count

    async def _last(self) -> Link:
        row = await self._links.find_one({}, {"body": 1}, sort=[("_id", DESCENDING)])
        return BEGINNING if row is None else Link(row["_id"], row["body"])

    async def _missing(self, entries: Sequence[Stored]) -> list[Stored]:
        keys = [entry["key"] for entry in entries]
        known = {
            row["once"]["key"] async for row in self._links.find({_KEY: {"$in": keys}}, {_KEY: 1})
        }
        return [entry for entry in entries if entry["key"] not in known]

    async def _add(self, last: Link, entries: Sequence[Stored]) -> None:
        bodies = await beside.bodies(self._database, entries)
        documents = []
        for entry in entries:
            if entry.get("beside", "") not in ("", *bodies):
                # Another relay has linked it and tidied up, or else it is lost.
                logger.error("the entry %s is not there", entry["key"])
                continue
            body = unpacked(beside.with_body(entry, bodies)["body"])
            last = linked(last, body)
            documents.append(self._document(last) | {"once": {"key": entry["key"]}})
        if documents:
            await self._links.insert_many(documents)

    def _document(self, link: Link) -> Stored:
        return new(self._table, draft(link), Scope(), link.number, self._clock.now(), "")
