"""The MongoDB store: one database shared by all processes of all machines."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from random import SystemRandom
from time import monotonic

from persistence.administration import IndexState, ShardState
from persistence.cursors import follows, one_more, write_cursor
from persistence.errors import Missing, Stale, TooSlow, Unavailable, Unusable
from persistence.mongo import indexing, loading, moving, patience, several, writes
from persistence.mongo.clock import Clock
from persistence.mongo.connection import Connection, Database
from persistence.mongo.events import Log, settle
from persistence.mongo.lane import Lane, Late
from persistence.mongo.latest import Records, overtaken
from persistence.mongo.names import CATALOGUE
from persistence.mongo.pages import Listing, listing, visible
from persistence.mongo.preparing import Preparation
from persistence.mongo.records import IDENTITY, Stored, as_record
from persistence.mongo.sweep import EVERY, sweep
from persistence.mongo.tables import Table
from persistence.mongo.translate import Translation
from persistence.store import (
    Collection,
    Created,
    Draft,
    Event,
    Found,
    Kept,
    Logged,
    Once,
    Record,
    Scope,
)
from persistence.urls import without_password
from tmf_apis.tmf630.query import Query

#: Seconds a list may take (D13), what is about one record, and what moves many.
DEADLINE = 5.0
PATIENCE = 1.8
BULK = 600.0
#: Seconds the client waits beyond a deadline that the server keeps.
_GRACE = 0.1
#: Seconds to wait at most after a lost race.
_STEP_ASIDE = 0.05
_chance = SystemRandom()
#: Rows that one command brings at most, where a client asks for all.
_ROWS = 1_000


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
        self._lane = Lane()
        self._settling = asyncio.Lock()
        self._swept = -EVERY
        self._connection: Connection | None = None
        self._preparation: Preparation | None = None
        self._log: Log | None = None

    async def exists(self) -> bool:
        connection = Connection(self._url)
        try:
            await connection.check()
            async with self._lane.enter(DEADLINE):
                return await connection.database[CATALOGUE].find_one({}) is not None
        finally:
            await connection.close()

    async def open(self, collections: Sequence[Collection]) -> None:
        connection = Connection(self._url)
        try:
            await connection.check()
            tables = [Table(c, sharded=connection.sharded) for c in collections]
            preparation = Preparation(connection.database, tables)
            async with self._lane.enter(BULK):
                await preparation.begin()
        except Unusable:
            await connection.close()
            raise
        except Unavailable as error:
            await connection.close()
            raise Unusable(f"{without_password(self._url)}: {error}") from error
        self._tables = {table.collection.name: table for table in tables}
        self._connection, self._preparation = connection, preparation
        self._log = Log(connection)

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if self._preparation is not None:
            await self._preparation.end()
        if connection is not None:
            await connection.close()

    async def ping(self) -> None:
        async with self._lane.enter(self._patience):
            now = {"$max": {"at": self._clock.now()}}
            await self._database[CATALOGUE].update_one({"_id": "ping"}, now, upsert=True)

    @property
    def _open(self) -> Connection:
        if self._connection is None:
            raise Unavailable("the store is not open")
        return self._connection

    @property
    def _database(self) -> Database:
        return self._open.database

    @property
    def _prepared(self) -> Preparation:
        if self._preparation is None or self._connection is None:
            raise Unavailable("the store is not open")
        return self._preparation

    async def _written(self, collection: Collection) -> tuple[Records, Table]:
        """Where a collection's records are written to, ready for them."""
        table = self._tables[collection.name]
        records = self._database[table.name]
        await self._prepared.writing(table)
        return records, table

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
            async with self._lane.enter(self._patience):
                cursor = self._database[table.name].find(wanted, IDENTITY, batch_size=_ROWS)
                if version is None:
                    cursor = cursor.sort([("rank", -1), ("_id", -1)])
                rows = await cursor.limit(limit).max_time_ms(_milliseconds(DEADLINE)).to_list()
                if version is None:
                    behind = frozenset(row["_id"] for row in rows[1:])
                else:
                    behind = await overtaken(self._database[table.name], table, rows, scope)
        return [as_record(row, latest=row["_id"] not in behind) for row in rows]

    async def find(self, collection: Collection, query: Query, scope: Scope) -> Found:
        table = self._reading(collection)
        asked = one_more(query)
        commands = listing(table, asked, scope)
        try:
            async with self._lane.enter(self._deadline + _GRACE):
                rows, total = await self._page(table, commands, asked)
                behind = await overtaken(self._database[table.name], table, rows, scope)
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
        records = [as_record(row, latest=row["_id"] not in behind) for row in rows]
        return Found(records, total, first, last, more)

    async def _page(
        self, table: Table, commands: Listing, query: Query
    ) -> tuple[list[Stored], int]:
        """The rows of a page and the total. The page alone tells the total when it is the last."""
        records = self._database[table.name]
        limit = _milliseconds(self._deadline)
        rows: list[Stored] = []
        if query.limit != 0:
            size = min(query.limit or _ROWS, _ROWS) + 1
            cursor = await records.aggregate(commands.page, batchSize=size, maxTimeMS=limit)
            rows = await cursor.to_list()
        last = query.limit is None or len(rows) < query.limit
        if last and query.cursor is None and (rows or not query.offset):
            return rows, query.offset + len(rows)
        return rows, await records.count_documents(commands.where, maxTimeMS=limit)

    # -- writing

    async def create(
        self,
        collection: Collection,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
        once: Once | None = None,
    ) -> Created:
        async with self._lane.enter(patience.left(self._patience)):
            records, table = await self._written(collection)
            return await writes.create(records, table, self._clock, draft, scope, events, once)

    async def replace(
        self,
        collection: Collection,
        seen: Record,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
    ) -> Record:
        async with self._lane.enter(patience.left(self._patience)):
            records, table = await self._written(collection)
            try:
                return await writes.replace(records, table, self._clock, seen, draft, scope, events)
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
        async with self._lane.enter(patience.left(self._patience)):
            records, table = await self._written(collection)
            if len(seen) == 1:
                await writes.delete(records, table, self._clock, seen[0], scope, events)
            elif seen:
                await several.delete_all(records, table, self._clock, seen, scope, events)

    async def load(
        self,
        collection: Collection,
        drafts: Sequence[Draft],
        scope: Scope,
        *,
        replace: bool = False,
        events: Sequence[Sequence[Event]] = (),
    ) -> int:
        if not drafts:
            return 0
        async with self._lane.enter(BULK):
            _, table = await self._written(collection)
            return await loading.load(
                self._database, table, self._clock, drafts, scope, events, over=replace
            )

    # -- the log of events

    async def settle(self) -> int:
        async with self._settling, self._lane.enter(BULK):
            log, kinds = self._logged, await self._prepared.used()
            if monotonic() - self._swept > EVERY:
                self._swept = monotonic()
                await sweep(self._database, kinds, self._clock.now())
            return await settle(self._open, log, kinds, self._clock.now())

    async def events(self, after: int, limit: int) -> list[Logged]:
        async with self._lane.enter(DEADLINE):
            return await self._logged.read(after, limit)

    async def last_event(self) -> int:
        async with self._lane.enter(DEADLINE):
            return await self._logged.last()

    async def forget_events(self, before: int, kept: Mapping[str, int]) -> int:
        async with self._lane.enter(BULK):
            return await self._logged.forget(before, kept)

    async def trim_events(self, below: str, most: int) -> int:
        async with self._lane.enter(BULK):
            return await self._logged.trim(below, most)

    @property
    def _logged(self) -> Log:
        if self._log is None or self._connection is None:
            raise Unavailable("the store is not open")
        return self._log

    # -- moving to another store

    async def kinds(self) -> list[str]:
        async with self._lane.enter(DEADLINE):
            return list((await self._prepared.used()).values())

    async def newest(self, collection: Collection) -> int:
        async with self._lane.enter(BULK):
            return await moving.newest(self._database[self._tables[collection.name].name])

    async def export(
        self, collection: Collection, after: int, size: int
    ) -> AsyncIterator[list[Kept]]:
        found = moving.export(self._database[self._tables[collection.name].name], after, size)
        while True:
            async with self._lane.enter(BULK):
                rows = await found.to_list(size)
            if not rows:
                return
            yield [moving.kept(row) for row in rows]

    async def import_(self, collection: Collection, records: Sequence[Kept]) -> None:
        async with self._lane.enter(BULK):
            _, table = await self._written(collection)
            await moving.import_(self._database, table, records)

    async def import_events(self, events: Sequence[Logged], last: int) -> None:
        async with self._lane.enter(BULK):
            await self._logged.import_(events, last)

    # -- administration

    async def indexes(self, *, apply: bool) -> list[IndexState]:
        async with self._lane.enter(BULK):
            tables = list(self._tables.values())
            return await indexing.indexes(self._database, tables, apply=apply)

    async def shard(self, *, apply: bool) -> list[ShardState]:
        async with self._lane.enter(BULK):
            names = [table.name for table in self._tables.values()]
            return await indexing.shard(self._database, names, apply=apply)


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
