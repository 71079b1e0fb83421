"""No category is its own ancestor, no bundle a part of itself: who would be is refused."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson

from handlers.service import Service
from handlers.walking import walk
from tmf_apis.behaviour.cycles import circle, named
from tmf_apis.tmf630.errors import INVALID_BODY, TmfError
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Shape, Step

Json = dict[str, Any]

#: How many others are looked at before a resource is taken to be no part of itself.
MOST = 1000
_ID = (Step("id", Shape.ONE),)


async def refuse_cycle(service: Service, document: Json) -> None:
    """Raise `TmfError` (400) for a resource that would be its own ancestor or part.

    The others are read a level at a time.
    """
    path = service.rules.acyclic
    if not path:
        return
    own = document["id"]
    seen: set[str] = set()
    waiting = set(named(path, document))
    while waiting and len(seen) < MOST:
        if own in waiting:
            raise TmfError(INVALID_BODY, f"/{path[0]}: {own} would be a part of itself.")
        seen |= waiting
        parts = await _parts(service, sorted(waiting)[:MOST], path)
        waiting = {id for ids in parts.values() for id in ids} - seen


async def refuse_circle(service: Service, parts: Mapping[str, Collection[str]]) -> None:
    """Raise `TmfError` (400) where resources that are to be put into the store together would be
    parts of themselves; `parts` are the ids that each of them names.

    The others that they lead to are read a level at a time. The error names one of them first.
    """
    path = service.rules.acyclic
    known = dict(parts)
    waiting = {id for ids in parts.values() for id in ids} - known.keys()
    while waiting and len(known) - len(parts) < MOST:
        some = sorted(waiting)[:MOST]
        known |= dict.fromkeys(some, ())
        known |= await _parts(service, some, path)
        waiting = {id for ids in known.values() for id in ids} - known.keys()
    own = next((id for id in circle(known) if id in parts), None)
    if own is not None:
        raise TmfError(INVALID_BODY, f"/{path[0]}: {own} would be a part of itself.")


async def _parts(
    service: Service, some: Sequence[str], path: tuple[str, ...]
) -> dict[str, Collection[str]]:
    """The ids that each of some resources names, the latest versions of those there are."""
    where = Comparison(_ID, Operator.EQ, tuple(some), Kind.TEXT)
    found: dict[str, Collection[str]] = {}
    async for records in walk(service.store, service.collection, where, MOST, long=True):
        for record in records:
            if record.latest:
                found[record.id] = list(named(path, orjson.loads(record.body)))
    return found
