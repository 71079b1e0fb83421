"""Records as MongoDB documents, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

import bson
import orjson

from persistence.mongo.cells import copy
from persistence.mongo.names import TWIN
from persistence.mongo.tables import Table
from persistence.packing import packed
from persistence.store import Draft, Event, Facet, Record, Scope
from persistence.twins import other
from tmf_apis.tmf630.version_order import rank

Stored = dict[str, Any]

#: Bytes that a resource may take with its mirror and its copy; what waits beside it has the rest
#: of the 16 MB that a document may have.
ROOM = 14 * 1024 * 1024
#: A shorter body has room for whatever its copy is: at most fourteen times as much.
SURE = 256 * 1024


def as_record(row: Mapping[str, Any], *, latest: bool = True) -> Record:
    """The record of a document that a read fetched, be it the latest version of its id or not."""
    key = row["_id"]
    return Record(
        key, row["resource"], row["version"], row["n"], row["body"],
        row["modified"], latest, row.get("twin"), row.get("memory"),
    )  # fmt: skip


def as_draft(table: Table, row: Mapping[str, Any]) -> Draft:
    """The draft of a face from which a document with two faces was made, unseen by reads, to take
    the place of another.
    """
    bodies = row["body"], row[TWIN]["body"]
    body, its = reversed(bodies) if table.prefix else bodies
    twin = Facet(orjson.loads(its), its, memory=row[TWIN].get("memory"))
    return Draft(row["resource"], orjson.loads(body), body, row["over"], twin=twin)


def new(
    table: Table, draft: Draft, scope: Scope, key: int, now: int, live: str | None = None
) -> Stored:
    """The document of a new record, which reads do not see unless it says of which space."""
    return {
        "_id": key,
        "space": scope.space,
        "resource": draft.id,
        "version": draft.version,
        "rank": rank(draft.version),
        "n": 1,
        "modified": now,
        **faces(table, draft, live),
        **_seen(live),
    }


def faces(table: Table, draft: Draft, live: str | None = None) -> Stored:
    """What of a document's fields follows from the resource, be it in one face or two. Raises
    `ValueError` where one of two is not given.
    """
    if table.pair is None:
        return content(table, draft.document, draft.body)
    own, its = draft, other(draft)
    first, second = (its, own) if table.prefix else (own, its)
    return {
        **content(table.pair.first, first.document, first.body),
        TWIN: second_face(table.pair.second, second, live),
    }


def second_face(table: Table, draft: Draft, live: str | None = None) -> Stored:
    """What is kept of the second face, by a draft of it."""
    memory = draft.twin and draft.twin.memory
    remembered = {"memory": memory} if memory else {}
    return {**content(table, draft.document, draft.body), **remembered, **_seen(live)}


def _seen(live: str | None) -> Stored:
    return {} if live is None else {"live": live}


def content(table: Table, document: dict[str, Any], body: bytes) -> Stored:
    """What of the fields of a face follows from it."""
    if unsearched := table.collection.unsearched:
        document = {name: value for name, value in document.items() if name not in unsearched}
    held = {"body": body, **table.mirror.fields(document), "mirror": table.signature}
    return {**held, "q": copy(document, _room(table, held))}


def _room(table: Table, held: Stored) -> int | None:
    """What is left for the copy of a face, None where it is enough for any. A body of two faces may
    stand beside (see `bulky`).
    """
    if len(held["body"]) < SURE:
        return None
    if table.pair is None:
        return ROOM - len(bson.encode(held))
    return ROOM // 2 - len(bson.encode({**held, "body": b""}))


def pending(
    table: Table, key: int, n: int, now: int, events: Sequence[Event]
) -> list[dict[str, Any]]:
    """The events of a change as they wait beside the record. Their keys say which change it was,
    so that none is logged twice.
    """
    return [
        {
            "key": f"{table.kind}#{key}.{n}.{place}",
            "type": event.type,
            "raised": now,
            "body": packed(event.body),
            **_told_of(table, event),
        }
        for place, event in enumerate(events)
    ]


def _told_of(table: Table, event: Event) -> Stored:
    """The collection that an event is told of, where the record does not tell it."""
    kind = event.collection or table.collection.name
    return {} if kind == table.kind else {"kind": kind}
