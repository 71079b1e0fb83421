"""Records as MongoDB documents, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

import bson

from persistence.mongo.cells import copy
from persistence.mongo.tables import Table
from persistence.packing import packed
from persistence.revisions import revision
from persistence.store import Draft, Event, Record, Scope
from tmf_apis.tmf630.version_order import rank

Stored = dict[str, Any]

#: What a read fetches of a record.
IDENTITY: dict[str, Any] = dict.fromkeys(("resource", "version", "n", "body", "modified"), 1)
#: Bytes that a resource may take with its mirror and its copy; what waits beside it has the rest
#: of the 16 MB that a document may have.
ROOM = 14 * 1024 * 1024
#: A shorter body has room for whatever its copy is: at most fourteen times as much.
_SURE = 256 * 1024


def as_record(row: Mapping[str, Any], *, latest: bool = True) -> Record:
    """The record of a document that a read fetched, be it the latest version of its id or not."""
    key = row["_id"]
    return Record(
        key, row["resource"], row["version"], revision(key, row["n"], latest=latest), row["body"],
        row["modified"], latest,
    )  # fmt: skip


def new(table: Table, draft: Draft, scope: Scope, key: int, now: int) -> Stored:
    """The document of a record that reads do not see yet."""
    return {
        "_id": key,
        "space": scope.space,
        "resource": draft.id,
        "version": draft.version,
        "rank": rank(draft.version),
        "n": 1,
        "modified": now,
        **content(table, draft.document, draft.body),
    }


def content(table: Table, document: dict[str, Any], body: bytes) -> Stored:
    """What of a document's fields follows from the resource."""
    held = {"body": body, **table.mirror.fields(document), "mirror": table.signature}
    room = None if len(body) < _SURE else ROOM - len(bson.encode(held))
    return {**held, "q": copy(document, room)}


def pending(
    table: Table, key: int, n: int, now: int, events: Sequence[Event]
) -> list[dict[str, Any]]:
    """The events of a change as they wait beside the record. Their keys say which change it was,
    so that none is logged twice.
    """
    return [
        {
            "key": f"{table.collection.name}#{key}.{n}.{place}",
            "type": event.type,
            "raised": now,
            "body": packed(event.body),
        }
        for place, event in enumerate(events)
    ]
