"""Makes collections ready: their indexes before the first record, new mirrors after a change.

The catalogue of a database has an entry for each collection: which mirror its records have, and
which indexes.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from persistence.errors import Apart, StoreError, Unavailable, Unusable
from persistence.mongo import names, uniting
from persistence.mongo.clock import Clock
from persistence.mongo.connection import Database, Stored
from persistence.mongo.indexes import build, difference
from persistence.mongo.joining import (
    enter_twin,
    forget_joined,
    has_halves,
    is_noted,
    note_joined,
    refuse_halves,
    signature_of,
    stands_apart,
)
from persistence.mongo.lane import Lane
from persistence.mongo.renewing import enter, renew
from persistence.mongo.tables import LAYOUT, Pair, Table
from persistence.mongo.upgrading import upgrade

logger = logging.getLogger(__name__)

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
        #: Those whose records may have another mirror, and those that have other indexes.
        self._stale: set[Table] = set()
        self._changed: dict[str, Table] = {}
        #: Of two faces the first; what stands apart has a table of its own.
        self.tables = [table for table in tables if not table.prefix]
        self._opened = {table.collection.name: table for table in tables}
        self._making: dict[str, asyncio.Task[StoreError | None]] = {}
        self._work: asyncio.Task[None] | None = None

    async def begin(self, *, joining: bool = False) -> None:
        """Read the catalogue, and begin to remake mirrors that differ. Raises `Unusable` for a
        database that a later version wrote, and `Apart` for one where records that are to have two
        faces have one, unless these are to be joined.
        """
        await self._lane.run(self._begun(joining=joining), _SHORT)
        if self._changed:
            self._work = asyncio.create_task(self._remake_all())

    async def _begun(self, *, joining: bool) -> None:
        entries = {entry["_id"]: entry async for entry in self._catalogue.find({})}
        layout = entries.get("layout", {}).get("layout", LAYOUT)
        if layout > LAYOUT:
            raise Unusable(f"the database has layout {layout}; this version knows up to {LAYOUT}")
        await refuse_halves(self._database, entries.values(), self._opened)
        await forget_joined(self._database, entries.values(), self._opened.values())
        await self._find_apart(entries, joining=joining)
        if layout < LAYOUT:
            await upgrade(self._database, self.tables)
        for table in self.tables:
            entry = entries.get(table.name, {})
            if "signature" not in entry:
                continue
            entry = await enter_twin(self._database, table, entry)
            stale = {face for face in table.faces if signature_of(face, entry) != face.signature}
            self._stale |= stale
            if stale or entry.get("indexes") != table.indexed:
                self._changed[table.name] = table
            else:
                self._ready.add(table.name)

    async def _find_apart(self, entries: Mapping[str, Stored], *, joining: bool) -> None:
        """Find the records with one face alone, and note where there is none. Raises `Apart`."""
        now = Clock().now()
        pairs = [table.pair for table in self.tables if table.pair is not None]
        if pairs:
            await uniting.put_right(self._database, now, undecided=joining)
        standing, joined = list[str](), list[Pair]()
        for pair in pairs:
            entry = entries.get(pair.first.name, {})
            if await stands_apart(self._database, pair, entries):
                self.stand_apart(pair)
            if await has_halves(self._database, pair, entry):
                standing += [pair.first.kind, pair.second.collection.name]
            elif not is_noted(pair, entry):
                joined.append(pair)
        if joined:
            await note_joined(self._database, joined, now)
        if standing and not joining:
            raise Apart(f"The two faces of records are kept apart in {', '.join(standing)}")

    def stand_apart(self, pair: Pair) -> Table:
        """The table of records that have the second face alone, from now on one of all."""
        apart = pair.stand_apart()
        if apart not in self.tables:
            self.tables.append(apart)
        return apart

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
        return table.bare if table in self._stale else table

    async def writing(self, table: Table, seconds: float) -> None:
        """Make the indexes of a collection before its first record; no command when it has them.

        Raises `Unavailable` when that is not done within so many seconds; it goes on all the same.
        """
        if table.name in self._ready or table.name in self._changed:
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
        records = self._database[table.name]
        await build(records, await difference(records, table.indexes))
        await enter(self._database, table)

    async def used(self) -> dict[str, str]:
        """The store collection of each collection that any process has written to."""
        entries = self._catalogue.find({"kind": {"$exists": True}}, {"kind": 1})
        return {entry["_id"]: entry["kind"] async for entry in entries}

    async def kinds(self) -> list[str]:
        """The store collections that any process has written to, those of second faces as well."""
        entries = self._catalogue.find({"kind": {"$exists": True}}, {"kind": 1, "twin.kind": 1})
        found = [[entry["kind"], entry.get("twin", {}).get("kind")] async for entry in entries]
        return list(dict.fromkeys(kind for kinds in found for kind in kinds if kind))

    async def _remake_all(self) -> None:
        for table in list(self._changed.values()):
            while table.name in self._changed:
                try:
                    await self._lane.run(self._remade(table), _LONG)
                except StoreError as error:
                    logger.warning("the indexes and mirror of %s wait: %s", table.name, error)
                    await asyncio.sleep(_PAUSE)

    async def _remade(self, table: Table) -> None:
        stale = self._stale.intersection(table.faces)
        await renew(self._database, table, mirror=bool(stale))
        self._stale -= stale
        del self._changed[table.name]
