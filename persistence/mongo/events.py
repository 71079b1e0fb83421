"""The log of events, and the relay that moves events into it from beside their records (D1).

The numbers of the log have no gaps: number n is only ever put in after n - 1 was there. So
several relays may work at once: of two that take the same number one is refused and looks again,
and an event never appears below a number that was given out. The key of an event says which
change raised it; the log holds each key once, so a relay that was killed between logging and
clearing does no harm.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping, Sequence
from contextlib import aclosing

from pymongo import ASCENDING, DESCENDING, DeleteMany, IndexModel, UpdateMany
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

from persistence.mongo import beside, failures, names
from persistence.mongo.connection import Connection, Stored
from persistence.mongo.links import Chain
from persistence.packing import packed, unpacked
from persistence.room import ROOM, within
from persistence.store import Logged

logger = logging.getLogger(__name__)

#: Seconds to wait when another relay was first.
_STEP_ASIDE = 0.01
#: Records that are looked at in one round, and that one step clears: each event of theirs is held
#: against all of that step's, and others wait for the step.
ROUND, PART = 200, 20
#: Where in an event its body is.
_BODY = Logged._fields.index("body")
#: The document that keeps the greatest number of the log when its events are forgotten.
_FLOOR = "floor"
_INDEXES = [
    IndexModel([("key", ASCENDING)], name="key", unique=True),
    IndexModel([("raised", ASCENDING)], name="raised"),
    IndexModel([("kind", ASCENDING), ("_id", ASCENDING)], name="kind"),
]


class Log:
    """The append-only log of all events of a database."""

    def __init__(self, connection: Connection) -> None:
        # What a failover may take back is not read, or its numbers would be given out twice.
        read = ReadConcern("majority" if connection.replicated else "local")
        self._database = connection.database
        self._events: AsyncCollection[Stored] = self._database.get_collection(
            names.EVENTS, read_concern=read
        )
        self._prepared = False
        #: A number that was given out; the greatest as far as this process knows.
        self._last = 0

    async def prepare(self) -> None:
        """Make the indexes of the log, once in a process."""
        if not self._prepared:
            await self._events.create_indexes(_INDEXES)
            self._prepared = True

    async def read(self, after: int, limit: int) -> list[Logged]:
        """The events behind a number. One command; two where nothing follows at once, be it
        that nothing does or that what did is forgotten.
        """
        return await self._between({"$gt": after, "$lte": after + limit}, limit) or (
            await self._between({"$gt": after}, limit)
        )

    async def _between(self, numbers: Stored, limit: int) -> list[Logged]:
        found = self._events.find({"_id": numbers}, batch_size=limit + 1)
        async with found, aclosing(_logged(found.sort("_id", ASCENDING).limit(limit))) as events:
            taken, _ = await within(events, _BODY, ROOM)
        return taken

    async def last(self) -> int:
        """The greatest number that was ever given out, or 0."""
        later = {"_id": {"$gt": self._last}}
        newest = await self._events.find_one(later, {"_id": 1}, sort=[("_id", DESCENDING)])
        if newest is not None:
            self._last = int(newest["_id"])
        elif self._last == 0:
            floor = await self._database[names.CATALOGUE].find_one({"_id": _FLOOR})
            self._last = int(floor["sequence"]) if floor else 0
        return self._last

    async def forget(self, before: int, kept: Mapping[str, int]) -> int:
        """Drop what was raised before an instant, of kinds below a path in `kept` only up to the
        number there; how many. The numbers are not used again.
        """
        await self._keep_floor()
        old: Stored = {"raised": {"$lt": before}}
        if kept:
            old["$nor"] = [_below(path) | {"_id": {"$gt": n}} for path, n in kept.items()]
        return (await self._events.delete_many(old)).deleted_count

    async def trim(self, below: str, most: int) -> int:
        """Drop the oldest events of the kinds below a path beyond so many; how many."""
        first = await self._events.find_one({}, {"_id": 1}, sort=[("_id", ASCENDING)])
        if first is None or await self.last() - first["_id"] < most:
            return 0
        newest = self._events.find(_below(below), {"_id": 1}).sort("_id", DESCENDING)
        surplus = await newest.skip(most).limit(1).to_list()
        if not surplus:
            return 0
        await self._keep_floor()
        old = _below(below) | {"_id": {"$lte": surplus[0]["_id"]}}
        return (await self._events.delete_many(old)).deleted_count

    async def _keep_floor(self) -> None:
        """Have the greatest number remembered when its event goes."""
        floor = {"$max": {"sequence": await self.last()}}
        await self._database[names.CATALOGUE].update_one({"_id": _FLOOR}, floor, upsert=True)

    async def append(self, events: Sequence[Stored]) -> int:
        """Put events behind the others, but for those it has; how many were put in."""
        added = 0
        if events:
            await self.prepare()
        while events and (missing := await self._missing(events)):
            some = beside.at_once(missing)
            whole = await self._whole(some)
            last = await self.last()
            numbered = [{"_id": last + n, **event} for n, event in enumerate(whole, start=1)]
            try:
                if numbered:
                    await self._events.insert_many(numbered)
            except BulkWriteError as error:
                added += error.details["nInserted"]
                if not failures.only_duplicates(error):
                    raise
                await asyncio.sleep(_STEP_ASIDE)  # The other's events may not be for good yet.
                continue
            added += len(numbered)
            events = missing[len(some) :]
        return added

    async def import_(self, events: Sequence[Logged], last: int) -> None:
        """Put in events of another store under their numbers; later ones come above `last`."""
        await self.prepare()
        if events:
            await self._events.insert_many(
                {
                    "_id": event.sequence,
                    "key": f"copied#{event.sequence}",
                    "kind": event.collection,
                    "resource": event.id,
                    "type": event.type,
                    "raised": event.raised,
                    "body": packed(event.body),
                }
                for event in events
            )
        floor = {"$max": {"sequence": last}}
        await self._database[names.CATALOGUE].update_one({"_id": _FLOOR}, floor, upsert=True)

    async def _whole(self, events: Sequence[Stored]) -> list[Stored]:
        """Events with their bodies, also with those that stand beside their records."""
        bodies = await beside.bodies(self._database, events)
        away = [event for event in events if "beside" in event and event["beside"] not in bodies]
        if away:
            # Another relay has logged them and tidied up.
            for lost in await self._missing(away):
                logger.error("the body of the event %s is not there", lost["key"])
        return [beside.with_body(event, bodies) for event in events if event not in away]

    async def _missing(self, events: Sequence[Stored]) -> list[Stored]:
        keys = [event["key"] for event in events]
        known = {e["key"] async for e in self._events.find({"key": {"$in": keys}}, {"key": 1})}
        return [event for event in events if event["key"] not in known]


async def _logged(rows: AsyncIterable[Stored]) -> AsyncGenerator[Logged, None]:
    """The events of rows, each unpacked when it is asked for."""
    async for e in rows:
        body = unpacked(e["body"])
        yield Logged(e["_id"], e["kind"], e["resource"], e["type"], e["raised"], body)


def _below(path: str) -> Stored:
    """The kinds below a path; 0 follows the slash."""
    return {"kind": {"$gte": f"{path}/", "$lt": f"{path}0"}}


async def settle(
    connection: Connection, log: Log, chain: Chain | None, kinds: dict[str, str], now: int
) -> int:
    """Move what waits beside records since before `now` into the log, and entries into the chain;
    how many events.

    What comes meanwhile is left for the next time, so that this ends however much comes.
    `kinds` gives the name of the store collection for each collection of the database.
    """
    moved = 0
    while kinds:
        rows = await _waiting(connection, kinds)
        events = _in_order(rows)
        if chain is not None:
            await chain.append([event for event in events if event["kind"] == chain.kind])
            events = [event for event in events if event["kind"] != chain.kind]
        moved += await log.append(events)
        await _clear(connection, rows)
        if len(rows) < ROUND or rows[-1]["waits"] > now:
            break
    return moved


async def _waiting(connection: Connection, kinds: dict[str, str]) -> list[Stored]:
    """Records that wait for the relay, the longest waiting first."""
    first, *others = (_waiting_in(kind) for kind in kinds.values())
    unions: list[Stored] = [
        {"$unionWith": {"coll": name, "pipeline": stages}}
        for name, stages in zip(list(kinds)[1:], others, strict=True)
    ]
    pipeline = [*first, *unions, {"$sort": {"waits": 1}}, {"$limit": ROUND}]
    cursor = await connection.database[next(iter(kinds))].aggregate(pipeline, batchSize=ROUND + 1)
    return await cursor.to_list()


def _waiting_in(kind: str) -> list[Stored]:
    shown = {"waits": 1, "resource": 1, "events": 1, "gone": 1, "kind": {"$literal": kind}}
    return [{"$match": {"waits": {"$gt": 0}}}, {"$limit": ROUND}, {"$project": shown}]


def _in_order(rows: Iterable[Stored]) -> list[Stored]:
    """The events of records by when they were raised; those of one record as they follow."""
    events = [
        {**event, "kind": event.get("kind", row["kind"]), "resource": row["resource"]}
        for row in rows
        for event in row.get("events", ())
    ]
    return sorted(events, key=lambda event: event["raised"])


async def _clear(connection: Connection, rows: Iterable[Stored]) -> None:
    """Take logged events from beside their records, and away what was only kept for them."""
    by_kind: dict[str, list[Stored]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    for kind, cleared in by_kind.items():
        name = names.collection_name(kind)
        await connection.database[name].bulk_write(_clearing(cleared), ordered=True)
        waited = (event for row in cleared for event in row.get("events", ()))
        await beside.remove(connection.database, waited)


def _clearing(rows: Sequence[Stored]) -> list[UpdateMany | DeleteMany]:
    """A few steps for all records of a collection, not one for each: so the relay keeps up."""
    parts = [rows[start : start + PART] for start in range(0, len(rows), PART)]
    return [step for steps in zip(*map(_clearing_part, parts), strict=True) for step in steps]


def _clearing_part(rows: Sequence[Stored]) -> tuple[DeleteMany, UpdateMany, UpdateMany]:
    keys = [event["key"] for row in rows for event in row.get("events", ())]
    others = {"$elemMatch": {"key": {"$nin": keys}}}
    told = {"events": {"$not": others}, "going": {"$exists": False}}
    seen = {"_id": {"$in": [row["_id"] for row in rows]}}
    gone = {"_id": {"$in": [row["_id"] for row in rows if "gone" in row]}}
    unused = {"gone": {"$exists": True}, "once": {"$exists": False}}
    return (
        DeleteMany({**gone, **told, **unused}),
        UpdateMany({**seen, **told}, {"$unset": {"waits": 1, "events": 1}}),
        # What is left got more events since it was read, or is about to go.
        UpdateMany(
            {**seen, "events.key": {"$in": keys}}, {"$pull": {"events": {"key": {"$in": keys}}}}
        ),
    )
