"""Records that were kept apart, one a face, become records with two faces: those of an id together.

Those that stand apart are marked, which keeps other writers away, and none is joined if one of them
changed. The new ones are put in unseen. Then the entry of this, which names both, is marked
complete: this one write decides. Last the old ones become tombstones, and the new ones are seen. A
process that dies before the decision leaves marks and what nobody sees, which is undone; one that
dies after it leaves work that is finished, either before the next one begins.
"""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from persistence.errors import Stale, Unavailable
from persistence.mongo import names
from persistence.mongo.bulky import make_room
from persistence.mongo.clock import Clock
from persistence.mongo.connection import Database
from persistence.mongo.failures import duplicate_at
from persistence.mongo.latest import Records, touch
from persistence.mongo.loading import RESTS, remove_unseen
from persistence.mongo.moving import following, kept
from persistence.mongo.names import TWIN
from persistence.mongo.records import Stored, new
from persistence.mongo.tables import Table
from persistence.mongo.writes import emptied
from persistence.store import Joint, Kept, Record, Scope, scope_of

#: The keys of requests that records of some ids and versions were made by.
_Left = Mapping[tuple[str, str], Stored]
_SEEN = {"$exists": True}


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
    now, stood = clock.now(), _stood(table, joints)
    entry: Stored = {
        "_id": uuid4().hex, "name": table.name, "space": scope.space, "state": "loading",
        "until": now + RESTS, "ids": sorted({joint.draft.id for joint in joints}),
        "joins": list(stood),
    }  # fmt: skip
    loads = database[names.LOADS]
    await loads.insert_one(entry)
    try:
        left = {name: await _mark(database[name], some, entry, now) for name, some in stood.items()}
        await _put_in(database, table, clock, joints, entry, left)
        mine, complete = {"_id": entry["_id"], "state": "loading"}, {"state": "complete"}
        if not (await loads.update_one(mine, {"$set": complete})).matched_count:
            raise Unavailable("somebody else joins records, or it took too long")
    except BaseException:
        await undo(database, entry)
        raise
    await finish(database, entry, now)


def _stood(table: Table, joints: Sequence[Joint]) -> dict[str, list[Record]]:
    """What stood apart, by the collection that it is in."""
    stood: dict[str, list[Record]] = {}
    for joint in joints:
        for face, seen in zip(table.faces, (joint.own, joint.other), strict=True):
            if seen is not None:
                place = face.apart if face.prefix else face
                if place is None:
                    raise Stale(seen.id)
                stood.setdefault(place.name, []).append(seen)
    return stood


async def _mark(records: Records, some: Sequence[Record], entry: Stored, now: int) -> _Left:
    """Keep other writers away from what stands apart. Raises `Stale` where it changed or went."""
    unmarked = {"live": _SEEN, TWIN: {"$exists": False}, "going": {"$exists": False}}
    left = {}
    for seen in some:
        mark = {"by": entry["_id"], "at": now, "first": seen.key, "joins": True}
        marked = await records.find_one_and_update(
            {**_where(entry), "_id": seen.key, "n": seen.n, **unmarked},
            {"$set": {"going": mark}, "$min": {"waits": now}},
            {"_id": 0, "once": 1},
        )
        if marked is None:
            raise Stale(seen.id)
        left[seen.id, seen.version] = marked
    return left


async def _put_in(
    database: Database,
    table: Table,
    clock: Clock,
    joints: Sequence[Joint],
    entry: Stored,
    left: Mapping[str, _Left],
) -> None:
    """Put the new records in unseen. Raises `Stale` where there is one of which nobody knew."""
    now, scope = clock.now(), scope_of(entry["space"])
    documents = []
    for draft in (joint.draft for joint in joints):
        document = new(table, draft, scope, clock.key(), now) | {"load": entry["_id"]}
        for name, those in left.items():
            if (its := those.get((draft.id, draft.version))) is None:
                continue
            # Of the same place, it has its version until it is a tombstone, and its key after that.
            here = {"version": document["_id"], "joins": draft.version}
            document |= here if name == table.name else its
        documents.append(document)
    await make_room(database, table, now, documents)
    records = database[table.name]
    try:
        await records.insert_many(documents)
    except BulkWriteError as error:
        if (place := duplicate_at(error)) is None:
            raise
        raise Stale(joints[place].draft.id) from error
    if table.collection.versioned:
        # Others of these ids may begin or cease to be the latest (see `latest`).
        await touch(records, {**_where(entry), "live": _SEEN, TWIN: _SEEN}, now)


def _where(entry: Stored) -> Stored:
    """The part of a filter that tells the shards."""
    return {"resource": {"$in": entry["ids"]}, "space": entry["space"]}


async def finish(database: Database, entry: Stored, now: int) -> None:
    """Do what is left of what was decided; doing it again changes nothing."""
    marked = {**_where(entry), "going.by": entry["_id"]}
    for name in entry["joins"]:
        while rows := await database[name].find(marked, {"_id": 1}).to_list():
            await database[name].bulk_write(
                [UpdateOne({**marked, **row}, _gone(row["_id"], now)) for row in rows]
            )
    records, unseen = database[entry["name"]], {**_where(entry), "load": entry["_id"]}
    while rows := await records.find(unseen, {"joins": 1}).to_list():
        await records.bulk_write(
            [UpdateOne({**unseen, "_id": row["_id"]}, _shown(row, entry)) for row in rows]
        )
    await database[names.LOADS].delete_one({"_id": entry["_id"]})


def _gone(key: int, now: int) -> Stored:
    return {
        "$set": {"gone": now, "version": key},
        "$inc": {"n": 1},
        "$unset": dict.fromkeys((*emptied(twin=False), "going"), 1),
        "$min": {"waits": now},
    }


def _shown(row: Stored, entry: Stored) -> Stored:
    shown = {"live": entry["space"], f"{TWIN}.live": entry["space"]}
    if "joins" in row:
        shown["version"] = row["joins"]
    return {"$set": shown, "$unset": {"load": 1, "joins": 1}}


async def undo(database: Database, entry: Stored) -> None:
    """Undo what was not decided, which now cannot be; doing it again changes nothing."""
    loads, itself = database[names.LOADS], {"_id": entry["_id"]}
    await loads.update_one(itself | {"state": "loading"}, {"$set": {"state": "given up"}})
    if await loads.find_one(itself | {"state": "complete"}, {"_id": 1}) is not None:
        return
    for name in entry["joins"]:
        marked = {**_where(entry), "going.by": entry["_id"]}
        await database[name].update_many(marked, {"$unset": {"going": 1}})
    await remove_unseen(database, entry)


async def put_right(database: Database, now: int, *, undecided: bool) -> None:
    """Finish what processes left that died; and undo what they had not decided, if `undecided`."""
    async for entry in database[names.LOADS].find({"joins": _SEEN}):
        if entry["state"] == "complete":
            await finish(database, entry, now)
        elif undecided:
            await undo(database, entry)
