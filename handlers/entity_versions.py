"""The entity versions of an id, some at a time, for each of them may have megabytes."""

from collections.abc import AsyncIterator
from contextlib import suppress

from handlers.service import Service
from handlers.walking import walk
from persistence.errors import Missing
from persistence.store import Record, Scope
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Predicate, Query, Shape, Step
from tmf_apis.tmf630.version_order import rank

#: Versions that are read at once.
_AT_ONCE = 100
_ID = (Step("id", Shape.ONE),)


async def latest(service: Service, scope: Scope, id: str) -> Record | None:
    """The latest version of an id, if it has any (R-1305)."""
    with suppress(Missing):
        return await service.records.get(service.collection, id, scope)
    return None


async def latest_but(service: Service, scope: Scope, seen: Record) -> Record | None:
    """The latest version of an id but for one."""
    if not seen.latest:
        return await latest(service, scope, seen.id)
    found: Record | None = None
    async for records in versions(service, scope, seen.id):
        others = (record for record in records if record.key != seen.key)
        found = max([*others, *([found] if found else [])], key=place, default=None)
    return found


async def count(service: Service, scope: Scope, id: str) -> int:
    """How many versions an id has."""
    query = Query(_of(id), limit=0)
    return (await service.records.find(service.collection, query, scope)).total


def versions(service: Service, scope: Scope, id: str) -> AsyncIterator[list[Record]]:
    """The versions of an id in the order they were made, as many at a time as there is room for."""
    return walk(service.records, service.collection, _of(id), _AT_ONCE, scope)


def place(record: Record) -> tuple[str, int]:
    """What entity versions are in order of: the greatest is the latest (R-1305)."""
    return rank(record.version), record.key


def _of(id: str) -> Predicate:
    return Comparison(_ID, Operator.EQ, (id,), Kind.TEXT)
