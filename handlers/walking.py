"""All records that a condition selects, in the order they were made, some at a time."""

from collections.abc import AsyncIterator

from persistence.store import Collection, Record, Scope, Store
from tmf_apis.tmf630.query import Cursor, Predicate, Query


async def walk(
    store: Store, collection: Collection, where: Predicate, size: int
) -> AsyncIterator[list[Record]]:
    """The records in pages of a size, each read when it is asked for; the last may be empty."""
    cursor: Cursor | None = None
    while True:
        query = Query(where, limit=size, cursor=cursor)
        found = await store.find(collection, query, Scope())
        yield found.records
        if found.last is None or len(found.records) < size:
            return
        cursor = Cursor(found.last)
