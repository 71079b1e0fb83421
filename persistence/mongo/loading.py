"""Many records at once, all or none (D21), without a transaction.

They are put in unseen, under the name of the load. When all are in, the entry of the load is
marked complete: this one write decides. Then they are shown. A process that dies before leaves
records nobody sees, which are removed; one that dies after leaves some unseen, which are shown
(see `sweep`).
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import uuid4

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from persistence.errors import Duplicate, Unavailable
from persistence.mongo import names
from persistence.mongo.clock import Clock
from persistence.mongo.connection import DURABLE_BULK, Database
from persistence.mongo.records import Stored, new
from persistence.mongo.tables import Table
from persistence.store import Draft, Scope

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
    *,
    over: bool,
) -> int:
    """Keep many records; `over` lets them take the place of existing ones. Raises `Duplicate`."""
    entry: Stored = {
        "_id": uuid4().hex, "name": table.name, "space": scope.space, "state": "loading",
        "until": clock.now() + RESTS,
    }  # fmt: skip
    loads = database[names.LOADS]
    await loads.insert_one(entry)
    try:
        await _put_in(database, table, clock, _last_of_each(drafts) if over else drafts, scope,
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


def _last_of_each(drafts: Sequence[Draft]) -> list[Draft]:
    return list({(draft.id, draft.version): draft for draft in drafts}.values())


async def _put_in(
    database: Database,
    table: Table,
    clock: Clock,
    drafts: Sequence[Draft],
    scope: Scope,
    load: str,
    *,
    over: bool,
) -> None:
    records = database.get_collection(table.name, write_concern=DURABLE_BULK)
    loads = database[names.LOADS]
    begun: set[str] = set()
    for batch in _batches(drafts):
        present = set()
        if over or table.collection.versioned:
            ids = sorted({draft.id for draft in batch})
            wanted = {"resource": {"$in": ids}, "space": scope.space, "live": scope.space}
            found = records.find(wanted, {"resource": 1, "version": 1})
            present = {(row["resource"], row["version"]) async for row in found}
        begun |= {id for id, _ in present}
        documents = []
        for draft in batch:
            now = clock.now()
            first = not table.collection.versioned or draft.id not in begun
            document = new(table, draft, scope, clock.key(now), now, primary=first)
            document["load"] = load
            if over and (draft.id, draft.version) in present:
                # A number for a version, as in a tombstone: it does not stand in its own way.
                document |= {"over": draft.version, "version": document["_id"], "primary": False}
            begun.add(draft.id)
            documents.append(document)
        try:
            await records.insert_many(documents)
        except BulkWriteError as error:
            place = error.details["writeErrors"][0]["index"] if error.details["writeErrors"] else 0
            taken = batch[place]
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
    records = database.get_collection(entry["name"], write_concern=DURABLE_BULK)
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
    shown = {"$set": {"live": entry["space"]}, "$unset": {"load": 1}}
    await records.update_many(unseen, shown)
    await database[names.LOADS].delete_one({"_id": entry["_id"]})


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


def _batches(drafts: Sequence[Draft]) -> Iterator[list[Draft]]:
    rest = iter(drafts)
    while batch := list(islice(rest, BATCH)):
        yield batch
