"""Nested collections that their parent embeds: read out of the parent, written into it.

`Elements` stands where a collection's records are kept otherwise, so the five verbs are the same
for them. An element is what the parent's list says at every moment: a write of one puts the
parent in the place of what it was, by compare and set, and with the parent's events.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import orjson

from handlers import bodies
from handlers.aside import aside
from handlers.changing import ATTEMPTS, put_in_place
from handlers.following import changed
from handlers.http import Request
from handlers.resources import Target
from handlers.service import Service
from persistence.errors import Duplicate, Missing, Stale
from persistence.store import Collection, Created, Draft, Event, Found, Once, Record, Scope
from tmf_apis.behaviour.moment import Moment
from tmf_apis.tmf630.elements import elements
from tmf_apis.tmf630.errors import INVALID_HEADER, TmfError
from tmf_apis.tmf630.evaluating import answered
from tmf_apis.tmf630.identity import without_href
from tmf_apis.tmf630.matching import matches
from tmf_apis.tmf630.query import ALWAYS, All, Query
from tmf_apis.tmf630.weight import effort, weight

Json = dict[str, Any]


def held(service: Service, holder: Target | None, id: str, request: Request) -> Service:
    """A service as one request sees it: of an embedded collection, within the resource of an id
    that `holder` addresses.
    """
    if holder is None or not service.embedded:
        return service
    return replace(service, records=Elements(service, holder, id, request))


class _Parent(NamedTuple):
    """The resource that embeds, as it was read."""

    record: Record
    document: Json


class Elements:
    """The records of an embedded collection; see `persistence.store.Records`.

    Their revision is that of the parent: what one of them was when the parent was so.
    """

    def __init__(self, service: Service, holder: Target, id: str, request: Request) -> None:
        self._attribute = service.embedded
        self._holder = holder
        self._id = id
        self._request = request

    async def get(
        self,
        collection: Collection,
        id: str,
        scope: Scope,
        version: str | None = None,
        *,
        twin: bool = False,
    ) -> Record:
        parent = await self._parent()
        place = _place(self._elements(parent), id)
        if place is None:
            raise Missing(id)
        record = _record(parent.record, self._elements(parent)[place])
        if scope.where != ALWAYS and not matches(scope.where, orjson.loads(record.body)):
            raise Missing(id)
        return record

    async def versions(
        self, collection: Collection, id: str, scope: Scope, *, twin: bool = False
    ) -> list[Record]:
        return [await self.get(collection, id, scope)]

    async def find(self, collection: Collection, query: Query, scope: Scope) -> Found:
        if scope.where != ALWAYS:
            query = replace(query, where=All((scope.where, query.where)))
        parent = await self._parent()
        size = effort(len(parent.record.body), weight(query.where).program)
        return await aside(size, partial(self._found, parent, query))

    def _found(self, parent: _Parent, query: Query) -> Found:
        found = [e for e in self._elements(parent) if _has_id(e)]
        shown = answered(query, [without_href(element) for element in found])
        records = [_record(parent.record, element) for element in shown.page]
        return Found(records, shown.total, shown.first, shown.last, shown.more)

    async def create(
        self,
        collection: Collection,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
        once: Once | None = None,
    ) -> Created:
        if once is not None:
            raise TmfError(
                INVALID_HEADER,
                "Idempotency-Key: it is not kept for what another resource embeds; choose the id.",
            )
        for _ in range(ATTEMPTS):
            parent = await self._parent()
            if _place(self._elements(parent), draft.id) is not None:
                raise Duplicate(draft.id)
            wanted = [*self._elements(parent), draft.document]
            with suppress(Stale):
                return Created(await self._put(parent, wanted, draft, events))
        raise Stale(draft.id)

    async def replace(
        self,
        collection: Collection,
        seen: Record,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
    ) -> Record:
        parent, place = await self._seen(seen)
        wanted = self._elements(parent)
        # What the parent's owner wrote for an href is kept, and shown in the parent alone.
        own = {"href": wanted[place]["href"]} if "href" in wanted[place] else {}
        wanted[place] = draft.document | own
        return await self._put(parent, wanted, draft, events)

    async def delete(
        self,
        collection: Collection,
        seen: Sequence[Record],
        scope: Scope,
        events: Sequence[Event] = (),
    ) -> None:
        for record in seen:
            parent, place = await self._seen(record)
            wanted = self._elements(parent)
            del wanted[place]
            await self._put(parent, wanted, None, events)

    async def _parent(self) -> _Parent:
        holder = self._holder
        service = holder.service
        record = await service.records.get(
            service.collection, self._id, holder.scope, twin=service.has_twin
        )
        document = await aside(len(record.body), partial(orjson.loads, record.body))
        return _Parent(record, document)

    async def _seen(self, seen: Record) -> tuple[_Parent, int]:
        """The parent as it was when an element was seen, and the place of that; else `Stale`."""
        parent = await self._parent()
        place = _place(self._elements(parent), seen.id)
        if parent.record.revision != seen.revision or place is None:
            raise Stale(seen.id)
        return parent, place

    def _elements(self, parent: _Parent) -> list[Any]:
        return list(elements(parent.document, self._attribute))

    async def _put(
        self, parent: _Parent, wanted: list[Any], draft: Draft | None, events: Sequence[Event]
    ) -> Record:
        """Put the parent with a new list in its place; the record of the element it was for.

        Raises `TmfError` for a parent that would not be fit to be kept, and `Stale`.
        """
        service, record, old = self._holder.service, *parent
        new = {**old, self._attribute: wanted}
        change = draft.body if draft else b""
        moment = Moment(service.now, hints=self._request.hints)
        new = await aside(len(record.body), partial(self._checked, old, new, change, moment))
        place = self._request.origin + self._holder.canonical
        scope = self._holder.scope
        stored = await put_in_place(service, place, record, old, new, scope, moment, events)
        return _record(stored, draft.document) if draft else stored

    def _checked(self, old: Json, new: Json, change: bytes, moment: Moment) -> Json:
        """The parent that is to be kept, with what follows from its new list."""
        service = self._holder.service
        bodies.check_stored(service, old, new, change, moment.hints)
        return changed(service, old, new, moment)


def _has_id(element: Any) -> bool:
    return isinstance(element, dict) and isinstance(element.get("id"), str)


def _place(listed: list[Any], id: str) -> int | None:
    """Where the element of an id stands in a list."""
    for place, element in enumerate(listed):
        if isinstance(element, dict) and element.get("id") == id:
            return place
    return None


def _record(parent: Record, element: Json) -> Record:
    """An element as a record, in the revision of its parent."""
    document = without_href(element)
    return Record(parent.key, document["id"], "", parent.n, orjson.dumps(document), parent.modified)
