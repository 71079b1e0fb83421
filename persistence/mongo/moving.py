"""Records on their way from or to another store, just as they are."""

from collections.abc import Sequence

import orjson
from pymongo import ASCENDING, DESCENDING
from pymongo.errors import BulkWriteError

from persistence.errors import Duplicate
from persistence.mongo.connection import Database
from persistence.mongo.failures import duplicate_at
from persistence.mongo.latest import Records
from persistence.mongo.records import Stored, content
from persistence.mongo.tables import Table
from persistence.room import ROOM, within
from persistence.store import Kept
from tmf_apis.tmf630.version_order import rank

_SHOWN = ("space", "resource", "version", "n", "modified", "body")


async def newest(records: Records) -> int:
    """The greatest key of a collection."""
    row = await records.find_one({}, {"_id": 1}, sort=[("_id", DESCENDING)])
    return int(row["_id"]) if row else 0


async def export(records: Records, after: int, size: int) -> list[Kept]:
    """The records that follow a key, in the order of keys; none that reads do not see."""
    wanted = {"_id": {"$gt": after}, "live": {"$exists": True}}
    shown = dict.fromkeys(_SHOWN, 1)
    found = records.find(wanted, shown, batch_size=size + 1).sort("_id", ASCENDING).limit(size)
    async with found:
        rows, _ = await within(found, "body", ROOM)
    return [Kept(row["_id"], *(row[name] for name in _SHOWN)) for row in rows]


async def import_(database: Database, table: Table, records: Sequence[Kept]) -> None:
    """Keep records as another store kept them."""
    documents = [_document(table, record) for record in records]
    try:
        collection = database[table.name]
        await collection.insert_many(documents)
    except BulkWriteError as error:
        if (place := duplicate_at(error)) is None:
            raise
        raise Duplicate(records[place].id) from error


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
