"""A collection whose specification changed gets other indexes and another mirror, beside the
service: first what is missing is built, then mirrors are made anew, then what is not wanted goes.
"""

from collections.abc import Sequence

import orjson
from pymongo import ASCENDING, UpdateOne

from persistence.mongo import names
from persistence.mongo.bulky import make_room, restored
from persistence.mongo.clock import Clock
from persistence.mongo.connection import Database
from persistence.mongo.indexes import Difference, build, difference, drop
from persistence.mongo.joining import twin_of
from persistence.mongo.latest import Records
from persistence.mongo.names import TWIN
from persistence.mongo.records import Stored, content
from persistence.mongo.tables import LAYOUT, Table

#: Where the body of a face is (see `bulky`).
_BODY = ("body", "beside")
#: Records that are looked at in one command, and those whose mirror one command makes anew.
_LOOK, _BATCH = 1_000, 200


async def enter(database: Database, table: Table) -> None:
    """Note which mirror and which indexes a collection has."""
    catalogue = database[names.CATALOGUE]
    entry = {
        "signature": table.signature,
        "indexes": table.indexed,
        "kind": table.kind,
        **twin_of(table),
    }
    await catalogue.update_one({"_id": table.name}, {"$set": entry}, upsert=True)
    await catalogue.update_one({"_id": "layout"}, {"$set": {"layout": LAYOUT}}, upsert=True)


async def renew(database: Database, table: Table, *, mirror: bool = True) -> Difference:
    """Build the indexes that are missing, make mirrors anew where they may be others, and then
    drop what is not wanted; how the indexes differed.
    """
    records = database[table.name]
    found = await difference(records, table.indexes)
    await build(records, found)
    if mirror:
        await remake(database, table)
    await enter(database, table)
    await drop(records, found)
    return found


async def remake(database: Database, table: Table) -> int:
    """Make the mirror of every record anew that has another one; how many. Records keep their
    revisions. They are walked through in the order of their keys, each looked at once.
    """
    records = database[table.name]
    remade = after = 0
    while rows := await _following(records, table, after):
        after = rows[-1]["_id"]
        other = [row["_id"] for row in rows if any(_is_other(face, row) for face in table.faces)]
        for begin in range(0, len(other), _BATCH):
            remade += await _remade(records, table, other[begin : begin + _BATCH])
    return remade


def _is_other(face: Table, row: Stored) -> bool:
    """Whether a record has another mirror of a face, or of its only face none."""
    if face.prefix:
        return TWIN in row and row[TWIN].get("mirror") != face.signature
    return row.get("mirror") != face.signature


async def _following(records: Records, table: Table, after: int) -> list[Stored]:
    shown = {f"{face.prefix}mirror": 1 for face in table.faces}
    found = records.find({"_id": {"$gt": after}}, shown, batch_size=_LOOK + 1)
    return await found.sort("_id", ASCENDING).limit(_LOOK).to_list()


async def _remade(records: Records, table: Table, keys: Sequence[int]) -> int:
    """Make the mirrors of some records anew; one that is changed meanwhile is looked at again."""
    other = {"_id": {"$in": list(keys)}, **_others(table)}
    shown = {"n": 1} | {f"{face.prefix}{name}": 1 for face in table.faces for name in _BODY}
    remade = 0
    while rows := await records.find(other, shown).to_list():
        steps = [
            UpdateOne(_as_read(row), await _mirror(records.database, table, row, whole))
            for row, whole in zip(rows, await restored(records.database, rows), strict=True)
        ]
        remade += (await records.bulk_write(steps, ordered=False)).modified_count
    return remade


def _others(table: Table) -> Stored:
    """The filter of records that have another mirror of a face."""
    own = {"mirror": {"$ne": table.signature}}
    if table.pair is None:
        return own | {"body": {"$exists": True}}
    second = {"$exists": True, "$ne": table.pair.second.signature}
    return {"$or": [own, {f"{TWIN}.mirror": second}], "gone": {"$exists": False}}


def _as_read(row: Stored) -> Stored:
    gone = {} if "body" in row else {"gone": {"$exists": False}}
    return {"_id": row["_id"], "n": row["n"], **(gone or {"body": {"$exists": True}})}


async def _mirror(database: Database, table: Table, row: Stored, whole: Stored) -> Stored:
    """The change by which a record gets its mirrors, for which bodies may have to stand beside."""
    body = whole["body"]
    document = {"_id": row["_id"], **content(table, orjson.loads(body), body)}
    faces = [("", document)]
    if table.pair is not None and TWIN in row:
        body = whole[TWIN]["body"]
        document[TWIN] = content(table.pair.second, orjson.loads(body), body)
        faces.append((table.pair.second.prefix, document[TWIN]))
    for prefix, face in faces:
        if "beside" in (row[TWIN] if prefix else row):
            del face["body"]
    await make_room(database, table, Clock().now(), [document])
    return _assigned(faces)


def _assigned(faces: Sequence[tuple[str, Stored]]) -> Stored:
    """The change that gives a record what its faces have, each by its prefix."""
    others = ("_id", TWIN)
    change = {
        "$set": {
            prefix + name: value
            for prefix, face in faces
            for name, value in face.items()
            if name not in others
        }
    }
    gone = {f"{prefix}body": 1 for prefix, face in faces if "beside" in face}
    return change | ({"$unset": gone} if gone else {})
