"""From one store to another: every record and event, with its keys, revisions and order.

A copy that was cut short goes on where the target ends, because keys and numbers of events grow.
The source must not change meanwhile; when it did, the comparison at the end says so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import TypeVar

import orjson

from persistence.errors import TooSlow, Unavailable, Unusable
from persistence.store import Collection, Scope, Store
from persistence.twins import leads
from tmf_apis.tmf630.query import Query

#: Records or events in one step.
BATCH = 500
#: How often a step is begun again, and the seconds before that.
TRIES, PAUSE = 10, 2.0

T = TypeVar("T")

#: Told how many records or events were dealt with.
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Copied:
    """What a collection holds on both sides: how many records, and a checksum over all of them."""

    collection: str
    source: tuple[int, str]
    target: tuple[int, str]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return self.source == self.target


async def copy(
    source: Store, target: Store, collections: Sequence[Collection], progress: Progress
) -> list[Copied]:
    """Copy everything, then compare. Both stores are open for these collections, or more.

    Raises `Unusable` when the source holds records of others.
    """
    declared = {collection.name: collection for collection in collections}
    kinds = await source.kinds()
    if strange := [name for name in kinds if name not in declared]:
        raise Unusable(f"no specification declares {', '.join(strange)}; give theirs with --spec")
    await source.settle()
    used = sorted((declared[name] for name in kinds), key=leads, reverse=True)
    for collection in used:
        await patiently(partial(_copy_records, source, target, collection, progress))
    await patiently(partial(_copy_events, source, target, progress))
    compared = [
        Copied(
            collection.name,
            await patiently(partial(checksum, source, collection, progress)),
            await patiently(partial(checksum, target, collection, progress)),
        )
        for collection in used
    ]
    events = Copied("events", await _log_of(source, progress), await _log_of(target, progress))
    return [*compared, events]


async def patiently(step: Callable[[], Awaitable[T]]) -> T:
    """What a step gives that can be begun again when a store does not answer for a moment."""
    for _ in range(TRIES):
        try:
            return await step()
        except Unavailable:
            await asyncio.sleep(PAUSE)
    return await step()


async def size(store: Store, collections: Sequence[Collection]) -> int | None:
    """How many steps a copy of a store reports, about: each record is copied and read twice.
    None when it takes too long to tell.
    """
    scope, none = Scope(), Query(limit=0)
    try:
        return 3 * sum([(await store.find(c, none, scope)).total for c in collections])
    except TooSlow:
        return None


async def _copy_records(
    source: Store, target: Store, collection: Collection, progress: Progress
) -> None:
    after = await target.newest(collection)
    async for batch in source.export(collection, after, BATCH):
        await target.import_(collection, batch)
        progress(len(batch))


async def _copy_events(source: Store, target: Store, progress: Progress) -> None:
    last = await source.last_event()
    after = await target.last_event()
    while batch := await source.events(after, BATCH):
        after = batch[-1].sequence
        await target.import_events(batch, after)
        progress(len(batch))
    await target.import_events((), last)


async def checksum(
    store: Store, collection: Collection, progress: Progress = lambda _: None
) -> tuple[int, str]:
    """How many records a collection has, and a digest over everything about them."""
    digest, count = blake2b(digest_size=16), 0
    async for batch in store.export(collection, 0, BATCH):
        for kept in batch:
            digest.update(orjson.dumps(kept[:6]))
            digest.update(kept.body)
            digest.update(kept.memory or b"")
        count += len(batch)
        progress(len(batch))
    return count, digest.hexdigest()


async def _log_of(store: Store, progress: Progress) -> tuple[int, str]:
    digest, count, after = blake2b(digest_size=16), 0, 0
    while batch := await store.events(after, BATCH):
        for event in batch:
            digest.update(orjson.dumps(event[:-1]))
            digest.update(event.body)
        count, after = count + len(batch), batch[-1].sequence
        progress(len(batch))
    return count, digest.hexdigest()
