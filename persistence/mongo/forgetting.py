"""What is let go of in the database: idempotency keys, bodies of events; and what is left of texts.

Space that was used is the server's to write over: WiredTiger does so by and by, and `compact`
hurries it (docs/privacy.md).
"""

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from typing import Any

import bson
from pymongo import UpdateOne

from persistence.forgetting import Remembered
from persistence.mongo import beside, names
from persistence.mongo.connection import Database, Stored
from persistence.packing import packed, unpacked
from persistence.store import Logged

#: Records that are read at once.
_READ = 200
_KEY = "once.key"


async def remembered(database: Database, kinds: Collection[str]) -> AsyncIterator[list[Remembered]]:
    """What is remembered of creates in the collections of these names, some at a time."""
    for name in kinds:
        after: Any = 0
        while rows := await _some(database, name, after):
            after = rows[-1]["_id"]
            bodies = await beside.bodies(database, [row["once"] for row in rows])
            # An entry of a chain has a key, by which it comes once, and no body.
            yield [
                Remembered(kept["key"], row["resource"], kept["at"], unpacked(kept["body"]))
                for row in rows
                if "digest" in row["once"]
                for kept in [beside.with_body(row["once"], bodies)]
            ]


async def _some(database: Database, name: str, after: Any) -> list[Stored]:
    wanted = {"_id": {"$gt": after}, _KEY: {"$exists": True}}
    found = database[name].find(wanted, {"resource": 1, "once": 1}).sort("_id", 1)
    return await found.limit(_READ).to_list()


async def forget_remembered(
    database: Database, kinds: Collection[str], keys: Collection[str]
) -> None:
    """Forget idempotency keys, and tombstones that were kept for them alone."""
    chosen = {_KEY: {"$in": list(keys)}}
    for name in kinds:
        records = database[name]
        rows = await records.find(chosen, {"once": 1}).to_list()
        only = {"gone": {"$exists": True}, "waits": {"$exists": False}}
        await records.delete_many({**chosen, **only})
        await records.update_many(chosen, {"$unset": {"once": 1}})
        await beside.remove(database, [row["once"] for row in rows])


async def amend_events(database: Database, events: Sequence[Logged]) -> None:
    """Give events of the log other bodies and ids."""
    steps = [
        UpdateOne(
            {"_id": event.sequence}, {"$set": {"body": packed(event.body), "resource": event.id}}
        )
        for event in events
    ]
    if steps:
        await database[names.EVENTS].bulk_write(steps, ordered=False)


async def traces(database: Database, texts: Sequence[bytes]) -> set[bytes]:
    """Which of some texts are in any document of the database."""
    found: set[bytes] = set()
    for name in await database.list_collection_names():
        async for document in database[name].find({}, batch_size=_READ):
            for part in _parts(document):
                found |= {text for text in texts if text in part}
    return found


def _parts(document: Stored) -> Iterator[bytes]:
    """The bytes of a document, and of what is kept packed in it."""
    yield bson.encode(document)
    yield from _packed(document)


def _packed(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        if (whole := unpacked(value)) is not value:
            yield whole
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _packed(each)
