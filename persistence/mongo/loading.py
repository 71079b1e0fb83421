"""Many records at once, all or none (D21), without a transaction.

They are put in unseen, under the name of the load. When all are in, the entry of the load is
marked complete: this one write decides. Then they are shown. A process that dies before leaves
records nobody sees, which are removed; one that dies after leaves some unseen, which are shown
(see `sweep`).
"""

from collections.abc import Sequence
from uuid import uuid4

from pymongo.errors import BulkWriteError

from persistence.errors import Duplicate, Stale, Unavailable, named
from persistence.mongo import beside, names
from persistence.mongo.bulky import make_room
from persistence.mongo.connection import Database
from persistence.mongo.failures import duplicate_at
from persistence.mongo.latest import places, tops
from persistence.mongo.names import TWIN
from persistence.mongo.records import Stored, new, pending
from persistence.mongo.showing import show
from persistence.mongo.slots import Slots
from persistence.mongo.tables import Table
from persistence.parts import parts
from persistence.store import Draft, Drafts, Raising, Scope

#: Records in one command, and bytes of them.
BATCH, BYTES = 500, 4 * 1024 * 1024
#: How long a load may rest between two commands before it counts as given up, in microseconds.
RESTS = 60_000_000


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
    if table.pair is not None:
        entry["face"] = table.collection.name
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
    await show(database, entry, clock.now(), table)
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
        ids = sorted({draft.id for draft in batch})
        present = await _present(database, table, batch, scope, over=over)
        versioned = raising is not None and table.collection.versioned
        latest = await tops(places(database, table), scope.space, ids) if versioned else {}
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
        await make_room(database, table, clock.now(), documents)
        try:
            await records.insert_many(documents)
        except BulkWriteError as error:
            if (place := duplicate_at(error)) is None:
                raise
            taken = batch[place]
            raise Duplicate(named(taken.id, taken.version)) from error
        await loads.update_one({"_id": load}, {"$set": {"until": clock.now() + RESTS}})


async def _present(
    database: Database, table: Table, drafts: Sequence[Draft], scope: Scope, *, over: bool
) -> set[tuple[str, str]]:
    """The ids and entity versions of the records whose places drafts may take. Raises `Stale` for
    one that has not got its other face yet, and `Duplicate` for one that is in the way.
    """
    wanted = {(draft.id, draft.version) for draft in drafts}
    ids = sorted({id for id, _ in wanted})
    there = {"resource": {"$in": ids}, "space": scope.space, "live": scope.space}
    shown = {"resource": 1, "version": 1} | ({f"{TWIN}.live": 1} if table.pair else {})
    present = set()
    if over:
        async for row in database[table.name].find(there, shown):
            place = row["resource"], row["version"]
            present.add(place)
            if place in wanted and not all(face.has(row) for face in table.faces):
                raise Stale(row["resource"])
    if table.apart is not None:
        async for row in database[table.apart.name].find(there, shown):
            if (row["resource"], row["version"]) in wanted:
                name = named(row["resource"], row["version"])
                raise Stale(name) if over else Duplicate(name)
    return present


async def discard(database: Database, entry: Stored) -> None:
    """Remove what a load has put in; it can no longer be completed."""
    loads = database[names.LOADS]
    undecided = {"_id": entry["_id"], "state": {"$ne": "complete"}}
    given_up = await loads.update_one(undecided, {"$set": {"state": "given up"}})
    if given_up.matched_count:
        await remove_unseen(database, entry)


async def remove_unseen(database: Database, entry: Stored) -> None:
    """Remove what an entry's work has put in unseen, some at a time on a sharded cluster, and then
    the entry.
    """
    records, unseen = database[entry["name"]], {"load": entry["_id"]}
    while await records.find_one(unseen, {"_id": 1}) is not None:
        await records.delete_many(unseen)
    await database[names.LOADS].delete_one({"_id": entry["_id"]})
