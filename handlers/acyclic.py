"""No category is its own ancestor, no bundle a part of itself: who would be is refused."""

from collections.abc import Collection, Mapping
from typing import Any

import orjson

from handlers.service import Service
from persistence.store import Scope
from tmf_apis.behaviour.cycles import circle, named
from tmf_apis.tmf630.errors import INVALID_BODY, TmfError
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Query, Shape, Step

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
        where = Comparison(_ID, Operator.EQ, tuple(sorted(waiting)), Kind.TEXT)
        found = await service.store.find(service.collection, Query(where, limit=MOST), Scope())
        others = [orjson.loads(record.body) for record in found.records if record.latest]
        waiting = {id for other in others for id in named(path, other)} - seen


async def refuse_circle(service: Service, parts: Mapping[str, Collection[str]]) -> None:
    """Raise `TmfError` (400) where resources that are to be put into the store together would be
    parts of themselves; `parts` are the ids that each of them names.

    The others that they lead to are read a level at a time. The error names one of them first.
    """
    path = service.rules.acyclic
    known = dict(parts)
    waiting = {id for ids in parts.values() for id in ids} - known.keys()
    while waiting and len(known) - len(parts) < MOST:
        some = tuple(sorted(waiting)[:MOST])
        where = Comparison(_ID, Operator.EQ, some, Kind.TEXT)
        query = Query(where, limit=MOST, long=True)
        found = await service.store.find(service.collection, query, Scope())
        known |= dict.fromkeys(some, ())
        for record in found.records:
            if record.latest:
                known[record.id] = list(named(path, orjson.loads(record.body)))
        waiting = {id for ids in known.values() for id in ids} - known.keys()
    own = next((id for id in circle(known) if id in parts), None)
    if own is not None:
        raise TmfError(INVALID_BODY, f"/{path[0]}: {own} would be a part of itself.")
