"""Records as MongoDB documents, and back."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from persistence.mongo.cells import copy
from persistence.mongo.tables import Table
from persistence.store import Draft, Event, Record, Scope

Stored = dict[str, Any]

#: What a read fetches of a record.
IDENTITY: dict[str, Any] = dict.fromkeys(
    ("resource", "version", "n", "body", "modified", "primary"), 1
)
#: Larger bodies of events and first answers are kept compressed: a document has 16 MB for all.
_COMPRESSED_FROM = 16 * 1024


def as_record(row: Mapping[str, Any]) -> Record:
    """The record of a document that a read fetched."""
    key = row["_id"]
    return Record(
        key, row["resource"], row["version"], f"{key}.{row['n']}", row["body"], row["modified"],
        row["primary"],
    )  # fmt: skip


def new(table: Table, draft: Draft, scope: Scope, key: int, now: int, *, primary: bool) -> Stored:
    """The document of a record that reads do not see yet."""
    return {
        "_id": key,
        "space": scope.space,
        "resource": draft.id,
        "version": draft.version,
        "rank": draft.rank,
        "n": 1,
        "primary": primary,
        "modified": now,
        **content(table, draft.document, draft.body),
    }


def content(table: Table, document: dict[str, Any], body: bytes) -> Stored:
    """What of a document's fields follows from the resource."""
    return {
        "body": body,
        **table.mirror.fields(document),
        "q": copy(document, body),
        "mirror": table.signature,
    }


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


def packed(body: bytes) -> bytes:
    """A body as it is kept where it is seldom read. JSON never begins like zlib's output."""
    return body if len(body) < _COMPRESSED_FROM else zlib.compress(body, 1)


def unpacked(kept: bytes) -> bytes:
    """The body that was packed."""
    return zlib.decompress(kept) if kept[:1] == b"\x78" else kept


def revision(record: Record) -> int:
    """How many revisions a record's key has had."""
    return int(record.revision.rpartition(".")[2])
