"""Makes collections ready: their indexes before the first record, new mirrors after a change.

The catalogue of a database has an entry for each collection: which mirror its records have.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import orjson
from pymongo import UpdateOne

from persistence.errors import StoreError, Unavailable, Unusable
from persistence.mongo import names
from persistence.mongo.connection import Database
from persistence.mongo.lane import Lane
from persistence.mongo.records import Stored, content
from persistence.mongo.tables import LAYOUT, Table
from persistence.mongo.upgrading import upgrade

logger = logging.getLogger(__name__)

#: Records whose mirror is made anew in one command.
_BATCH = 200
#: Seconds to wait before trying again when the server does not answer.
_PAUSE = 5.0
#: Seconds that indexes may take, of which a large collection needs some.
_LONG = 24 * 3600.0
#: Seconds that anything else may take.
_SHORT = 600.0


class Preparation:
    """Which collections of a database are ready for writing, and whose mirror can be trusted."""

    def __init__(self, database: Database, lane: Lane, tables: Sequence[Table]) -> None:
        self._database = database
        self._lane = lane
        self._catalogue = database[names.CATALOGUE]
        self._ready: set[str] = set()
        self._stale: dict[str, Table] = {}
        self._tables = tables
        self._making: dict[str, asyncio.Task[StoreError | None]] = {}
        self._work: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Read the catalogue, and begin to remake mirrors that differ. Raises `Unusable` for a
        database that a later version wrote.
        """
        await self._lane.run(self._begun(), _SHORT)
        if self._stale:
            self._work = asyncio.create_task(self._remake_all())

    async def _begun(self) -> None:
        entries = {entry["_id"]: entry async for entry in self._catalogue.find({})}
        layout = entries.get("layout", {}).get("layout", LAYOUT)
        if layout > LAYOUT:
            raise Unusable(f"the database has layout {layout}; this version knows up to {LAYOUT}")
        if layout < LAYOUT:
            await upgrade(self._database, self._tables)
        for table in self._tables:
            signature = entries.get(table.name, {}).get("signature")
            if signature == table.signature:
                self._ready.add(table.name)
            elif signature is not None:
                self._stale[table.name] = table

    async def finished(self) -> None:
        """Return when every mirror can be trusted."""
        if self._work is not None:
            await self._work

    async def end(self) -> None:
        """Stop remaking; the next process goes on with it."""
        working: list[asyncio.Task[Any]] = [*self._making.values()]
        if self._work is not None:
            working.append(self._work)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    def reading(self, table: Table) -> Table:
        """The table to read by: without its mirror while that is made anew."""
        return table.bare if table.name in self._stale else table

    async def writing(self, table: Table, seconds: float) -> None:
        """Make the indexes of a collection before its first record; no command when it has them.

        Raises `Unavailable` when that is not done within so many seconds; it goes on all the same.
        """
        if table.name in self._ready or table.name in self._stale:
            return
        making = self._making.get(table.name)
        if making is None:
            making = asyncio.create_task(self._make(table))
            self._making[table.name] = making
        await asyncio.wait({making}, timeout=seconds)
        if not making.done():
            raise Unavailable(f"the indexes of {table.name} are being made")
        if (error := making.result()) is not None:
            raise error

    async def _make(self, table: Table) -> StoreError | None:
        """Make a collection ready; what prevented it, for whoever waits."""
        try:
            await self._lane.run(self._made(table), _LONG)
        except StoreError as error:
            return error
        finally:
            del self._making[table.name]
        self._ready.add(table.name)
        return None

    async def _made(self, table: Table) -> None:
        await self._database[table.name].create_indexes(table.indexes)
        await self._enter(table)

    async def used(self) -> dict[str, str]:
        """The store collection of each collection that any process has written to."""
        entries = self._catalogue.find({"kind": {"$exists": True}}, {"kind": 1})
        return {entry["_id"]: entry["kind"] async for entry in entries}

    async def _enter(self, table: Table) -> None:
        entry = {"signature": table.signature, "kind": table.collection.name}
        await self._catalogue.update_one({"_id": table.name}, {"$set": entry}, upsert=True)
        await self._catalogue.update_one(
            {"_id": "layout"}, {"$set": {"layout": LAYOUT}}, upsert=True
        )

    async def _remake_all(self) -> None:
        for table in list(self._stale.values()):
            while table.name in self._stale:
                try:
                    await self._lane.run(self._remade(table), _LONG)
                except StoreError as error:
                    logger.warning("the mirror of %s waits: %s", table.name, error)
                    await asyncio.sleep(_PAUSE)

    async def _remade(self, table: Table) -> None:
        await self._database[table.name].create_indexes(table.indexes)
        await remake(self._database, table)
        await self._enter(table)
        del self._stale[table.name]


async def remake(database: Database, table: Table) -> int:
    """Make the mirror of every record anew that has another one; how many. Records keep their
    revisions, and one that is changed meanwhile is looked at again.
    """
    records = database[table.name]
    other = {"mirror": {"$ne": table.signature}, "body": {"$exists": True}}
    remade = 0
    while rows := [row async for row in records.find(other, {"n": 1, "body": 1}).limit(_BATCH)]:
        steps = [UpdateOne(_as_read(row), {"$set": _mirror(table, row)}) for row in rows]
        remade += (await records.bulk_write(steps, ordered=False)).modified_count
    return remade


def _as_read(row: Stored) -> Stored:
    return {"_id": row["_id"], "n": row["n"], "body": {"$exists": True}}


def _mirror(table: Table, row: Stored) -> Stored:
    return content(table, orjson.loads(row["body"]), row["body"])
