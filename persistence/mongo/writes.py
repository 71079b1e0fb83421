"""What each write of one record sends: one command, which is the change and its events (D1)."""

from collections.abc import Sequence
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from persistence.errors import Duplicate, KeyReused, Stale, Unavailable
from persistence.mongo.clock import Clock
from persistence.mongo.records import (
    Stored,
    content,
    new,
    packed,
    pending,
    revision,
    unpacked,
)
from persistence.mongo.tables import Table
from persistence.store import Created, Draft, Event, Once, Record, Scope

Records = AsyncCollection[Stored]

#: How long an idempotency key is remembered (D20), in microseconds.
ONCE_LIFETIME = 24 * 3600 * 1_000_000
#: What a tombstone no longer has of its record.
EMPTIED = ("live", "primary", "body", "c", "m", "q")
#: More refusals of one insert than there are indexes that could mend themselves.
_ATTEMPTS = 5


async def create(
    records: Records,
    table: Table,
    clock: Clock,
    draft: Draft,
    scope: Scope,
    events: Sequence[Event],
    once: Once | None,
) -> Created:
    """Keep a new record. One command; two where nobody knows whether it is the first version."""
    now = clock.now()
    if table.sharded and once is not None:
        # No index refuses the second use of a key there, so it is looked for before.
        known = await _earlier(records, once, now)
        if known is not None:
            return known
    primary = draft.first
    if primary is None:
        versioned = table.collection.versioned
        primary = not (versioned and await _has_versions(records, draft.id, scope))
    for _ in range(_ATTEMPTS):
        key = clock.key(now)
        document = new(table, draft, scope, key, now, primary=primary) | {"live": scope.space}
        if events:
            document |= {"events": pending(table, key, 1, now, events), "waits": now}
        if once is not None:
            document["once"] = _remembered(once, draft, now, primary=primary)
        try:
            await records.insert_one(document)
        except DuplicateKeyError as error:
            if once is not None and (earlier := await _earlier(records, once, now)) is not None:
                return earlier
            match list((error.details or {}).get("keyPattern", ())):
                case ["_id"]:
                    clock.move()
                case ["resource", "space"]:
                    primary = False
                case ["resource", "space", "version"]:
                    raise Duplicate(f"{draft.id} {draft.version}".strip()) from error
            continue
        record = Record(key, draft.id, draft.version, f"{key}.1", draft.body, now, primary)
        return Created(record)
    raise Unavailable(f"no place was found for {draft.id}")


async def replace(
    records: Records,
    table: Table,
    clock: Clock,
    seen: Record,
    draft: Draft,
    scope: Scope,
    events: Sequence[Event],
) -> Record:
    """Put a draft in the place of the record that was seen. One command."""
    count = revision(seen)
    now = max(clock.now(), seen.modified + 1)
    assigned = content(table, draft.document, draft.body) | {"n": count + 1, "modified": now}
    if draft.version != seen.version:
        assigned |= {"version": draft.version, "rank": draft.rank}
    change = {"$set": assigned, **_waiting(pending(table, seen.key, count + 1, now, events), now)}
    try:
        done = await records.update_one(unchanged(seen, scope), change)
    except DuplicateKeyError as error:
        raise Duplicate(f"{draft.id} {draft.version}") from error
    if done.matched_count == 0:
        raise Stale(draft.id)
    return Record(
        seen.key, draft.id, draft.version, f"{seen.key}.{count + 1}", draft.body, now, seen.primary
    )


async def delete(
    records: Records,
    table: Table,
    clock: Clock,
    seen: Record,
    scope: Scope,
    events: Sequence[Event],
) -> None:
    """Make a tombstone of the record that was seen. One command."""
    change = tombstone(table, seen, max(clock.now(), seen.modified + 1), events)
    done = await records.update_one(unchanged(seen, scope), change)
    if done.matched_count == 0:
        raise Stale(seen.id)


def unchanged(seen: Record, scope: Scope) -> Stored:
    """The filter of a record as it was seen. It begins with the shard key."""
    return {
        "resource": seen.id,
        "space": scope.space,
        "_id": seen.key,
        "n": revision(seen),
        "live": scope.space,
        "going": {"$exists": False},
    }


def tombstone(table: Table, seen: Record, now: int, events: Sequence[Event]) -> dict[str, Any]:
    """The update that leaves of a record only what the relay and a replay need.

    A number in the place of its version frees the id without touching the shard key.
    """
    n = revision(seen) + 1
    return {
        "$set": {"gone": now, "version": seen.key, "n": n},
        "$unset": dict.fromkeys(EMPTIED, 1),
        "$min": {"waits": now},
        "$push": {"events": {"$each": pending(table, seen.key, n, now, events)}},
    }


def _waiting(events: list[dict[str, Any]], now: int) -> dict[str, Any]:
    """The part of an update that leaves events to the relay."""
    if not events:
        return {}
    return {"$push": {"events": {"$each": events}}, "$min": {"waits": now}}


async def _has_versions(records: Records, id: str, scope: Scope) -> bool:
    wanted = {"resource": id, "space": scope.space, "live": scope.space}
    return await records.find_one(wanted, {"_id": 1}) is not None


def _remembered(once: Once, draft: Draft, now: int, *, primary: bool) -> Stored:
    return {
        "key": once.key,
        "digest": once.digest,
        "at": now,
        "version": draft.version,
        "primary": primary,
        "body": packed(draft.body),
    }


async def _earlier(records: Records, once: Once, now: int) -> Created | None:
    """What the same key did before, within its lifetime."""
    row = await records.find_one({"once.key": once.key}, {"resource": 1, "once": 1})
    if row is None:
        return None
    kept = row["once"]
    if kept["at"] <= now - ONCE_LIFETIME:
        expired = {"_id": row["_id"], "once.key": once.key, "once.at": kept["at"]}
        await records.update_one(expired, {"$unset": {"once": 1}})
        return None
    if kept["digest"] != once.digest:
        raise KeyReused(once.key)
    key = row["_id"]
    record = Record(
        key, row["resource"], kept["version"], f"{key}.1", unpacked(kept["body"]), kept["at"],
        kept["primary"],
    )  # fmt: skip
    return Created(record, replayed=True)
