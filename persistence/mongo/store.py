"""The MongoDB store: one database shared by all processes of all machines."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from collections.abc import Collection as Keys
from random import SystemRandom
from time import monotonic

from persistence.administration import IndexState, ShardState
from persistence.errors import Missing, Stale, Unavailable, Unusable, named
from persistence.forgetting import Remembered
from persistence.mongo import (
    administration,
    forgetting,
    loading,
    moving,
    reads,
    several,
    uniting,
    writes,
)
from persistence.mongo.clock import Clock
from persistence.mongo.events import settle
from persistence.mongo.links import Chain
from persistence.mongo.names import CATALOGUE
from persistence.mongo.once import recall
from persistence.mongo.opened import Opened, has_entries, open_database
from persistence.mongo.patience import LEAST, Patience
from persistence.mongo.sweep import EVERY, sweep
from persistence.store import (
    Collection,
    Created,
    Draft,
    Drafts,
    Event,
    Found,
    Joint,
    Kept,
    Logged,
    Making,
    Once,
    Raising,
    Record,
    Scope,
)
from tmf_apis.tmf630.query import Query

#: Seconds a list may take (D13), what is about one record, and what moves many.
DEADLINE = 5.0
PATIENCE = 1.8
#: Seconds for the same when the server does it by itself.
OWN_PATIENCE = 30.0
BULK = 600.0
#: Seconds to wait at most after a lost race.
_STEP_ASIDE = 0.05
_chance = SystemRandom()


class MongoStore:
    """The store contract over a MongoDB database; see `persistence.store.Store`.

    `deadline` is how many seconds a list may take, `patience` what is about one record, and `own`
    that when no client waits for it.
    """

    def __init__(
        self,
        url: str,
        deadline: float = DEADLINE,
        patience: float = PATIENCE,
        own: float = OWN_PATIENCE,
    ) -> None:
        self._url = url
        self._patience = Patience(patience, own)
        self._deadline = deadline
        self._clock = Clock()
        self._settling = asyncio.Lock()
        self._swept = -EVERY
        self._opened: Opened | None = None

    async def exists(self) -> bool:
        return await has_entries(self._url, DEADLINE)

    async def open(self, collections: Sequence[Collection], *, joining: bool = False) -> None:
        self._opened = await open_database(
            self._url, collections, self._clock, self._deadline, joining=joining
        )

    async def close(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.close()

    async def ping(self) -> None:
        now = {"$max": {"at": self._clock.now()}}
        catalogue = self._open.database[CATALOGUE]
        await self._open.lane.run(
            catalogue.update_one({"_id": "ping"}, now, upsert=True), self._patience.client
        )

    @property
    def _open(self) -> Opened:
        if self._opened is None:
            raise Unavailable("the store is not open")
        return self._opened

    # -- reading

    async def get(
        self,
        collection: Collection,
        id: str,
        scope: Scope,
        version: str | None = None,
        *,
        twin: bool = False,
    ) -> Record:
        if version is None and not collection.versioned:
            version = ""
        found = await reads.addressed(
            self._open, collection, id, scope, version, limit=1,
            seconds=self._patience.allowed, twin=twin,
        )  # fmt: skip
        if not found:
            raise Missing(named(id, version))
        return found[0]

    async def versions(
        self, collection: Collection, id: str, scope: Scope, *, twin: bool = False
    ) -> list[Record]:
        return await reads.addressed(
            self._open, collection, id, scope, None, limit=0,
            seconds=self._patience.allowed, twin=twin,
        )  # fmt: skip

    async def find(self, collection: Collection, query: Query, scope: Scope) -> Found:
        return await reads.found(self._open, collection, query, scope, self._deadline)

    # -- writing

    async def create(
        self,
        collection: Collection,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
        once: Once | None = None,
    ) -> Created:
        opened = self._open
        left = self._patience.left()
        began = monotonic()
        await opened.slots.hold(left)
        left = max(left - (monotonic() - began), LEAST)
        records, table = await opened.writing_with(collection, events, left)
        create = writes.create(records, table, self._clock, draft, scope, events, once)
        return await opened.lane.run(create, left)

    async def replace(
        self,
        collection: Collection,
        seen: Record,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
    ) -> Record:
        opened = self._open
        left = self._patience.left()
        records, table = await opened.writing_with(collection, events, left)
        change = writes.replace(records, table, self._clock, seen, draft, scope, events)
        try:
            return await opened.lane.run(change, left)
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
        opened = self._open
        if not seen:
            return
        left = self._patience.left()
        records, table = await opened.writing_with(collection, events, left)
        if len(seen) == 1:
            removal = writes.delete(records, table, self._clock, seen[0], scope, events)
        else:
            removal = several.delete_all(records, table, self._clock, seen, scope, events)
        await opened.lane.run(removal, left)

    async def recall(self, collection: Collection, once: Once) -> Created | None:
        opened = self._open
        left = self._patience.left()
        records, table = await opened.writing(collection, left)
        recalled = recall(records, table, once, self._clock.now())
        return await opened.lane.run(recalled, left)

    async def load(
        self,
        collection: Collection,
        drafts: Drafts,
        scope: Scope,
        *,
        replace: bool = False,
        raising: Raising | None = None,
    ) -> int:
        opened = self._open
        if not len(drafts):
            return 0
        _, table = await opened.writing(collection, BULK)
        if raising is not None and opened.chain is not None:
            await opened.writing(opened.chain.collection, BULK)
        work = loading.load(
            opened.database, table, opened.slots, drafts, scope, raising, over=replace
        )
        return await opened.lane.run(work, BULK)

    # -- the log of events

    async def settle(self) -> int:
        async with self._settling:
            return await self._open.lane.run(self._settled(), BULK)

    async def _settled(self) -> int:
        opened = self._open
        kinds = await opened.preparation.used()
        if monotonic() - self._swept > EVERY:
            self._swept = monotonic()
            await sweep(opened.database, kinds, opened.tables, self._clock.now())
        return await settle(opened.connection, opened.log, opened.chain, kinds, self._clock.now())

    async def events(self, after: int, limit: int) -> list[Logged]:
        opened = self._open
        return await opened.lane.run(opened.log.read(after, limit), DEADLINE)

    async def last_event(self) -> int:
        opened = self._open
        return await opened.lane.run(opened.log.last(), DEADLINE)

    async def forget_events(self, before: int, kept: Mapping[str, int]) -> int:
        opened = self._open
        return await opened.lane.run(opened.log.forget(before, kept), BULK)

    async def trim_events(self, below: str, most: int) -> int:
        opened = self._open
        return await opened.lane.run(opened.log.trim(below, most), BULK)

    # -- the chain

    async def link(self, making: Making) -> None:
        opened, left = self._open, self._patience.left()
        chain = self._chain
        await opened.writing(chain.collection, left)
        await opened.lane.run(chain.link(making), left)

    async def unlink(self, below: int) -> int:
        return await self._open.lane.run(self._chain.unlink(below), BULK)

    @property
    def _chain(self) -> Chain:
        if (chain := self._open.chain) is None:
            raise Unusable("the store was opened without a chain")
        return chain

    # -- moving to another store

    async def kinds(self) -> list[str]:
        opened = self._open
        return await opened.lane.run(opened.preparation.kinds(), DEADLINE)

    async def newest(self, collection: Collection) -> int:
        opened = self._open
        table = opened.tables[collection.name]
        return await opened.lane.run(moving.newest(opened.database, table), BULK)

    async def export(
        self, collection: Collection, after: int, size: int
    ) -> AsyncIterator[list[Kept]]:
        opened = self._open
        database, table = opened.database, opened.tables[collection.name]
        while batch := await opened.lane.run(moving.export(database, table, after, size), BULK):
            yield batch
            after = batch[-1].key

    # -- joining what stands apart

    async def alone(
        self, collection: Collection, after: int, size: int
    ) -> AsyncIterator[list[Kept]]:
        opened = self._open
        database, table = opened.database, opened.tables[collection.name]
        while batch := await opened.lane.run(uniting.alone(database, table, after, size), BULK):
            yield batch
            after = batch[-1].key

    async def join(self, collection: Collection, joints: Sequence[Joint], scope: Scope) -> None:
        opened = self._open
        _, table = await opened.writing(collection, BULK)
        await opened.slots.hold(BULK)
        work = uniting.join(opened.database, table, self._clock, joints, scope)
        await opened.lane.run(work, BULK)

    async def import_(self, collection: Collection, records: Sequence[Kept]) -> None:
        opened = self._open
        _, table = await opened.writing(collection, BULK)
        database, now = opened.database, self._clock.now()
        if not table.prefix:
            await opened.lane.run(moving.import_(database, table, records, now), BULK)
            return
        for joined, some in await opened.lane.run(moving.runs(database, table, records), BULK):
            if joined:
                await opened.lane.run(moving.join(database, table, some, now), BULK)
            else:
                apart = await opened.standing_apart(table, BULK)
                await opened.lane.run(moving.import_(database, apart, some, now), BULK)

    async def import_events(self, events: Sequence[Logged], last: int) -> None:
        opened = self._open
        await opened.lane.run(opened.log.import_(events, last), BULK)

    # -- letting go

    async def remembered(self) -> AsyncIterator[list[Remembered]]:
        opened = self._open
        found = forgetting.remembered(opened.database, await self._used())

        async def following() -> list[Remembered] | None:
            return await anext(found, None)

        while (some := await opened.lane.run(following(), BULK)) is not None:
            yield some

    async def forget_remembered(self, keys: Keys[str]) -> None:
        opened = self._open
        work = forgetting.forget_remembered(opened.database, await self._used(), keys)
        await opened.lane.run(work, BULK)

    async def amend_events(self, events: Sequence[Logged]) -> None:
        opened = self._open
        await opened.lane.run(forgetting.amend_events(opened.database, events), BULK)

    async def compact(self) -> None:
        """Nothing: the server writes over what was used by itself (docs/privacy.md)."""

    async def traces(self, texts: Sequence[bytes]) -> set[bytes]:
        opened = self._open
        return await opened.lane.run(forgetting.traces(opened.database, texts), BULK)

    async def _used(self) -> list[str]:
        """The names in the database of the collections that hold records, or once did."""
        opened = self._open
        return list(await opened.lane.run(opened.preparation.used(), DEADLINE))

    # -- administration

    async def indexes(self, *, apply: bool) -> list[IndexState]:
        opened = self._open
        tables = opened.preparation.tables
        return await opened.lane.run(
            administration.indexes(opened.database, tables, apply=apply), BULK
        )

    async def shard(self, *, apply: bool) -> list[ShardState]:
        opened = self._open
        tables = opened.preparation.tables
        return await opened.lane.run(
            administration.shard(opened.database, tables, apply=apply), BULK
        )
