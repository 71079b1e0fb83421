"""Many records at once, all or none (D21), without a transaction.

They are put in unseen, under the name of the load. When all are in, the entry of the load is
marked complete: this one write decides. Then they are shown. A process that dies before leaves
records nobody sees, which are removed; one that dies after leaves some unseen, which are shown
(see `sweep`).
"""

from collections.abc import Iterator, Sequence
from itertools import islice, repeat
from typing import Any
from uuid import uuid4

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from persistence.errors import Duplicate, Unavailable
from persistence.mongo import names
from persistence.mongo.clock import Clock
from persistence.mongo.connection import Database
from persistence.mongo.failures import duplicate_at
from persistence.mongo.latest import Place, Records, gather, tops, touch
from persistence.mongo.records import Stored, new, pending
from persistence.mongo.tables import Table
from persistence.store import Draft, Event, Scope

#: A draft, and the events of its creation.
_Wanted = tuple[Draft, Sequence[Event]]

#: Records in one command.
BATCH = 500
#: How long a load may rest between two commands before it counts as given up, in microseconds.
RESTS = 60_000_000
#: What a load writes over when it takes the place of a record.
_OVER = ("rank", "body", "c", "m", "q", "mirror")


async def load(
    database: Database,
    table: Table,
    clock: Clock,
    drafts: Sequence[Draft],
    scope: Scope,
    events: Sequence[Sequence[Event]],
    *,
    over: bool,
) -> int:
    """Keep many records; `over` lets them take the place of existing ones. Raises `Duplicate`.

    Their events wait beside them, and for the relay when they are shown.
    """
    entry: Stored = {
        "_id": uuid4().hex, "name": table.name, "space": scope.space, "state": "loading",
        "versioned": table.collection.versioned, "until": clock.now() + RESTS,
    }  # fmt: skip
    loads = database[names.LOADS]
    await loads.insert_one(entry)
    wanted: list[_Wanted] = list(zip(drafts, events or repeat(()), strict=False))
    try:
        await _put_in(database, table, clock, _last_of_each(wanted) if over else wanted, scope,
                      entry["_id"], over=over)  # fmt: skip
        mine = {"_id": entry["_id"], "state": "loading"}
        decided = await loads.update_one(mine, {"$set": {"state": "complete"}})
        if decided.matched_count == 0:
            raise Unavailable("the load took too long and was given up")
    except BaseException:
        await discard(database, entry)
        raise
    await show(database, entry, clock.now())
    return len(drafts)


def _last_of_each(wanted: Sequence[_Wanted]) -> list[_Wanted]:
    return list({(draft.id, draft.version): (draft, events) for draft, events in wanted}.values())


async def _put_in(
    database: Database,
    table: Table,
    clock: Clock,
    wanted: Sequence[_Wanted],
    scope: Scope,
    load: str,
    *,
    over: bool,
) -> None:
    records = database[table.name]
    loads = database[names.LOADS]
    for batch in _batches(wanted):
        present = set()
        if over:
            ids = sorted({draft.id for draft, _ in batch})
            there = {"resource": {"$in": ids}, "space": scope.space, "live": scope.space}
            found = records.find(there, {"resource": 1, "version": 1})
            present = {(row["resource"], row["version"]) async for row in found}
        documents = []
        for draft, events in batch:
            now = clock.now()
            document = new(table, draft, scope, clock.key(now), now)
            document["load"] = load
            if (draft.id, draft.version) in present:
                # A number for a version, as in a tombstone: it does not stand in its own way.
                document |= {"over": draft.version, "version": document["_id"]}
            elif events:
                document["events"] = pending(table, document["_id"], 1, now, events)
            documents.append(document)
        try:
            await records.insert_many(documents)
        except BulkWriteError as error:
            if (place := duplicate_at(error)) is None:
                raise
            taken, _ = batch[place]
            raise Duplicate(f"{taken.id} {taken.version}".strip()) from error
        await loads.update_one({"_id": load}, {"$set": {"until": clock.now() + RESTS}})


async def discard(database: Database, entry: Stored) -> None:
    """Remove what a load has put in; it can no longer be completed."""
    loads = database[names.LOADS]
    undecided = {"_id": entry["_id"], "state": {"$ne": "complete"}}
    given_up = await loads.update_one(undecided, {"$set": {"state": "given up"}})
    if given_up.matched_count:
        await database[entry["name"]].delete_many({"load": entry["_id"]})
        await loads.delete_one({"_id": entry["_id"]})


async def show(database: Database, entry: Stored, now: int) -> None:
    """Let reads see what a complete load has put in; doing it again changes nothing."""
    records = database[entry["name"]]
    unseen = {"load": entry["_id"]}
    over: dict[str, Any] = {**unseen, "over": {"$exists": True}}
    while rows := [row async for row in records.find(over).limit(BATCH)]:
        await records.bulk_write([_written_over(row, entry, now) for row in rows], ordered=False)
        ids = [row["resource"] for row in rows]
        wanted = {"resource": {"$in": ids}, "space": entry["space"], "loaded": entry["_id"]}
        found = records.find(wanted, {"resource": 1, "version": 1})
        done = {(row["resource"], row["version"]) async for row in found}
        used = [row["_id"] for row in rows if (row["resource"], row["over"]) in done]
        await records.delete_many({"_id": {"$in": used}})
        for row in rows:
            if row["_id"] not in used:  # What it was to write over is gone meanwhile.
                own = {"$set": {"version": row["over"]}, "$unset": {"over": 1}}
                await records.update_one({"_id": row["_id"]}, own)
    if entry.get("versioned"):
        await _make_way(records, entry, now)
    shown = {"live": entry["space"]}
    telling = {**unseen, "events": {"$exists": True}}
    await records.update_many(telling, {"$set": {**shown, "waits": now}, "$unset": {"load": 1}})
    await records.update_many(unseen, {"$set": shown, "$unset": {"load": 1}})
    await database[names.LOADS].delete_one({"_id": entry["_id"]})


async def _make_way(records: Records, entry: Stored, now: int) -> None:
    """Touch the latest versions that what was put in is about to overtake (see `latest`)."""
    loaded: dict[str, Place] = {}
    await gather(records, {"load": entry["_id"]}, loaded)
    shown = await tops(records, entry["space"], loaded)
    keys = [place.key for id, place in shown.items() if place < loaded[id]]
    await touch(records, {"_id": {"$in": keys}, "live": entry["space"]}, now)


def _written_over(row: Stored, entry: Stored, now: int) -> UpdateOne:
    """Once only: whoever changed the record after the load must not lose that."""
    place = {
        "resource": row["resource"],
        "space": entry["space"],
        "version": row["over"],
        "live": entry["space"],
        "loaded": {"$ne": entry["_id"]},
    }
    assigned = {name: row[name] for name in _OVER} | {"loaded": entry["_id"]}
    return UpdateOne(place, {"$set": assigned, "$inc": {"n": 1}, "$max": {"modified": now}})


def _batches(wanted: Sequence[_Wanted]) -> Iterator[list[_Wanted]]:
    rest = iter(wanted)
    while batch := list(islice(rest, BATCH)):
        yield batch
