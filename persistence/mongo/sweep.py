"""What processes that died left behind, and what was kept for a day: put right now and then."""

from collections.abc import Iterable, Mapping

from persistence.mongo import beside, names, uniting
from persistence.mongo.connection import Database
from persistence.mongo.loading import discard
from persistence.mongo.once import LIFETIME
from persistence.mongo.several import follow, spare, whereabouts
from persistence.mongo.showing import show
from persistence.mongo.tables import Table

#: Seconds between two sweeps of a process.
EVERY = 60.0
#: A mark as old as this belongs to a process that is gone, in microseconds.
ABANDONED = 30_000_000


async def sweep(
    database: Database, kinds: Iterable[str], tables: Mapping[str, Table], now: int
) -> None:
    """Finish or undo what was begun and left, in the collections of these names. `tables` gives
    the table of each collection that is open.
    """
    await _loads(database, tables, now)
    await beside.tidy(database, now)
    for name in kinds:
        await _removals(database, name, now)
        await _keys(database, name, now)


async def _loads(database: Database, tables: Mapping[str, Table], now: int) -> None:
    async for entry in database[names.LOADS].find({"until": {"$lt": now}}):
        if "joins" in entry:
            # What was decided is finished by whoever keeps both faces, when it begins.
            await uniting.undo(database, entry)
        elif entry["state"] == "complete":
            table = tables.get(entry.get("face", ""))
            if table is not None and table.pair is not None:
                await show(database, entry, now, table)
            elif "face" not in entry:  # Both faces are turned by whoever keeps both.
                await show(database, entry, now)
        else:
            await discard(database, entry)


async def _removals(database: Database, name: str, now: int) -> None:
    records = database[name]
    marked = {"waits": {"$gt": 0}, "going.at": {"$lt": now - ABANDONED}}
    shown = {"going": 1, "gone": 1, "resource": 1, "space": 1}
    async for row in records.find(marked, shown):
        going = row["going"]
        if "joins" in going and await _is_under_way(database, going["by"]):
            continue
        place = whereabouts(going.get("ids", [row["resource"]]), row["space"])
        if "others" in going:
            twin = going.get("twin", False)
            await follow(records, place, row["_id"], going["others"], going["by"], now, twin=twin)
            continue
        mark = {"_id": going["first"], "going.by": going["by"]}
        decided = {**place, **mark, "gone": {"$exists": True}}
        if await records.find_one(decided, {"_id": 1}) is None:
            await spare(records, place, going["first"], going["by"])


async def _is_under_way(database: Database, load: str) -> bool:
    return await database[names.LOADS].find_one({"_id": load}, {"_id": 1}) is not None


async def _keys(database: Database, name: str, now: int) -> None:
    """Forget idempotency keys after their day (D20), and tombstones kept only for them."""
    records = database[name]
    expired = {"once.at": {"$lte": now - LIFETIME}}
    await records.delete_many({**expired, "gone": {"$exists": True}, "waits": {"$exists": False}})
    await records.update_many(expired, {"$unset": {"once": 1}})
