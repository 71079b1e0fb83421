"""The embedded store: one SQLite file shared by all workers of a machine."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from collections.abc import Collection as Keys
from functools import partial
from pathlib import Path
from time import monotonic, time
from typing import Any

from persistence import arrival
from persistence.cursors import one_more, trim, write_cursor
from persistence.errors import Missing, StoreError, TooSlow, Unusable, named
from persistence.forgetting import Remembered
from persistence.sqlite import forgetting, links, loading, log, moving, writes
from persistence.sqlite.committing import Work
from persistence.sqlite.connection import connect
from persistence.sqlite.engine import errors
from persistence.sqlite.file import Watch, refuse_log_of_another
from persistence.sqlite.health import Pulse
from persistence.sqlite.joining import alone, join, note_twins
from persistence.sqlite.loading_steps import given_up
from persistence.sqlite.pages import Outdated, Page, page
from persistence.sqlite.places import why_not
from persistence.sqlite.reader import DEADLINE, Reader
from persistence.sqlite.statements import addressed, listing
from persistence.sqlite.tables import Table, prepare
from persistence.sqlite.timed import Overdue
from persistence.sqlite.unseen import read_again
from persistence.sqlite.writer import Writer
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

logger = logging.getLogger(__name__)

#: Seconds between two looks for loads that were given up.
SWEEP = 60.0
#: More rows than an id has versions.
_ALL = 1 << 30


class SqliteStore:
    """The store contract over an SQLite file; see `persistence.store.Store`.

    `deadline` is how many seconds a read may take. The file is locked by the key in the file `key`,
    if one is given.
    """

    def __init__(self, path: Path, deadline: float = DEADLINE, key: Path | None = None) -> None:
        self._path = path
        self._key = key
        self._deadline = deadline
        self._tables: dict[str, Table] = {}
        self._reader: Reader | None = None
        self._watch = Watch(path)
        self._writer = Writer(path, self._watch, key)
        self._pulse = Pulse(path, self._writer.write, self._watch, key)
        self._sweep: asyncio.Task[None] | None = None
        self._swept = -SWEEP

    async def exists(self) -> bool:
        return os.path.exists(self._path)  # Of a folder that may not be read as well.

    async def open(self, collections: Sequence[Collection], *, joining: bool = False) -> None:
        refuse_log_of_another(self._path)
        connection = connect(self._path, key=self._key, make=True)
        try:
            check = partial(note_twins, joining=joining)
            tables = prepare(connection, collections, check)
        except errors() as error:
            raise Unusable(why_not(self._path, error, self._key)) from error
        except Unusable as error:
            raise type(error)(f"{self._path}: {error}") from error
        finally:
            connection.close()
        self._tables = {table.collection.name: table for table in tables}
        self._watch.begin()
        self._reader = Reader(self._path, self._watch, self._deadline, self._key)
        self._writer.start()

    async def close(self) -> None:
        if self._sweep is not None:
            self._sweep.cancel()
            await asyncio.gather(self._sweep, return_exceptions=True)
        self._writer.stop()
        if self._reader is not None:
            self._reader.close()

    async def ping(self) -> None:
        await self._pulse.feel(table.records for table in self._tables.values())

    @property
    def _read(self) -> Reader:
        if self._reader is None:
            raise Unusable("the store is not open")
        return self._reader

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
        rows = self._addressed(collection, id, scope, version, most=1, twin=twin)
        if not rows:
            raise Missing(named(id, version))
        return _with_twin(rows[0]) if twin else _record(rows[0])

    async def versions(
        self, collection: Collection, id: str, scope: Scope, *, twin: bool = False
    ) -> list[Record]:
        rows = self._addressed(collection, id, scope, None, most=_ALL, twin=twin)
        return [_with_twin(row) if twin else _record(row) for row in rows]

    def _addressed(
        self,
        collection: Collection,
        id: str,
        scope: Scope,
        version: str | None,
        *,
        most: int,
        twin: bool,
    ) -> list[Any]:
        """The rows of an id, or the one of a version, latest first."""
        table = self._tables[collection.name]
        sql, parameters = addressed(table, id, scope, version, twin=twin)
        rows = self._read.now(
            lambda connection: connection.execute(sql, parameters).fetchmany(most)
        )
        if rows and max(rows)[0] > table.seen:  # Rows begin with their keys.
            statement = partial(addressed, table, id, scope, version, twin=twin)
            rows, seen = self._read.now(read_again(table.records, statement))
            table.seen = max(table.seen, seen)
        return rows

    async def find(self, collection: Collection, query: Query, scope: Scope) -> Found:
        asked = one_more(query)
        rows, total, cut = await self._page(self._tables[collection.name], asked, scope)
        more = trim(query, rows, total, cut=cut)
        if not rows:
            return Found([], total, more=more)
        first, last = (write_cursor(query.sort, row[7:], row[0]) for row in (rows[0], rows[-1]))
        return Found([_record(row) for row in rows], total, first, last, more)

    async def _page(self, table: Table, query: Query, scope: Scope) -> Page:
        """A page of what reads see at one moment."""
        while True:
            unseen = table.unseen
            statements = listing(table, query, scope, unseen)
            try:
                return await self._read.run(
                    partial(page, statements=statements, unseen=unseen, query=query),
                    arrival.until(self._deadline), statements.page.sql, kept=statements.is_kept,
                )  # fmt: skip
            except Outdated as error:
                table.unseen = error.unseen
            except Overdue as error:
                raise TooSlow(statements.scanned) from error

    def _write(self, work: Work) -> Awaitable[Any]:
        """What the write of one record returns."""
        write = self._writer.write_for_client if arrival.is_of_client() else self._writer.ride
        return write(work)

    async def create(
        self,
        collection: Collection,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
        once: Once | None = None,
    ) -> Created:
        table = self._tables[collection.name]
        created: Created = await self._write(writes.create(table, draft, scope, events, once))
        return created

    async def replace(
        self,
        collection: Collection,
        seen: Record,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
    ) -> Record:
        table = self._tables[collection.name]
        record: Record = await self._write(writes.replace(table, seen, draft, scope, events))
        return record

    async def delete(
        self,
        collection: Collection,
        seen: Sequence[Record],
        scope: Scope,
        events: Sequence[Event] = (),
    ) -> None:
        table = self._tables[collection.name]
        await self._write(writes.delete(table, seen, scope, events))

    async def recall(self, collection: Collection, once: Once) -> Created | None:
        # As a write, so that what is being written now counts.
        known: Created | None = await self._writer.write(partial(writes.earlier, once=once))
        return known

    async def load(
        self,
        collection: Collection,
        drafts: Drafts,
        scope: Scope,
        *,
        replace: bool = False,
        raising: Raising | None = None,
    ) -> int:
        table = self._tables[collection.name]
        return await loading.load(self._writer.write, table, drafts, scope, raising, over=replace)

    async def settle(self) -> int:
        if monotonic() - self._swept > SWEEP and (self._sweep is None or self._sweep.done()):
            self._swept = monotonic()
            self._sweep = asyncio.create_task(self._sweep_loads())
        return 0

    async def _sweep_loads(self) -> None:
        """Finish or undo what loads have left whose process is gone."""
        try:
            found = self._read.now(given_up)
            await loading.sweep(self._writer.write, found, self._tables)
        except StoreError as error:
            logger.warning("loads that were given up: %s", error)

    async def events(self, after: int, limit: int) -> list[Logged]:
        return await self._read.run(log.after(after, limit))

    async def last_event(self) -> int:
        row = self._read.now(
            lambda connection: connection.execute(
                "SELECT seq FROM sqlite_sequence WHERE name = 'event'"
            ).fetchone()
        )
        return int(row[0]) if row else 0

    async def forget_events(self, before: int, kept: Mapping[str, int]) -> int:
        return await log.forget(self._read, self._writer, before, kept)

    async def trim_events(self, below: str, most: int) -> int:
        return await log.trim(self._read, self._writer, below, most)

    # -- the chain

    async def link(self, making: Making) -> None:
        await self._write(links.link(self._chain, making, int(time() * 1_000_000)))

    async def unlink(self, below: int) -> int:
        dropped = 0
        while count := await self._writer.ride(links.unlink(self._chain, below)):
            dropped += count
        return dropped

    @property
    def _chain(self) -> Table:
        chain = next((table.chain for table in self._tables.values()), None)
        if chain is None:
            raise Unusable("the store was opened without a chain")
        return chain

    # -- moving to another store

    async def kinds(self) -> list[str]:
        return await self._read.run(moving.kinds)

    async def newest(self, collection: Collection) -> int:
        return await self._read.run(moving.newest(self._tables[collection.name]))

    async def export(
        self, collection: Collection, after: int, size: int
    ) -> AsyncIterator[list[Kept]]:
        table = self._tables[collection.name]
        while batch := await self._read.run(moving.export(table, after, size)):
            yield batch
            after = batch[-1].key

    async def alone(
        self, collection: Collection, after: int, size: int
    ) -> AsyncIterator[list[Kept]]:
        table = self._tables[collection.name]
        while batch := await self._read.run(alone(table, after, size)):
            yield batch
            after = batch[-1].key

    async def join(self, collection: Collection, joints: Sequence[Joint], scope: Scope) -> None:
        await self._writer.write(join(self._tables[collection.name], joints, scope))

    async def import_(self, collection: Collection, records: Sequence[Kept]) -> None:
        await self._writer.write(moving.import_(self._tables[collection.name], records))

    async def import_events(self, events: Sequence[Logged], last: int) -> None:
        await self._writer.write(moving.import_events(events, last))

    # -- letting go

    async def remembered(self) -> AsyncIterator[list[Remembered]]:
        after = ""
        while some := await self._read.run(forgetting.remembered(after)):
            yield some
            after = some[-1].key

    async def forget_remembered(self, keys: Keys[str]) -> None:
        await self._writer.write(forgetting.forget_remembered(keys))

    async def amend_events(self, events: Sequence[Logged]) -> None:
        await self._writer.write(forgetting.amend_events(events))

    async def compact(self) -> None:
        await asyncio.to_thread(forgetting.compact, self._path, self._key)

    async def traces(self, texts: Sequence[bytes]) -> set[bytes]:
        packed = await self._read.run(forgetting.packed_events(texts))
        return packed | await asyncio.to_thread(forgetting.traces, self._path, texts)


def _record(row: Sequence[Any]) -> Record:
    key, id, version, n, body, modified, latest = row[:7]
    # As `Record(…)` does it, without its two calls: a page has hundreds of them.
    values = key, id.decode(), version.decode(), n, body, modified, latest == 1, None, None
    return tuple.__new__(Record, values)


def _with_twin(row: Sequence[Any]) -> Record:
    """The record with the other face that ends its row, if it has one."""
    twin, memory = row[7:] if len(row) > 7 else (None, None)
    return _record(row)._replace(twin=twin, memory=memory)
