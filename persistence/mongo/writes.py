"""What each write of one record sends: one command, which is the change and its events (D1)."""

import asyncio
from collections.abc import Sequence
from typing import Any

from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from persistence.errors import Duplicate, Stale, Unavailable, named
from persistence.mongo import beside
from persistence.mongo.bulky import bulky, exchanged
from persistence.mongo.clock import Clock
from persistence.mongo.latest import Records, make_way
from persistence.mongo.names import TWIN
from persistence.mongo.once import earlier, remembered
from persistence.mongo.records import Stored, faces, new, pending
from persistence.mongo.tables import Table
from persistence.store import Created, Draft, Event, Once, Record, Scope
from persistence.twins import other_face
from tmf_apis.tmf630.version_order import rank

#: What a tombstone no longer has of its record, beside a second face.
EMPTIED = ("live", "body", "c", "m", "q")
#: More refusals of one insert than there are indexes that could mend themselves, and the seconds
#: to wait after the first: what refuses may not be for good yet, and so not be seen.
_ATTEMPTS, _PAUSE = 7, 0.01
#: The fields of the index that knows each entity version once.
_IDENTITY = ["resource", "space", "version"]


async def create(
    records: Records,
    table: Table,
    clock: Clock,
    draft: Draft,
    scope: Scope,
    events: Sequence[Event],
    once: Once | None,
) -> Created:
    """Keep a new record. One command; two or three where it may not be the first version."""
    now, key = clock.now(), clock.key()
    apart = [] if table.apart is None else [records.database[table.apart.name]]
    if once is not None:
        # No index refuses the second use of a key there, so it is looked for before.
        for each in ([records] if table.sharded else []) + apart:
            if (known := await earlier(each, once, now)) is not None:
                return known
    if apart and await _is_taken(apart[0], draft, scope):
        raise Duplicate(named(draft.id, draft.version))
    latest = True
    if table.collection.versioned and not draft.first:
        latest = await make_way(records.database, table, scope, draft.id, now, key=key, draft=draft)
    for attempt in range(_ATTEMPTS):
        document = new(table, draft, scope, key, now, scope.space)
        parts = list(bulky(table, document))
        if events:
            waiting = pending(table, key, 1, now, events)
            document |= {"events": waiting, "waits": now}
            parts += waiting
        if once is not None:
            document["once"] = remembered(once, draft, now, latest=latest)
            parts.append(document["once"])
        await beside.put(records.database, table.name, now, ((key, part) for part in parts))
        try:
            await records.insert_one(document)
        except DuplicateKeyError as error:
            await beside.remove(records.database, parts)
            if once is not None and (known := await earlier(records, once, now)) is not None:
                return known
            refusing = list((error.details or {}).get("keyPattern", ()))
            if refusing == _IDENTITY or (not refusing and await _is_taken(records, draft, scope)):
                raise Duplicate(named(draft.id, draft.version)) from error
            if refusing in (["_id"], []):
                key = clock.key()
            await asyncio.sleep(_PAUSE * 2**attempt)
            continue
        return Created(
            Record(key, draft.id, draft.version, 1, draft.body, now, latest, *other_face(draft))
        )
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
    """Put a draft in the place of the record that was seen. One command; two or three where its
    entity version changes.
    """
    _refuse_unseen(table, seen, draft)
    n, latest = seen.n + 1, seen.latest
    now = max(clock.now(), seen.modified + 1)
    assigned = faces(table, draft, scope.space) | {"n": n, "modified": now}
    if draft.version != seen.version:
        assigned |= {"version": draft.version, "rank": rank(draft.version)}
        latest = await make_way(
            records.database, table, scope, draft.id, now, key=seen.key, draft=draft,
            was=seen.latest,
        )  # fmt: skip
        if table.apart is not None and await _is_taken(
            records.database[table.apart.name], draft, scope
        ):
            raise Duplicate(named(draft.id, draft.version))
    waiting = await put_beside(records, table, seen, now, events)
    bodies = list(bulky(table, assigned))
    await beside.put(records.database, table.name, now, ((seen.key, body) for body in bodies))
    change = {"$set": assigned, **exchanged(table, assigned), **_waiting(waiting, now)}
    try:
        done = await records.update_one(unchanged(table, seen, scope), change)
    except DuplicateKeyError as error:
        raise Duplicate(named(draft.id, draft.version)) from error
    if done.matched_count == 0:
        await beside.remove(records.database, [*waiting, *bodies])
        raise Stale(draft.id)
    return Record(seen.key, draft.id, draft.version, n, draft.body, now, latest, *other_face(draft))


async def delete(
    records: Records,
    table: Table,
    clock: Clock,
    seen: Record,
    scope: Scope,
    events: Sequence[Event],
) -> None:
    """Make a tombstone of the record that was seen. One command; two or three where it is the
    latest version of its id.
    """
    now = max(clock.now(), seen.modified + 1)
    if table.collection.versioned and seen.latest:
        await make_way(
            records.database, table, scope, seen.id, now, key=seen.key, draft=None, was=True
        )
    waiting = await put_beside(records, table, seen, now, events)
    done = await records.update_one(
        unchanged(table, seen, scope), tombstone(table, seen, now, waiting)
    )
    if done.matched_count == 0:
        await beside.remove(records.database, waiting)
        raise Stale(seen.id)


def unchanged(table: Table, seen: Record, scope: Scope) -> Stored:
    """The filter of a record as it was seen, which has all its faces. It begins with the shard
    key.
    """
    both = {} if table.pair is None else {table.pair.second.live: scope.space}
    return {
        "resource": seen.id,
        "space": scope.space,
        "_id": seen.key,
        "n": seen.n,
        "live": scope.space,
        "going": {"$exists": False},
        **both,
    }


def tombstone(table: Table, seen: Record, now: int, waiting: list[Stored]) -> dict[str, Any]:
    """The update that leaves of a record only what the relay and a replay need.

    A number in the place of its version frees the id without touching the shard key.
    """
    return {
        "$set": {"gone": now, "version": seen.key, "n": seen.n + 1},
        "$unset": dict.fromkeys(emptied(twin=table.pair is not None), 1),
        "$min": {"waits": now},
        "$push": {"events": {"$each": waiting}},
    }


def emptied(*, twin: bool) -> Sequence[str]:
    """What a tombstone no longer has of its record, be it of one face or two."""
    return (*EMPTIED, "beside", TWIN) if twin else EMPTIED


def _refuse_unseen(table: Table, seen: Record, draft: Draft) -> None:
    """Raise `Stale` where a record is to be changed of which only one of two faces was seen."""
    unseen = draft.twin is not None and draft.twin.before is None and seen.twin is None
    if table.pair is not None and unseen:
        raise Stale(draft.id)


async def put_beside(
    records: Records, table: Table, seen: Record, now: int, events: Sequence[Event]
) -> list[Stored]:
    """The events of a change of a record that was seen, as they wait beside it; bulky bodies are
    put where they belong.
    """
    waiting = pending(table, seen.key, seen.n + 1, now, events)
    parts = ((seen.key, event) for event in waiting)
    await beside.put(records.database, table.name, now, parts)
    return waiting


def _waiting(events: list[dict[str, Any]], now: int) -> dict[str, Any]:
    """The part of an update that leaves events to the relay."""
    if not events:
        return {}
    return {"$push": {"events": {"$each": events}}, "$min": {"waits": now}}


async def _is_taken(records: Records, draft: Draft, scope: Scope) -> bool:
    """Whether an entity version is there, be it for good or not: for servers that do not say
    which index refused.
    """
    place = {"resource": draft.id, "space": scope.space, "version": draft.version}
    current = records.with_options(read_concern=ReadConcern("local"))
    return await current.find_one(place, {"_id": 1}) is not None
