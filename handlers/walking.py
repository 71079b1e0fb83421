"""All records that a condition selects, in the order they were made or another, some at a time."""

from collections.abc import AsyncIterator

from persistence.room import ROOM
from persistence.store import Collection, Record, Records, Scope
from tmf_apis.tmf630.query import Cursor, Predicate, Query, SortKey

_EVERYTHING = Scope()


async def walk(
    store: Records,
    collection: Collection,
    where: Predicate,
    size: int,
    scope: Scope = _EVERYTHING,
    *,
    long: bool = False,
    sort: tuple[SortKey, ...] = (),
) -> AsyncIterator[list[Record]]:
    """The records in pages of a size, smaller ones where records are large, each read when it is
    asked for; the only one may be empty. `long` says that the condition is (`Query`), `sort` gives
    them another order.
    """
    cursor: Cursor | None = None
    while True:
        query = Query(where, sort=sort, limit=size, cursor=cursor, long=long, room=ROOM)
        found = await store.find(collection, query, scope)
        yield found.records
        if found.last is None or not found.more:
            return
        cursor = Cursor(found.last)
