"""Idempotency keys (D20): kept in the record that was made with them, with its first body."""

from persistence.errors import KeyReused
from persistence.mongo import beside
from persistence.mongo.latest import Records
from persistence.mongo.records import Stored
from persistence.mongo.tables import Table
from persistence.packing import packed, unpacked
from persistence.store import Created, Draft, Once, Record

#: How long one is remembered, in microseconds.
LIFETIME = 24 * 3600 * 1_000_000


def remembered(once: Once, draft: Draft, now: int, *, latest: bool) -> Stored:
    """What a new record keeps of the key that made it."""
    return {
        "key": once.key,
        "digest": once.digest,
        "at": now,
        "version": draft.version,
        "latest": latest,
        "body": packed(draft.body),
    }


async def recall(records: Records, table: Table, once: Once, now: int) -> Created | None:
    """What the same key did before, also with a record that has no other face."""
    known = await earlier(records, once, now)
    if known is None and table.apart is not None:
        return await earlier(records.database[table.apart.name], once, now)
    return known


async def earlier(records: Records, once: Once, now: int) -> Created | None:
    """What the same key did before, within its lifetime."""
    row = await records.find_one({"once.key": once.key}, {"resource": 1, "once": 1})
    if row is None:
        return None
    kept = row["once"]
    if kept["at"] <= now - LIFETIME:
        expired = {"_id": row["_id"], "once.key": once.key, "once.at": kept["at"]}
        await records.update_one(expired, {"$unset": {"once": 1}})
        return None
    if kept["digest"] != once.digest:
        raise KeyReused(once.key)
    key, latest = row["_id"], kept.get("latest", True)
    if "beside" in kept:
        kept["body"] = (await beside.bodies(records.database, [kept]))[kept["beside"]]
    record = Record(
        key, row["resource"], kept["version"], 1,
        unpacked(kept["body"]), kept["at"], latest,
    )  # fmt: skip
    return Created(record, replayed=True)
