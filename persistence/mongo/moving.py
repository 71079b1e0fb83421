"""Records on their way from or to another store, just as they are.

Of two faces each moves with its own collection. The one that leads comes first: the second finds
the document of the first, or stands apart, if it has none.
"""

from collections.abc import Sequence
from itertools import chain, groupby
from operator import itemgetter

import orjson
from pymongo import ASCENDING, DESCENDING, UpdateOne
from pymongo.errors import BulkWriteError

from persistence.errors import Duplicate
from persistence.mongo.bulky import make_room, whole
from persistence.mongo.connection import Database
from persistence.mongo.failures import duplicate_at
from persistence.mongo.names import TWIN
from persistence.mongo.records import Stored, content
from persistence.mongo.tables import Table
from persistence.room import ROOM, within
from persistence.store import Kept
from tmf_apis.tmf630.version_order import rank

_SHOWN = ("space", "resource", "version", "n", "modified", "body")


async def newest(database: Database, table: Table) -> int:
    """The greatest key of a collection."""
    keys = [0]
    for place in table.places:
        wanted = {place.live: {"$exists": True}} if place.prefix else {}
        newest = [("_id", DESCENDING)]
        row = await database[place.name].find_one(wanted, {"_id": 1}, sort=newest)
        keys.append(int(row["_id"]) if row else 0)
    return max(keys)


async def export(database: Database, table: Table, after: int, size: int) -> list[Kept]:
    """The records that follow a key, in the order of keys; none that reads do not see."""
    taken: list[list[Stored]] = []
    ends = []
    for place in table.places:
        rows, more = await following(database, place, after, size, {})
        taken.append(rows)
        if more:
            ends.append(rows[-1]["_id"])
    # Of several places none is ahead of another one that has more.
    rows = sorted(chain(*taken), key=itemgetter("_id"))
    return [kept(row) for row in rows if row["_id"] <= min(ends, default=row["_id"])]


async def following(
    database: Database, place: Table, after: int, size: int, also: Stored
) -> tuple[list[Stored], bool]:
    """The documents of a place that follow a key, and whether there may be more."""
    wanted = {"_id": {"$gt": after}, place.live: {"$exists": True}, **also}
    found = database[place.name].find(wanted, _shown(place), batch_size=size + 1)
    async with found.sort("_id", ASCENDING).limit(size) as cursor:
        rows, cut = await within(cursor, "body", ROOM)
    rows, short = await whole(database, rows, ROOM)
    return rows, cut or short or len(rows) == size


def _shown(table: Table) -> Stored:
    shown = dict.fromkeys(_SHOWN, 1) | {"body": table.shown()["body"]}
    return shown | ({} if table.pair is None else {"memory": f"${TWIN}.memory"})


def kept(row: Stored) -> Kept:
    """A record by what a read fetched of its document."""
    return Kept._make([row["_id"], *(row[name] for name in _SHOWN), row.get("memory")])


async def import_(database: Database, table: Table, records: Sequence[Kept], now: int) -> None:
    """Keep records as another store kept them."""
    documents = [_document(table, record) for record in records]
    await make_room(database, table, now, documents)
    try:
        collection = database[table.name]
        await collection.insert_many(documents)
    except BulkWriteError as error:
        if (place := duplicate_at(error)) is None:
            raise
        raise Duplicate(records[place].id) from error


async def runs(
    database: Database, table: Table, records: Sequence[Kept]
) -> list[tuple[bool, list[Kept]]]:
    """Second faces of records as they follow, and of each run whether the first ones are there.
    Raises `Duplicate` for one that is itself.
    """
    keys = {"_id": {"$in": [record.key for record in records]}}
    shown = dict.fromkeys((*_SHOWN[:-1], table.live), 1)
    rows = {row["_id"]: row async for row in database[table.name].find(keys, shown)}
    halves = {key: row for key, row in rows.items() if TWIN not in row}
    for record in records:
        row = rows.get(record.key)
        if row is not None and TWIN in row and _is_of(record, row):
            raise Duplicate(record.id)
    grouped = groupby(records, lambda record: _is_of(record, halves.get(record.key)))
    return [(joined, list(some)) for joined, some in grouped]


def _is_of(record: Kept, row: Stored | None) -> bool:
    """Whether a document is the record: by its key alone it might be another one."""
    about = (record.space, record.id, record.version, record.n, record.modified)
    return row is not None and about == tuple(row[name] for name in _SHOWN[:-1])


async def join(database: Database, table: Table, records: Sequence[Kept], now: int) -> None:
    """Keep second faces with the first ones, which are there."""
    seconds = [{"_id": record.key, TWIN: _second(table, record)} for record in records]
    await make_room(database, table, now, seconds)
    steps = [
        UpdateOne(
            {"resource": record.id, "space": record.space, "_id": record.key, "n": record.n},
            {"$set": {TWIN: second[TWIN]}},
        )
        for record, second in zip(records, seconds, strict=True)
    ]
    await database[table.name].bulk_write(steps, ordered=True)


def _second(table: Table, record: Kept) -> Stored:
    remembered = {} if record.memory is None else {"memory": record.memory}
    held = content(table, orjson.loads(record.body), record.body)
    return {**held, **remembered, "live": record.space}


def _document(table: Table, record: Kept) -> Stored:
    return {
        "_id": record.key,
        "space": record.space,
        "live": record.space,
        "resource": record.id,
        "version": record.version,
        "rank": rank(record.version),
        "n": record.n,
        "modified": record.modified,
        **content(table, orjson.loads(record.body), record.body),
    }
