"""Many records at once, all or none (D21), without a transaction.

They are put in unseen, under the name of the load. When all are in, the entry of the load is
marked complete: this one write decides. Then they are shown. A process that dies before leaves
records nobody sees, which are removed; one that dies after leaves some unseen, which are shown
(see `sweep`).
"""

from typing import Any
from uuid import uuid4

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from persistence.errors import Duplicate, Unavailable
from persistence.mongo import beside, names
from persistence.mongo.connection import Database
from persistence.mongo.failures import duplicate_at
from persistence.mongo.latest import Place, Records, gather, tops, touch
from persistence.mongo.records import Stored, new, pending
from persistence.mongo.slots import Slots
from persistence.mongo.tables import Table
from persistence.parts import parts
from persistence.store import Drafts, Raising, Scope

#: Records in one command, and bytes of them.
BATCH, BYTES = 500, 4 * 1024 * 1024
#: How long a load may rest between two commands before it counts as given up, in microseconds.
RESTS = 60_000_000
#: What a load writes over when it takes the place of a record.
_OVER = ("rank", "body", "c", "m", "q", "mirror")


async def load(
    database: Database,
    table: Table,
    slots: Slots,
    drafts: Drafts,
    scope: Scope,
    raising: Raising | None,
    *,
    over: bool,
) -> int:
    """Keep many records; `over` lets them take the place of existing ones. Raises `Duplicate`.

    What new ones raise waits beside them, and for the relay when they are shown.
    """
    clock = slots.clock
    entry: Stored = {
        "_id": uuid4().hex, "name": table.name, "space": scope.space, "state": "loading",
        "versioned": table.collection.versioned, "until": clock.now() + RESTS,
    }  # fmt: skip
    loads = database[names.LOADS]
    await loads.insert_one(entry)
    try:
        await _put_in(database, table, slots, drafts, scope, raising, entry["_id"], over=over)
        mine = {"_id": entry["_id"], "state": "loading"}
        decided = await loads.update_one(mine, {"$set": {"state": "complete"}})
        if decided.matched_count == 0:
            raise Unavailable("the load took too long and was given up")
    except BaseException:
        await discard(database, entry)
        raise
    await show(database, entry, clock.now())
    return len(drafts)


async def _put_in(
    database: Database,
    table: Table,
    slots: Slots,
    drafts: Drafts,
    scope: Scope,
    raising: Raising | None,
    load: str,
    *,
    over: bool,
) -> None:
    records = database[table.name]
    loads, clock = database[names.LOADS], slots.clock
    for batch in parts(drafts, BATCH, BYTES):
        await slots.renew()
        present = set()
        ids = sorted({draft.id for draft in batch})
        if over:
            there = {"resource": {"$in": ids}, "space": scope.space, "live": scope.space}
            found = records.find(there, {"resource": 1, "version": 1})
            present = {(row["resource"], row["version"]) async for row in found}
        versioned = raising is not None and table.collection.versioned
        latest = await tops(records, scope.space, ids) if versioned else {}
        documents = []
        for draft in batch:
            now = clock.now()
            document = new(table, draft, scope, clock.key(), now)
            document["load"] = load
            if (draft.id, draft.version) in present:
                # A number for a version, as in a tombstone: it does not stand in its own way.
                document |= {"over": draft.version, "version": document["_id"]}
            elif raising is not None:
                top = latest.get(draft.id)
                events = raising(draft, top is not None and top.rank > document["rank"])
                if events:
                    document["events"] = pending(table, document["_id"], 1, now, events)
            documents.append(document)
        waiting = ((each["_id"], event) for each in documents for event in each.get("events", ()))
        await beside.put(database, table.name, clock.now(), waiting)
        try:
            await records.insert_many(documents)
        except BulkWriteError as error:
            if (place := duplicate_at(error)) is None:
                raise
            taken = batch[place]
            raise Duplicate(f"{taken.id} {taken.version}".strip()) from error
        await loads.update_one({"_id": load}, {"$set": {"until": clock.now() + RESTS}})


async def discard(database: Database, entry: Stored) -> None:
    """Remove what a load has put in; it can no longer be completed."""
    loads = database[names.LOADS]
    undecided = {"_id": entry["_id"], "state": {"$ne": "complete"}}
    given_up = await loads.update_one(undecided, {"$set": {"state": "given up"}})
    if given_up.matched_count:
        records, unseen = database[entry["name"]], {"load": entry["_id"]}
        while await records.find_one(unseen, {"_id": 1}) is not None:
            await records.delete_many(unseen)
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
    # By keys, some at a time, until none is left: shards that move meanwhile may miss a command.
    while rows := await records.find(unseen, {"events.key": 1}).limit(BATCH).to_list():
        for waits in {"events" in row for row in rows}:
            keys = [row["_id"] for row in rows if ("events" in row) is waits]
            change = {**shown, "waits": now} if waits else shown
            await records.update_many(
                {"_id": {"$in": keys}, **unseen}, {"$set": change, "$unset": {"load": 1}}
            )
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
