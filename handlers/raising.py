"""The events a write carries: encoded around the stored bytes, which are not encoded again (D1).

What is kept of an event is a line with the attributes to show (R-1016), `null` for all of them,
and a line with the whole envelope, which is what queries see (D17). Where deliveries led to an
event, the first line is an object that says how many (`hops`), beside the attributes (`shown`).
"""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import orjson

from handlers.hops import hops
from handlers.representation import location, whole
from handlers.service import Service
from persistence.store import Draft, Event, Record
from tmf_apis.behaviour.lifecycle import brought
from tmf_apis.tmf630.events import Happening, changed, created, deleted
from tmf_apis.tmf630.identity import href

Json = dict[str, Any]


def of_creation(service: Service, collection_url: str, draft: Draft) -> list[Event]:
    """What a new resource raises."""
    if not service.events:
        return []
    return _events_of_draft(service, collection_url, created(service.events), draft)


def of_change(service: Service, collection_url: str, before: Json, draft: Draft) -> list[Event]:
    """What a changed resource raises."""
    if not service.events:
        return []
    after = draft.document
    stamps = brought(service.behaviour.machines, before, after) if service.behaviour else ()
    happenings = changed(service.events, service.rules, before, after, stamps)
    return _events_of_draft(service, collection_url, happenings, draft)


def of_removal(service: Service, collection_url: str, gone: Iterable[Record]) -> list[Event]:
    """What the removal of some entity versions raises: one event for each of them."""
    happenings = deleted(service.events)
    return [
        event
        for record in gone
        for event in _events(
            service,
            happenings,
            record.id,
            record.body,
            location(record, collection_url),
        )
    ]


def telling(service: Service, collection_url: str, told: Happening, document: Json) -> Event:
    """An event about a resource as it is, whether or not anything is written."""
    id = document["id"]
    body = whole(id, orjson.dumps(document), href(collection_url, id, None))
    return _event(told, service.now().encode(), body)


def _events_of_draft(
    service: Service, collection_url: str, happenings: list[Happening], draft: Draft
) -> list[Event]:
    overtaken = draft.latest is False
    url = href(collection_url, draft.id, draft.version if overtaken else None)
    return _events(service, happenings, draft.id, draft.body, url)


def _events(
    service: Service, happenings: list[Happening], id: str, body: bytes, url: str
) -> list[Event]:
    if not happenings:
        return []
    now, resource = service.now().encode(), whole(id, body, url)
    return [_event(happening, now, resource) for happening in happenings]


def _event(happening: Happening, now: bytes, resource: bytes) -> Event:
    event = happening.event
    kind = event.type.encode()
    typed = b',"@type":"%b","@baseType":"Event"' % kind if event.typed else b""
    outside, inside = _asked_for(happening)
    if happening.beside:
        resource = b"%b,%b" % (resource[:-1], orjson.dumps(happening.beside)[1:])
    envelope = (
        b'{"eventId":"%b","eventTime":"%b","eventType":"%b"' % (_new_id(), now, kind)
        + b'%b,"%b":"%b"%b' % (typed, event.time.encode(), now, outside)
        + b',"event":{"%b":%b%b}}' % (event.member.encode(), resource, inside)
    )
    led, shown = hops(), happening.shown
    head = orjson.dumps({"shown": shown, "hops": led} if led else shown)
    return Event(event.type, b"%b\n%b" % (head, envelope))


def _asked_for(happening: Happening) -> tuple[bytes, bytes]:
    """What says which information is missing, in the envelope and in the payload (R-1018)."""
    if not happening.missing:
        return b"", b""
    if not happening.event.typed:
        return b',"fieldPath":%b' % orjson.dumps(",".join(happening.missing)), b""
    steps = [{"op": "add", "path": f"/{name}"} for name in happening.missing]
    return b"", b',"informationRequired":%b' % orjson.dumps(
        steps if happening.event.steps else steps[0]
    )


def _new_id() -> bytes:
    return str(uuid4()).encode()
