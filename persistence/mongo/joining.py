"""What the catalogue of a database says of records with two faces.

The entry of the collection that leads names the other one: its own documents, if there are any, are
of a time when the faces were kept apart. Once no record stands apart, the entry notes from which
key on one may: until then a database is looked through when it is opened, from then on only what is
newer, by the index of the second face. So what a process that keeps the faces apart writes after
that is found all the same.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from pymongo import UpdateOne

from persistence.errors import Unusable
from persistence.mongo import names
from persistence.mongo.clock import SLOT_BITS
from persistence.mongo.connection import Database, Stored
from persistence.mongo.tables import Pair, Table

_SEEN = {"$exists": True}
#: By how much clocks of machines may differ, and what is being written may be late; microseconds.
_LATE = 60_000_000


async def refuse_halves(
    database: Database, entries: Iterable[Stored], opened: Mapping[str, Table]
) -> None:
    """Raise `Unusable` where records have another face which would not be kept with them."""
    for entry in entries:
        kinds = entry.get("kind", ""), entry.get("twin", {}).get("kind", "")
        for own, other in (kinds, kinds[::-1]) if all(kinds) else ():
            table = opened.get(own)
            if table is None or (table.pair is not None and _other(table) == other):
                continue
            both = {f"{names.TWIN}.live": _SEEN}
            if await database[entry["_id"]].find_one(both, {"_id": 1}) is not None:
                raise Unusable(f"records of {own} have another face in {other}, kept with them")


def _other(table: Table) -> str:
    return table.faces[1].collection.name


async def stands_apart(database: Database, pair: Pair, entries: Mapping[str, Stored]) -> bool:
    """Whether there are records with the second face alone."""
    name = names.collection_name(pair.second.collection.name)
    if name not in entries:
        return False
    return await database[name].find_one({"live": _SEEN}, {"_id": 1}) is not None


async def has_halves(database: Database, pair: Pair, entry: Stored) -> bool:
    """Whether there are records with one face alone."""
    if pair.apart is not None:
        return True
    after = entry["joined"]["after"] if is_noted(pair, entry) else 0
    # Those without the second face are first in its index.
    first = {pair.second.live: None, "_id": {"$gt": after}, "live": _SEEN}
    return await database[pair.first.name].find_one(first, {"_id": 1}) is not None


def is_noted(pair: Pair, entry: Stored) -> bool:
    """Whether the entry of the first collection says that no record stands apart, up to a key."""
    noted: bool = entry.get("joined", {}).get("kind") == pair.second.collection.name
    return noted


async def note_joined(database: Database, pairs: Sequence[Pair], now: int) -> None:
    """Note that no record of some pairs stands apart, as it was at a moment.

    Not of those into which is loaded without the other face: that is not seen yet.
    """
    apart = {"face": {"$exists": False}, "joins": {"$exists": False}}
    loaded = await database[names.LOADS].distinct("name", apart)
    after = (now - _LATE) << SLOT_BITS
    steps = [
        UpdateOne(
            {"_id": pair.first.name},
            {"$set": {"joined": {"kind": pair.second.collection.name, "after": after}}},
            upsert=True,
        )
        for pair in pairs
        if not {pair.first.name, names.collection_name(pair.second.collection.name)} & {*loaded}
    ]
    if steps:
        await database[names.CATALOGUE].bulk_write(steps)


async def forget_joined(
    database: Database, entries: Iterable[Stored], opened: Collection[Table]
) -> None:
    """Note no longer that records of some collections are joined, from now on kept apart."""
    kinds = {table.collection.name for table in opened if table.pair is None}
    homes = {names.collection_name(kind) for kind in kinds}
    noted = [entry for entry in entries if "joined" in entry]
    keys = [e["_id"] for e in noted if e["_id"] in homes or e["joined"]["kind"] in kinds]
    if keys:
        catalogue = database[names.CATALOGUE]
        await catalogue.update_many({"_id": {"$in": keys}}, {"$unset": {"joined": 1}})


def twin_of(table: Table) -> Stored:
    """What the entry of a collection says of the second face; nothing where there is none."""
    if table.pair is None:
        return {}
    second = table.pair.second
    return {"twin": {"kind": second.collection.name, "signature": second.signature}}


async def enter_twin(database: Database, table: Table, entry: Stored) -> Stored:
    """The entry of a collection, which names the second face before any record has it."""
    said = twin_of(table)
    if not said or entry.get("twin", {}).get("kind") == said["twin"]["kind"]:
        return entry
    await database[names.CATALOGUE].update_one({"_id": table.name}, {"$set": said})
    return entry | said


def signature_of(face: Table, entry: Stored) -> str:
    """The mirror that records have of a face."""
    signature: str = entry["twin"]["signature"] if face.prefix else entry["signature"]
    return signature
