"""What the catalogue of a database says of records with two faces.

The entry of the collection that leads names the other one: its own documents, if there are any, are
of a time when the faces were kept apart.
"""

from collections.abc import Iterable, Mapping

from persistence.errors import Unusable
from persistence.mongo import names
from persistence.mongo.connection import Database, Stored
from persistence.mongo.tables import Pair, Table

_SEEN = {"$exists": True}


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
