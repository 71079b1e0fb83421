"""The MongoDB store: one database shared by all processes of all machines."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from random import SystemRandom
from time import monotonic

from persistence.administration import IndexState, ShardState
from persistence.cursors import follows, one_more, write_cursor
from persistence.errors import Missing, Stale, StoreError, TooSlow, Unavailable, Unusable
from persistence.mongo import administration, loading, moving, patience, reads, several, writes
from persistence.mongo.clock import Clock
from persistence.mongo.connection import Connection, Database, connect
from persistence.mongo.events import Log, settle
from persistence.mongo.failures import Late
from persistence.mongo.lane import Lane
from persistence.mongo.latest import Records
from persistence.mongo.names import CATALOGUE
from persistence.mongo.pages import listing, visible
from persistence.mongo.preparing import Preparation
from persistence.mongo.records import Stored, as_record
from persistence.mongo.slots import Slots
from persistence.mongo.sweep import EVERY, sweep
from persistence.mongo.tables import Table
from persistence.mongo.totals import Totals
from persistence.mongo.translate import Translation
from persistence.store import (
    Collection,
    Created,
    Draft,
    Drafts,
    Event,
    Found,
    Kept,
    Logged,
    Once,
    Raising,
    Record,
    Scope,
)
from persistence.urls import without_password
from tmf_apis.tmf630.query import Query

logger = logging.getLogger(__name__)

#: Seconds a list may take (D13), what is about one record, and what moves many.
DEADLINE = 5.0
PATIENCE = 1.8
BULK = 600.0
#: Seconds the client waits beyond a deadline that the server keeps, and its driver.
_GRACE, _PATIENT = 0.1, 1.0
#: How much of the connections lists may take, for others to be answered beside slow ones.
_OF_LISTS = 0.8
#: Seconds to wait at most after a lost race.
_STEP_ASIDE = 0.05
_chance = SystemRandom()


class MongoStore:
    """The store contract over a MongoDB database; see `persistence.store.Store`.

    `deadline` is how many seconds a list may take, `patience` what is about one record.
    """

    def __init__(self, url: str, deadline: float = DEADLINE, patience: float = PATIENCE) -> None:
        self._url = url
        self._patience = patience
        self._deadline = deadline
        self._tables: dict[str, Table] = {}
        self._clock = Clock()
        self._lane = self._lists = Lane(1)
        self._settling = asyncio.Lock()
        self._swept = -EVERY
        self._connection: Connection | None = None
        self._preparation: Preparation | None = None
        self._log: Log | None = None
        self._slots: Slots | None = None
        self._totals: Totals | None = None

    async def exists(self) -> bool:
        connection = await self._connected()
        try:
            return await self._lane.run(_has_entries(connection.database), DEADLINE)
        finally:
            await connection.close()

    async def open(self, collections: Sequence[Collection]) -> None:
        connection = await self._connected()
        tables = [Table(c, sharded=connection.sharded) for c in collections]
        preparation = Preparation(connection.database, self._lane, tables)
        try:
            await preparation.begin()
        except StoreError as error:
            await connection.close()
            shown = f"{without_password(self._url)}: {error}"
            raise error if isinstance(error, Unusable) else Unusable(shown) from error
        self._tables = {table.collection.name: table for table in tables}
        for table in tables:
            if table.without_index:
                left = ", ".join(table.without_index)
                logger.warning("%s has more attributes than indexes: %s", table.name, left)
        self._connection, self._preparation = connection, preparation
        self._log = Log(connection)
        self._totals = Totals(connection)
        self._slots = Slots(connection.database, self._lane, self._clock)

    async def _connected(self) -> Connection:
        """A connection, and the lanes that lead to it."""
        connection = await connect(self._url, self._deadline + _PATIENT)
        self._lane = Lane(connection.width)
        self._lists = Lane(max(1, int(connection.width * _OF_LISTS)), within=self._lane)
        return connection

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if self._preparation is not None:
            await self._preparation.end()
        if self._slots is not None:
            await self._slots.release(_PATIENT)
        if connection is not None:
            await connection.close()
            await self._lane.drained(_PATIENT)

    async def ping(self) -> None:
        now = {"$max": {"at": self._clock.now()}}
        catalogue = self._database[CATALOGUE]
        await self._lane.run(
            catalogue.update_one({"_id": "ping"}, now, upsert=True), self._patience
        )

    @property
    def _open(self) -> Connection:
        if self._connection is None:
            raise Unavailable("the store is not open")
        return self._connection

    @property
    def _database(self) -> Database:
        return self._open.database

    @property
    def _numbering(self) -> Slots:
        if self._slots is None or self._connection is None:
            raise Unavailable("the store is not open")
        return self._slots

    @property
    def _remembered(self) -> Totals:
        if self._totals is None or self._connection is None:
            raise Unavailable("the store is not open")
        return self._totals

    @property
    def _prepared(self) -> Preparation:
        if self._preparation is None or self._connection is None:
            raise Unavailable("the store is not open")
        return self._preparation

    async def _written(self, collection: Collection, seconds: float) -> tuple[Records, Table]:
        """Where a collection's records are written to, made ready for them in so many seconds."""
        table = self._tables[collection.name]
        await self._prepared.writing(table, seconds)
        return self._database[table.name], table

    def _reading(self, collection: Collection) -> Table:
        return self._prepared.reading(self._tables[collection.name])

    # -- reading

    async def get(
        self, collection: Collection, id: str, scope: Scope, version: str | None = None
    ) -> Record:
        if version is None and not collection.versioned:
            version = ""
        found = await self._addressed(collection, id, scope, version, limit=1)
        if not found:
            raise Missing(id)
        return found[0]

    async def versions(self, collection: Collection, id: str, scope: Scope) -> list[Record]:
        return await self._addressed(collection, id, scope, None, limit=0)

    async def _addressed(
        self, collection: Collection, id: str, scope: Scope, version: str | None, limit: int
    ) -> list[Record]:
        """The records of an id, or its one of a version, latest first (R-1305)."""
        table = self._reading(collection)
        wanted: Stored = {"resource": id, "space": scope.space}
        if version is not None:
            wanted["version"] = version
        wanted |= visible(Translation(table.collection, table.mirror), scope, Query())
        with patience.counted():
            fetched = reads.of_id(self._database[table.name], table, wanted, scope, limit)
            rows, behind = await self._lane.run(fetched, self._patience)
        return [as_record(row, latest=row["_id"] not in behind) for row in rows]

    async def find(self, collection: Collection, query: Query, scope: Scope) -> Found:
        table = self._reading(collection)
        asked = one_more(query)
        commands = listing(table, asked, scope)
        records = self._database[table.name]
        page = reads.page(records, table, commands, asked, scope, self._remembered, self._deadline)
        try:
            rows, total, behind = await self._lists.run(
                page, self._deadline + _GRACE, told_to_server=True
            )
        except Late as error:
            raise TooSlow(commands.scanned) from error
        more = follows(query, len(rows), total)
        if more:
            del rows[query.limit :]
        if query.cursor is not None and query.cursor.backwards:
            rows.reverse()
        if not rows:
            return Found([], total, more=more)
        first, last = (
            write_cursor(query.sort, [row.get(f"k{n}") for n in range(len(query.sort))], row["_id"])
            for row in (rows[0], rows[-1])
        )
        found = [as_record(row, latest=row["_id"] not in behind) for row in rows]
        return Found(found, total, first, last, more)

    # -- writing

    async def create(
        self,
        collection: Collection,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
        once: Once | None = None,
    ) -> Created:
        left = patience.left(self._patience)
        await self._numbering.hold(left)
        records, table = await self._written(collection, left)
        create = writes.create(records, table, self._clock, draft, scope, events, once)
        return await self._lane.run(create, left)

    async def replace(
        self,
        collection: Collection,
        seen: Record,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
    ) -> Record:
        left = patience.left(self._patience)
        records, table = await self._written(collection, left)
        change = writes.replace(records, table, self._clock, seen, draft, scope, events)
        try:
            return await self._lane.run(change, left)
        except Stale:
            # Those who lost a race begin the next one at different moments.
            await asyncio.sleep(_chance.uniform(0, _STEP_ASIDE))
            raise

    async def delete(
        self,
        collection: Collection,
        seen: Sequence[Record],
        scope: Scope,
        events: Sequence[Event] = (),
    ) -> None:
        if not seen:
            return
        left = patience.left(self._patience)
        records, table = await self._written(collection, left)
        if len(seen) == 1:
            removal = writes.delete(records, table, self._clock, seen[0], scope, events)
        else:
            removal = several.delete_all(records, table, self._clock, seen, scope, events)
        await self._lane.run(removal, left)

    async def recall(self, collection: Collection, once: Once) -> Created | None:
        left = patience.left(self._patience)
        records, _ = await self._written(collection, left)
        return await self._lane.run(writes.earlier(records, once, self._clock.now()), left)

    async def load(
        self,
        collection: Collection,
        drafts: Drafts,
        scope: Scope,
        *,
        replace: bool = False,
        raising: Raising | None = None,
    ) -> int:
        if not len(drafts):
            return 0
        _, table = await self._written(collection, BULK)
        work = loading.load(
            self._database, table, self._numbering, drafts, scope, raising, over=replace
        )
        return await self._lane.run(work, BULK)

    # -- the log of events

    async def settle(self) -> int:
        async with self._settling:
            return await self._lane.run(self._settled(), BULK)

    async def _settled(self) -> int:
        kinds = await self._prepared.used()
        if monotonic() - self._swept > EVERY:
            self._swept = monotonic()
            await sweep(self._database, kinds, self._clock.now())
        return await settle(self._open, self._logged, kinds, self._clock.now())

    async def events(self, after: int, limit: int) -> list[Logged]:
        return await self._lane.run(self._logged.read(after, limit), DEADLINE)

    async def last_event(self) -> int:
        return await self._lane.run(self._logged.last(), DEADLINE)

    async def forget_events(self, before: int, kept: Mapping[str, int]) -> int:
        return await self._lane.run(self._logged.forget(before, kept), BULK)

    async def trim_events(self, below: str, most: int) -> int:
        return await self._lane.run(self._logged.trim(below, most), BULK)

    @property
    def _logged(self) -> Log:
        if self._log is None or self._connection is None:
            raise Unavailable("the store is not open")
        return self._log

    # -- moving to another store

    async def kinds(self) -> list[str]:
        return list((await self._lane.run(self._prepared.used(), DEADLINE)).values())

    async def newest(self, collection: Collection) -> int:
        records = self._database[self._tables[collection.name].name]
        return await self._lane.run(moving.newest(records), BULK)

    async def export(
        self, collection: Collection, after: int, size: int
    ) -> AsyncIterator[list[Kept]]:
        found = moving.export(self._database[self._tables[collection.name].name], after, size)
        while rows := await self._lane.run(found.to_list(size), BULK):
            yield [moving.kept(row) for row in rows]

    async def import_(self, collection: Collection, records: Sequence[Kept]) -> None:
        _, table = await self._written(collection, BULK)
        await self._lane.run(moving.import_(self._database, table, records), BULK)

    async def import_events(self, events: Sequence[Logged], last: int) -> None:
        await self._lane.run(self._logged.import_(events, last), BULK)

    # -- administration

    async def indexes(self, *, apply: bool) -> list[IndexState]:
        tables = list(self._tables.values())
        return await self._lane.run(
            administration.indexes(self._database, tables, apply=apply), BULK
        )

    async def shard(self, *, apply: bool) -> list[ShardState]:
        tables = list(self._tables.values())
        return await self._lane.run(administration.shard(self._database, tables, apply=apply), BULK)


async def _has_entries(database: Database) -> bool:
    return await database[CATALOGUE].find_one({}) is not None
