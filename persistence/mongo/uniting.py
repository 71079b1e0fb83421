"""Records that were kept apart, one a face, become records with two faces: those of an id together.

The new ones are put in unseen, and the entry of this names the old ones. When all are in, it is
marked complete: this one write decides. Then the old ones become tombstones, and the new ones are
seen. Nobody else writes to them meanwhile, for no server keeps two faces of a database in which
some stand apart. What a process left that died in between is finished or undone before the next one
begins.
"""

from collections.abc import Iterator, Sequence
from uuid import uuid4

from pymongo import UpdateOne

from persistence.errors import Stale, Unavailable
from persistence.mongo import names
from persistence.mongo.bulky import make_room
from persistence.mongo.clock import Clock
from persistence.mongo.connection import Database
from persistence.mongo.loading import RESTS, discard
from persistence.mongo.moving import following, kept
from persistence.mongo.names import TWIN
from persistence.mongo.records import Stored, new
from persistence.mongo.tables import Pair, Table
from persistence.mongo.writes import emptied
from persistence.revisions import count
from persistence.store import Joint, Kept, Record, Scope

_SEEN = {"$exists": True}


async def has_halves(database: Database, pair: Pair) -> bool:
    """Whether there are records with one face alone."""
    if pair.apart is not None:
        return True
    # Those without the second face are first in its index.
    first = {pair.second.live: None, "live": _SEEN}
    return await database[pair.first.name].find_one(first, {"_id": 1}) is not None


async def alone(database: Database, table: Table, after: int, size: int) -> list[Kept]:
    """The records with one face alone that follow a key, in the order of keys."""
    place, wanted = (table.apart, {}) if table.prefix else (table, {TWIN: {"$exists": False}})
    if place is None:
        return []
    rows, _ = await following(database, place, after, size, wanted)
    return [kept(row) for row in rows]


async def join(
    database: Database, table: Table, clock: Clock, joints: Sequence[Joint], scope: Scope
) -> None:
    """Put records with two faces in the places of those that stood apart. Raises `Stale`."""
    now, token = clock.now(), uuid4().hex
    olds = [(place, seen) for joint in joints for place, seen in _stood(table, joint)]
    entry: Stored = {
        "_id": token, "name": table.name, "space": scope.space, "state": "loading",
        "until": now + RESTS, "ids": sorted({joint.draft.id for joint in joints}),
        "joins": [{"name": place.name, "key": seen.key} for place, seen in olds],
    }  # fmt: skip
    await database[names.LOADS].insert_one(entry)
    try:
        documents = []
        for joint in joints:
            document = new(table, joint.draft, scope, clock.key(), now)
            # A number for a version, as in a tombstone: it is not in the way of the old one.
            hidden = {"version": document["_id"], "joins": document["version"], "load": token}
            documents.append(document | hidden)
            for place, seen in _stood(table, joint):
                documents[-1] |= await _remembered(database, table, place, seen)
        await make_room(database, table, now, documents)
        await database[table.name].insert_many(documents)
        mine, complete = {"_id": token, "state": "loading"}, {"$set": {"state": "complete"}}
        if not (await database[names.LOADS].update_one(mine, complete)).matched_count:
            raise Unavailable("the records took too long and were given up")
    except BaseException:
        await discard(database, entry)
        raise
    await finish(database, entry, now)


def _stood(table: Table, joint: Joint) -> Iterator[tuple[Table, Record]]:
    """What stood apart of a record, and where."""
    for face, seen in zip(table.faces, (joint.own, joint.other), strict=True):
        if seen is not None:
            place = face.apart if face.prefix else face
            if place is None:
                raise Stale(seen.id)
            yield place, seen


async def _remembered(database: Database, table: Table, place: Table, seen: Record) -> Stored:
    """The idempotency key of what stood apart, where it would not be looked for any more. Raises
    `Stale` for a record that is not as it was seen.
    """
    unchanged = {"_id": seen.key, "resource": seen.id, "n": count(seen), "live": _SEEN}
    row = await database[place.name].find_one(unchanged, {"once": 1})
    if row is None:
        raise Stale(seen.id)
    return {"once": row["once"]} if "once" in row and place.name != table.name else {}


async def finish(database: Database, entry: Stored, now: int) -> None:
    """Do what is left of what was decided; doing it again changes nothing."""
    where = {"resource": {"$in": entry["ids"]}, "space": entry["space"]}
    for name in {old["name"] for old in entry["joins"]}:
        keys = [old["key"] for old in entry["joins"] if old["name"] == name]
        await database[name].bulk_write(
            [UpdateOne({**where, "_id": key, "live": _SEEN}, _gone(key, now)) for key in keys]
        )
    records, unseen = database[entry["name"]], {**where, "load": entry["_id"]}
    shown = {"live": entry["space"], f"{TWIN}.live": entry["space"]}
    while rows := await records.find(unseen, {"joins": 1}).to_list():
        await records.bulk_write([
            UpdateOne(
                {**unseen, "_id": row["_id"]},
                {"$set": {"version": row["joins"], **shown}, "$unset": {"load": 1, "joins": 1}},
            )
            for row in rows
        ])  # fmt: skip
    await database[names.LOADS].delete_one({"_id": entry["_id"]})


def _gone(key: int, now: int) -> Stored:
    return {
        "$set": {"gone": now, "version": key},
        "$inc": {"n": 1},
        "$unset": dict.fromkeys(emptied(twin=False), 1),
        "$min": {"waits": now},
    }


async def put_right(database: Database, now: int) -> None:
    """Finish or undo what processes left that died."""
    async for entry in database[names.LOADS].find({"joins": _SEEN}):
        if entry["state"] == "complete":
            await finish(database, entry, now)
        else:
            await discard(database, entry)
