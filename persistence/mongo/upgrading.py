"""From the layout of an older database to this one, before anything is read by it.

Several processes may do it at once, and doing it again changes nothing.
"""

from collections.abc import Sequence

from pymongo import UpdateOne

from persistence.mongo import names
from persistence.mongo.clock import Clock
from persistence.mongo.connection import Database
from persistence.mongo.latest import Place, Records
from persistence.mongo.records import Stored
from persistence.mongo.tables import LAYOUT, Table
from tmf_apis.tmf630.version_order import rank


async def upgrade(database: Database, tables: Sequence[Table]) -> None:
    """Rank the entity versions anew; those that begin or cease to be the latest are touched."""
    for table in tables:
        if table.collection.versioned:
            await _rank(database[table.name])
    layout = {"$max": {"layout": LAYOUT}}
    await database[names.CATALOGUE].update_one({"_id": "layout"}, layout, upsert=True)


async def _rank(records: Records) -> None:
    shown = dict.fromkeys(("space", "resource", "version", "primary"), 1)
    rows = await records.find({"live": {"$exists": True}}, shown).to_list()
    tops: dict[tuple[str, str], Place] = {}
    for row in rows:
        place = Place(rank(row["version"]), row["_id"])
        whose = (row["space"], row["resource"])
        tops[whose] = max(place, tops.get(whose, place))
    latest = {place.key for place in tops.values()}
    now = Clock().now()
    steps = [_ranked(row, now, latest=row["_id"] in latest) for row in rows if "primary" in row]
    if steps:
        await records.bulk_write(steps, ordered=False)
    for first in (True, False):
        told = {"once.primary": first}
        await records.update_many(
            told, {"$set": {"once.latest": first}, "$unset": {"once.primary": 1}}
        )


def _ranked(row: Stored, now: int, *, latest: bool) -> UpdateOne:
    """The step for one record, in which the first version of an id had a mark."""
    change: Stored = {"$set": {"rank": rank(row["version"])}, "$unset": {"primary": 1}}
    if latest != row["primary"]:
        change |= {"$inc": {"n": 1}, "$max": {"modified": now}}
    return UpdateOne({"_id": row["_id"], "primary": row["primary"]}, change)
