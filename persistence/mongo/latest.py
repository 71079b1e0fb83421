"""Which version of an id is the latest (R-1305): worked out from all of them by whoever asks.

No record says so of itself, for then two would have to change as one. The one write that brings
a version, renames it or takes it away decides, and at once all that is told of the others is
right: an overtaken one has another revision from that moment.

Before such a write the other version that is about to begin or to cease to be the latest is
touched: its count of revisions and its time move. So no revision ever comes back when a version
is the latest again. A process that dies in between has touched a record in vain, which harms
nobody.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from pymongo.asynchronous.collection import AsyncCollection

from persistence.errors import Stale
from persistence.mongo.connection import Database
from persistence.mongo.names import WITHIN
from persistence.mongo.records import Stored
from persistence.mongo.tables import Table
from persistence.store import Draft, Scope
from tmf_apis.tmf630.version_order import rank

Records = AsyncCollection[Stored]

#: Ids in one command.
_IDS = 5_000


class Place(NamedTuple):
    """Where a version stands: by its rank, and by its creation among equals."""

    rank: str
    key: int


#: Where records are that reads see: their collection, and the field that says so.
Shown = tuple[Records, str]


def places(database: Database, table: Table) -> list[Shown]:
    """Where the records of a collection are that reads see."""
    return [(database[place.name], place.live) for place in table.places]


async def tops(shown: Sequence[Shown], space: str, ids: Iterable[str]) -> dict[str, Place]:
    """The place of the latest version of each id that reads can see."""
    found: dict[str, Place] = {}
    rest = iter(dict.fromkeys(ids))
    while some := list(islice(rest, _IDS)):
        for records, live in shown:
            wanted = {"resource": {"$in": some}, "space": space, live: space}
            await gather(records, wanted, found)
    return found


async def gather(records: Records, wanted: Stored, found: dict[str, Place]) -> None:
    """Add the greatest place among some records, for each of their ids."""
    async for row in records.find(wanted, {"resource": 1, "rank": 1}):
        place = Place(row["rank"], row["_id"])
        found[row["resource"]] = max(place, found.get(row["resource"], place))


async def overtaken(
    database: Database, table: Table, rows: Sequence[Stored], scope: Scope
) -> frozenset[int]:
    """The keys of those documents that a read fetched which are not the latest version of their
    id. One command where there may be any.
    """
    if not table.collection.versioned or not rows:
        return frozenset()
    ids = (row["resource"] for row in rows)
    latest = await tops(places(database, table), scope.space, ids)
    keys = {place.key for place in latest.values()}
    return frozenset(row["_id"] for row in rows if row["_id"] not in keys)


async def make_way(
    database: Database,
    table: Table,
    scope: Scope,
    id: str,
    now: int,
    *,
    key: int,
    draft: Draft | None,
    was: bool = False,
) -> bool:
    """Whether the record of a key is to be the latest version of its id, by a draft, or none if it
    is to go; `was` says whether it is. Where that changes, the other one is touched.

    Of two faces each is asked about, for one may have versions that stand apart. Raises `Stale`
    where the caller took the draft for what it is not.
    """
    mine = {"resource": id, "space": scope.space, "live": scope.space}
    shown = {"version": 1, "rank": 1} | ({f"{WITHIN}live": 1} if table.pair else {})
    names = dict.fromkeys(place.name for face in table.faces for place in face.places)
    rows = {name: await database[name].find(mine, shown).to_list() for name in names}
    latest, touched = False, set()
    for face in table.faces:
        others = {
            row["version"]: (Place(row["rank"], row["_id"]), place.name)
            for place in face.places
            for row in rows[place.name]
            if row["_id"] != key and place.has(row)
        }
        other, of = max(others.values(), default=(None, ""))
        first = draft is not None and (other is None or Place(rank(draft.version), key) > other)
        if face is table:
            latest = first
        if draft is not None:
            if face is table and draft.latest not in (None, latest):
                raise Stale(id)
            if draft.version in others:
                return latest  # The write will be refused, and a refused write changes nothing.
        if other is not None and first != was:
            touched.add((of, other.key))
    for name, each in sorted(touched):
        await touch(database[name], {**mine, "_id": each}, now)
    return latest


async def touch(records: Records, wanted: Stored, now: int) -> None:
    """Move the revision and the time of some records."""
    await records.update_many(wanted, {"$inc": {"n": 1}, "$max": {"modified": now}})
