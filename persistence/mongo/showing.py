"""What a complete load has put in is shown to reads, piece by piece; any process can finish it.

Records that take the place of others are written over them. Of two faces the other one may follow
from what it takes the place of, which is asked at that moment.
"""

from collections.abc import Sequence
from typing import Any

from pymongo import UpdateOne

from persistence.mongo import names
from persistence.mongo.bulky import exchanged, make_room, restored, whole
from persistence.mongo.connection import Database
from persistence.mongo.latest import Place, Records, gather, places, tops, touch
from persistence.mongo.names import TWIN
from persistence.mongo.records import Stored, as_draft, as_record, faces
from persistence.mongo.tables import Table

#: Records that are written over others, or shown, at once.
BATCH = 500
#: What a load writes over when it takes the place of a record.
_OVER = ("rank", "body", "c", "m", "q", "mirror")


async def show(database: Database, entry: Stored, now: int, table: Table | None = None) -> None:
    """Let reads see what a complete load has put in; doing it again changes nothing.

    `table` is that of the face which records with two faces were written through.
    """
    records = database[entry["name"]]
    unseen = {"load": entry["_id"]}
    over: dict[str, Any] = {**unseen, "over": {"$exists": True}}
    while rows := [row async for row in records.find(over).limit(BATCH)]:
        awaited: set[tuple[str, str]] = set()
        if table is None or table.pair is None:
            steps = [_written_over(row, entry, now) for row in rows]
        else:
            steps, awaited = await _turned_over(records, table, rows, entry, now)
        if steps:
            await records.bulk_write(steps, ordered=False)
        ids = [row["resource"] for row in rows]
        wanted = {"resource": {"$in": ids}, "space": entry["space"], "loaded": entry["_id"]}
        found = records.find(wanted, {"resource": 1, "version": 1})
        done = {(row["resource"], row["version"]) async for row in found}
        used = [row["_id"] for row in rows if (row["resource"], row["over"]) in done]
        await records.delete_many({"_id": {"$in": used}})
        for row in rows:
            if row["_id"] not in used and (row["resource"], row["over"]) not in awaited:
                # What it was to write over is gone meanwhile.
                own = {"$set": {"version": row["over"]}, "$unset": {"over": 1}}
                await records.update_one({"_id": row["_id"]}, own)
    if entry.get("versioned"):
        await _make_way(database, entry, now, table)
    shown = {"live": entry["space"]}
    if "face" in entry:
        shown[f"{TWIN}.live"] = entry["space"]
    # By keys, some at a time, until none is left: shards that move meanwhile may miss a command.
    while rows := await records.find(unseen, {"events.key": 1}).limit(BATCH).to_list():
        for waits in {"events" in row for row in rows}:
            keys = [row["_id"] for row in rows if ("events" in row) is waits]
            change = {**shown, "waits": now} if waits else shown
            await records.update_many(
                {"_id": {"$in": keys}, **unseen}, {"$set": change, "$unset": {"load": 1}}
            )
    await database[names.LOADS].delete_one({"_id": entry["_id"]})


async def _make_way(database: Database, entry: Stored, now: int, table: Table | None) -> None:
    """Touch the latest versions that what was put in is about to overtake (see `latest`)."""
    records = database[entry["name"]]
    loaded: dict[str, Place] = {}
    await gather(records, {"load": entry["_id"]}, loaded)
    faces = [[(records, "live")]]
    if table is not None:
        faces = [places(database, face) for face in table.faces]
    overtaken: dict[str, set[int]] = {records.name: set()}
    for shown in faces:
        for each in shown:
            found = await tops([each], entry["space"], loaded)
            keys = {place.key for id, place in found.items() if place < loaded[id]}
            overtaken.setdefault(each[0].name, set()).update(keys)
    for name, keys in overtaken.items():
        await touch(database[name], {"_id": {"$in": sorted(keys)}, "live": entry["space"]}, now)


def _written_over(row: Stored, entry: Stored, now: int) -> UpdateOne:
    """Once only: whoever changed the record after the load must not lose that."""
    return _over(row, entry, now, {name: row[name] for name in _OVER}, {}, {})


def _over(
    row: Stored, entry: Stored, now: int, content: Stored, seen: Stored, change: Stored
) -> UpdateOne:
    assigned = content | {"loaded": entry["_id"]}
    change = {"$set": assigned, "$inc": {"n": 1}, "$max": {"modified": now}, **change}
    return UpdateOne(_place(row, entry) | seen, change)


def _place(row: Stored, entry: Stored) -> Stored:
    """The filter of the record that a loaded one takes the place of, unless it has."""
    return {
        "resource": row["resource"],
        "space": entry["space"],
        "version": row["over"],
        "live": entry["space"],
        "loaded": {"$ne": entry["_id"]},
    }


async def _turned_over(
    records: Records, table: Table, rows: Sequence[Stored], entry: Stored, now: int
) -> tuple[list[UpdateOne], set[tuple[str, str]]]:
    """The steps by which loaded records with two faces take the places of others as these are now,
    and which ones those are. One that changes meanwhile is left for the next time.
    """
    database = records.database
    places = {"$or": [_place(row, entry) for row in rows]}
    found = await records.find(places, table.shown(twin=True)).to_list()
    found, _ = await whole(database, found)
    seen = {(row["resource"], row["version"]): row for row in found}
    turned, steps = table.collection.turned, []
    for row in await restored(database, rows):
        before = seen.get((row["resource"], row["over"]))
        if before is None:
            continue
        draft = as_draft(table, row)
        if turned is not None:
            draft = draft._replace(twin=turned(draft, as_record(before)))
        content = {"_id": before["_id"], "rank": row["rank"]}
        content |= faces(table, draft, entry["space"])
        await make_room(database, table, now, [content])
        del content["_id"]
        steps.append(_over(row, entry, now, content, {"n": before["n"]}, exchanged(table, content)))
    return steps, set(seen)
