"""Several records removed as one, without a transaction, so that one server alone can do it.

First all of them are marked, which keeps other writes away, and none goes if one of them was
changed. Then the first becomes a tombstone that names the others: this one write decides. Last
the others follow. A process that dies before the decision leaves marks, which are taken off
again; one that dies after it leaves a tombstone, whose work is finished (see `sweep`).

Each command names their ids: versions of one lie on one shard, which is asked alone. What a
command missed all the same, because a chunk was on the move, is counted before the tombstone
forgets.
"""

from collections.abc import Sequence
from uuid import uuid4

from pymongo import UpdateOne

from persistence.errors import Stale
from persistence.mongo.clock import Clock
from persistence.mongo.latest import Records
from persistence.mongo.records import Stored
from persistence.mongo.tables import Table
from persistence.mongo.writes import emptied, put_beside, tombstone, unchanged
from persistence.store import Event, Record, Scope


async def delete_all(
    records: Records,
    table: Table,
    clock: Clock,
    seen: Sequence[Record],
    scope: Scope,
    events: Sequence[Event],
) -> None:
    """Remove the records that were seen, all or none. Raises `Stale`. Three commands."""
    first, *others = seen
    now = max(clock.now(), *(record.modified + 1 for record in seen))
    token = uuid4().hex
    ids = sorted({record.id for record in seen})
    twin = table.pair is not None
    mark = {"by": token, "at": now, "first": first.key, "ids": ids}
    if twin:
        mark["twin"] = True
    place = whereabouts(ids, scope.space)
    marked = await records.update_many(
        {"$or": [unchanged(table, record, scope) for record in seen]},
        {"$set": {"going": mark}, "$min": {"waits": now}},
    )
    if marked.modified_count < len(seen):
        await spare(records, place, first.key, token)
        raise Stale(first.id)
    decision = tombstone(table, first, now, await put_beside(records, table, first, now, events))
    decision["$set"]["going.others"] = [record.key for record in others]
    decided = await records.update_one({**place, "_id": first.key, "going.by": token}, decision)
    if decided.matched_count == 0:
        raise Stale(first.id)
    keys = [record.key for record in others]
    await follow(records, place, first.key, keys, token, now, twin=twin)


def whereabouts(ids: Sequence[str], space: str) -> Stored:
    """The part of a filter that tells the shards of some ids."""
    return {"resource": {"$in": ids}, "space": space}


async def spare(records: Records, place: Stored, first: int, token: str) -> None:
    """Take the marks off: first where the decision would be made, which now cannot be."""
    undecided = {**place, "_id": first, "going.by": token, "gone": {"$exists": False}}
    await records.update_one(undecided, {"$unset": {"going": 1}})
    left = {**place, "going.by": token, "gone": {"$exists": False}}
    await records.update_many(left, {"$unset": {"going": 1}})


async def follow(
    records: Records,
    place: Stored,
    first: int,
    others: list[int],
    token: str,
    now: int,
    *,
    twin: bool,
) -> None:
    """Carry out what was decided; doing it again changes nothing."""
    left = {**place, "_id": {"$in": others}, "going.by": token, "gone": {"$exists": False}}
    steps = [
        UpdateOne(
            {**left, "_id": key},
            {
                "$set": {"gone": now, "version": key},
                "$inc": {"n": 1},
                "$unset": dict.fromkeys((*emptied(twin=twin), "going"), 1),
                "$min": {"waits": now},
            },
        )
        for key in others
    ]
    while (await records.bulk_write(steps, ordered=True)).matched_count < len(steps):
        if not await records.count_documents(left, limit=1):
            break  # They went before, by another hand.
    done: Stored = {**place, "_id": first, "going.by": token}
    await records.update_one(done, {"$unset": {"going": 1}})
