"""Reads of records: those of an id, and the page of a list with its total."""

from collections.abc import Hashable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from time import monotonic
from typing import NamedTuple

from pymongo.asynchronous.client_session import AsyncClientSession

from persistence import arrival
from persistence.cursors import one_more, trim, write_cursor
from persistence.errors import TooSlow, Unsupported
from persistence.mongo import patience
from persistence.mongo.bulky import whole
from persistence.mongo.connection import Database
from persistence.mongo.failures import Late
from persistence.mongo.latest import Place, overtaken
from persistence.mongo.opened import Opened
from persistence.mongo.pages import Listing, listing, visible
from persistence.mongo.records import Stored, as_record
from persistence.mongo.tables import Table
from persistence.mongo.totals import Totals, moment
from persistence.mongo.translate import Translation
from persistence.room import within
from persistence.store import Collection, Found, Record, Scope
from tmf_apis.tmf630.query import Query
from tmf_apis.tmf630.version_order import rank

#: Seconds the client waits beyond a deadline that the server keeps.
_GRACE = 0.1
#: Rows that one command brings at most, where a client asks for all.
_ROWS = 1_000
#: Seconds from which on a list is long.
_LONG = 0.1


class _Page(NamedTuple):
    """The documents of a page, how many match in all, the keys of those that are not the latest
    version of their id, and whether it ends for want of room.
    """

    rows: list[Stored]
    total: int
    behind: frozenset[int]
    cut: bool


async def addressed(
    opened: Opened,
    collection: Collection,
    id: str,
    scope: Scope,
    version: str | None,
    *,
    limit: int,
    seconds: float,
    twin: bool,
) -> list[Record]:
    """The records of an id, or its one of a version, latest first (R-1305); 0 is no limit. With
    `twin` their other faces come with them.
    """
    tables = opened.reading(collection)
    wanted: Stored = {"resource": id, "space": scope.space}
    if version is not None:
        wanted["version"] = version
    with patience.counted():
        fetched = _of_id(opened.database, tables, wanted, scope, limit, twin=twin)
        rows, behind = await opened.lane.run(fetched, seconds)
    return [as_record(row, latest=row["_id"] not in behind) for row in rows]


async def found(
    opened: Opened, collection: Collection, query: Query, scope: Scope, deadline: float
) -> Found:
    """The page of a list, within so many seconds of the arrival of a client's request.

    Raises `TooSlow`, and for clients `Busy` where too many wait for long lists.
    """
    table, *apart = opened.reading(collection)
    asked = one_more(query)
    commands = listing(table, asked, scope, *apart)
    shape = f"{collection.name} {' '.join(commands.scanned)}" if commands.scanned else ""
    until = monotonic() + arrival.left(deadline)
    try:
        async with _turn(opened, shape, until):
            began = monotonic()
            page = _page(opened.database, table, commands, asked, scope, opened.totals, until)
            left = until - began + _GRACE
            rows, total, behind, cut = await opened.lists.run(page, left, told_to_server=True)
            opened.trials.note(shape, short=monotonic() - began < _LONG)
    except (Late, TimeoutError) as error:
        opened.trials.failed(shape)
        raise TooSlow(commands.scanned) from error
    more = trim(query, rows, total, cut=cut)
    if not rows:
        return Found([], total, more=more)
    first, last = (
        write_cursor(query.sort, [row.get(f"k{n}") for n in range(len(query.sort))], row["_id"])
        for row in (rows[0], rows[-1])
    )
    shown = [as_record(row, latest=row["_id"] not in behind) for row in rows]
    return Found(shown, total, first, last, more)


def _turn(opened: Opened, shape: str, until: float) -> AbstractAsyncContextManager[None]:
    """The turn of a list by a moment: what was long a moment ago waits for one."""
    if not arrival.is_of_client() or opened.trials.is_worth(shape):
        return nullcontext()
    return opened.long.turn(arrival.client(), until)


async def _of_id(
    database: Database,
    tables: Sequence[Table],
    wanted: Stored,
    scope: Scope,
    limit: int,
    *,
    twin: bool,
) -> tuple[list[Stored], frozenset[int]]:
    """The documents of an id, latest first, and the keys of those that are not its latest version.
    One command; two where `wanted` names a version of several.
    """
    table, *apart = tables
    rows = await _of_id_in(database, table, wanted, scope, limit, twin=twin)
    for other in apart:
        rows += await _of_id_in(database, other, wanted, scope, limit, twin=False)
        rows.sort(key=_place, reverse=True)
    if "version" in wanted:
        return rows, await overtaken(database, table, rows, scope)
    return rows[: limit or None], frozenset(row["_id"] for row in rows[1:])


async def _of_id_in(
    database: Database, table: Table, wanted: Stored, scope: Scope, limit: int, *, twin: bool
) -> list[Stored]:
    translation = Translation(table.collection, table.mirror)
    where = wanted | visible(table, translation, scope, Query())
    cursor = database[table.name].find(where, table.shown(twin=twin), batch_size=_ROWS).limit(limit)
    if "version" not in wanted:
        cursor = cursor.sort([("rank", -1), ("_id", -1)])
    rows, _ = await whole(database, await cursor.to_list())
    return rows


def _place(row: Stored) -> Place:
    return Place(rank(row["version"]), row["_id"])


async def _page(
    database: Database,
    table: Table,
    commands: Listing,
    query: Query,
    scope: Scope,
    totals: Totals,
    until: float,
) -> _Page:
    """The page of a list until a moment, which the server is told; past it nothing more is asked.

    The page alone tells the total when it is the last. Raises `Unsupported` where a text is too
    long for a pattern, and `Late`.
    """
    async with totals.session() as session:
        for name, where in commands.too_long.items():
            looked = database[name].find(where, {"_id": 1}, session=session).limit(1)
            if await looked.max_time_ms(_milliseconds_to(until)).to_list():
                raise Unsupported(commands.refusal)
        rows: list[Stored] = []
        cut = False
        if query.limit != 0:
            size = min(query.limit or _ROWS, _ROWS) + 1
            limit = _milliseconds_to(until)
            cursor = await database[table.name].aggregate(
                commands.page, batchSize=size, maxTimeMS=limit, session=session
            )
            async with cursor:
                rows, cut = await within(cursor, "body", query.room)
            rows, short = await whole(database, rows, query.room)
            cut = cut or short
        last = not cut and (query.limit is None or len(rows) < query.limit)
        if last and query.cursor is None and (rows or not query.offset):
            total = query.offset + len(rows)
        else:
            key = (
                None
                if query.long
                else (table.collection.name, scope.space, scope.where, query.where)
            )
            total = await _counted(database, commands, key, totals, session, until)
    return _Page(rows, total, await overtaken(database, table, rows, scope), cut)


async def _counted(
    database: Database,
    commands: Listing,
    key: Hashable,
    totals: Totals,
    session: AsyncClientSession | None,
    until: float,
) -> int:
    """How many documents match: as counted before, if nothing was written since."""
    before = moment(session)
    known = totals.known(key, before)
    if known is not None:
        return known
    total = 0
    for name, where in commands.counts.items():
        limit = _milliseconds_to(until)
        total += await database[name].count_documents(where, maxTimeMS=limit, session=session)
    if key is not None and moment(session) == before:
        totals.keep(key, before, total)
    return total


def _milliseconds_to(until: float) -> int:
    """What is left until a moment, as the server takes it: never none, which would be no limit.

    Raises `Late` past it: nobody waits for what would be asked.
    """
    left = until - monotonic()
    if left <= 0:
        raise Late("no time is left to ask for more")
    return max(1, int(left * 1000))
