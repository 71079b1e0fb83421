"""What is too bulky to stand in a record: bodies of its events, the first body of a key, and its
own bodies where it has two faces (see `bulky`).

A document has 16 MB for all, and events may wait in it one upon the other. So a bulky body is put
beside it, and the record names it. That comes first and is durable before the record is written:
the one write of the record still decides (D1), and whatever it names is there. What no record
names is removed (see `sweep`): left by a write that was refused, or by a process that died.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import uuid4

from pymongo import ASCENDING, IndexModel

from persistence.mongo import names
from persistence.mongo.connection import Database, Stored
from persistence.mongo.names import TWIN

#: Bytes from which a body stands beside its record, packed as it is there.
FROM = 16 * 1024
#: How long nobody need name what stands beside, in microseconds: no write takes longer.
UNNAMED = 3_600_000_000
#: Parts of records whose bodies stand beside and that are moved at once.
_BULKY = 10
#: Documents that are looked at in one round.
_ROUND = 500
_INDEX = IndexModel([("at", ASCENDING), ("name", ASCENDING), ("key", ASCENDING)], name="at")


async def put(database: Database, name: str, now: int, kept: Iterable[tuple[int, Stored]]) -> None:
    """Let bulky bodies stand beside the records of some keys, before these are written.

    `name` is the collection of the records. What is kept with a record, such as an event, has a
    `body`; afterwards it names it instead where it is bulky.
    """
    bodies = []
    for key, part in kept:
        if len(part["body"]) >= FROM:
            part["beside"] = uuid4().hex
            body = part.pop("body")
            bodies.append(
                {"_id": part["beside"], "name": name, "key": key, "at": now, "body": body}
            )
    if bodies:
        await database[names.BESIDE].insert_many(bodies)


async def bodies(database: Database, parts: Iterable[Stored]) -> dict[str, bytes]:
    """What stands beside, of some parts of records; what nobody names any more may be gone."""
    wanted = named(parts)
    if not wanted:
        return {}
    found = database[names.BESIDE].find({"_id": {"$in": wanted}}, {"body": 1})
    return {row["_id"]: row["body"] async for row in found}


def at_once(parts: Sequence[Stored]) -> Sequence[Stored]:
    """So many of the first parts that their bodies fit into memory."""
    bulky = [place for place, part in enumerate(parts) if "beside" in part]
    return parts[: bulky[_BULKY]] if len(bulky) > _BULKY else parts


def with_body(part: Stored, bodies: Mapping[str, bytes]) -> Stored:
    """A part with its body, which may be among those that stand beside."""
    if "beside" not in part:
        return part
    others = {name: value for name, value in part.items() if name != "beside"}
    return {**others, "body": bodies[part["beside"]]}


async def remove(database: Database, parts: Iterable[Stored]) -> None:
    """Remove what stood beside, when no record names it any more."""
    if wanted := named(parts):
        await database[names.BESIDE].delete_many({"_id": {"$in": wanted}})


def named(parts: Iterable[Stored]) -> list[str]:
    """The names in some parts of records."""
    return [part["beside"] for part in parts if "beside" in part]


async def tidy(database: Database, now: int) -> None:
    """Remove what no record names, or ever will."""
    kept = database[names.BESIDE]
    if await kept.find_one({}, {"_id": 1}) is None:
        return
    await kept.create_indexes([_INDEX])
    old = kept.find({"at": {"$lt": now - UNNAMED}}, {"name": 1, "key": 1}, batch_size=_ROUND)
    while rows := await old.to_list(_ROUND):
        for name in {row["name"] for row in rows}:
            some = [row for row in rows if row["name"] == name]
            used = await _used(database, name, [row["key"] for row in some])
            unused = [row["_id"] for row in some if row["_id"] not in used]
            await kept.delete_many({"_id": {"$in": unused}})


async def _used(database: Database, name: str, keys: Sequence[int]) -> set[str]:
    """What the records of some keys name."""
    parts = ("events", "once", TWIN)
    shown = {f"{part}.beside": 1 for part in parts} | {"beside": 1}
    found = database[name].find({"_id": {"$in": list(keys)}}, shown)
    return {
        each
        async for row in found
        for each in named([row, *row.get("events", ()), row.get("once", {}), row.get(TWIN, {})])
    }
