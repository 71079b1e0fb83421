"""Bodies of two faces that would leave each other too little room in one document.

A face may take half of what a document has for both. Where its body, its mirror and its copy take
more, the body stands beside the record (see `beside`), and the face has the name of it instead. So
each body is kept, and found, as it would be alone.
"""

from collections.abc import Iterable, Iterator, Sequence

import bson

from persistence.errors import Unavailable
from persistence.mongo import beside
from persistence.mongo.connection import Database
from persistence.mongo.names import TWIN
from persistence.mongo.records import ROOM, SURE, Stored
from persistence.mongo.tables import Table

#: What a read that asks for both faces fetches of their bodies.
_SHOWN = ("body", "twin")
#: What a face has that takes room.
_HELD = ("body", "c", "m", "q", "mirror")


def bulky(table: Table, document: Stored) -> Iterator[Stored]:
    """The faces of a document whose bodies are to stand beside it; none of one face alone."""
    if table.pair is None:
        return
    for face in (document, document.get(TWIN, {})):
        if len(face.get("body", b"")) >= SURE:
            held = {name: face[name] for name in _HELD if name in face}
            if len(bson.encode(held)) > ROOM // len(table.faces):
                yield face


async def make_room(
    database: Database, table: Table, now: int, documents: Iterable[Stored]
) -> None:
    """Let bulky bodies stand beside their documents, before these are written."""
    parts = [(each["_id"], face) for each in documents for face in bulky(table, each)]
    await beside.put(database, table.name, now, parts)


def exchanged(table: Table, assigned: Stored) -> Stored:
    """The part of an update that takes away where the body of the first face was, if elsewhere."""
    if table.pair is None:
        return {}
    return {"$unset": {"body" if "beside" in assigned else "beside": 1}}


async def whole(
    database: Database, rows: Sequence[Stored], room: int | None = None
) -> tuple[list[Stored], bool]:
    """The first of some rows that a read fetched, one at least, with the bodies that they only
    name; and whether others are left out for which there is no room.
    """
    taken: list[Stored] = []
    for row in rows:
        named = {field: row[field] for field in _SHOWN if isinstance(row.get(field), str)}
        if named:
            found = await beside.bodies(database, ({"beside": name} for name in named.values()))
            bodies = {field: _there(found, name) for field, name in named.items()}
            if room is not None:
                room -= sum(map(len, bodies.values()))
                if room < 0 and taken:
                    return taken, True
            row = {**row, **bodies}
        taken.append(row)
    return taken, False


async def restored(database: Database, documents: Sequence[Stored]) -> list[Stored]:
    """Documents whose faces have their bodies again."""
    parts = [part for each in documents for part in (each, each.get(TWIN, {}))]
    found = await beside.bodies(database, parts)
    return [_with_bodies(each, found) for each in documents] if found else list(documents)


def _with_bodies(document: Stored, found: dict[str, bytes]) -> Stored:
    whole = {**document}
    if TWIN in document:
        whole[TWIN] = {**document[TWIN]}
    for face in (whole, whole.get(TWIN, {})):
        if "beside" in face:
            face["body"] = _there(found, face["beside"])
    return whole


def _there(found: dict[str, bytes], name: str) -> bytes:
    if name not in found:
        raise Unavailable("the record was changed while it was read")
    return found[name]
