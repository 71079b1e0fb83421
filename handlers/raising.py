"""The events a write carries: encoded around the stored bytes, which are not encoded again (D1).

What is kept of an event is a line with the attributes to show (R-1016), `null` for all of them,
and a line with the whole envelope, which is what queries see (D17). Where deliveries led to an
event, the first line is an object that says how many (`hops`), beside the attributes (`shown`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
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


class _Face(NamedTuple):
    """One face of what is told of: the service that shows it, where, and its document."""

    service: Service
    collection_url: str
    body: bytes
    before: Json | None = None
    after: Json | None = None
    #: The collection it is told of, where that is not the one written through.
    collection: str = ""


def of_creation(service: Service, collection_url: str, draft: Draft) -> list[Event]:
    """What a new resource raises."""
    if not service.settings.events:
        return []
    telling = _Telling(service)
    return [
        event
        for face in _faces(service, collection_url, draft, None)
        for event in telling.events(face, created(face.service.events), _at(face, draft))
    ]


def of_change(service: Service, collection_url: str, before: Json, draft: Draft) -> list[Event]:
    """What a changed resource raises."""
    if not service.settings.events:
        return []
    telling = _Telling(service)
    events = []
    for face in _faces(service, collection_url, draft, before):
        events += telling.events(face, _happenings(face), _at(face, draft))
    return events


def of_removal(service: Service, collection_url: str, gone: Iterable[Record]) -> list[Event]:
    """What the removal of some entity versions raises: one event for each of them."""
    events = []
    for record in gone:
        telling = _Telling(service)
        faces = [_Face(service, collection_url, record.body)]
        if record.twin is not None:
            faces.append(_other(service, collection_url, record.twin))
        for face in faces:
            url = location(record, face.collection_url)
            events += telling.events(face, deleted(face.service.events), (record.id, url))
    return events


def telling(
    service: Service, collection_url: str, told: Happening, document: Json, collection: str = ""
) -> Event:
    """An event about a resource as it is, whether or not anything is written; told of that
    collection, or of the one that is written to.
    """
    id = document["id"]
    body = whole(id, orjson.dumps(document), href(collection_url, id, None))
    return _event(told, _new_id(), service.now().encode(), body, collection)


def _faces(
    service: Service, collection_url: str, draft: Draft, before: Json | None
) -> Iterator[_Face]:
    """The faces of a draft, that which is written first."""
    yield _Face(service, collection_url, draft.body, before, draft.document)
    if (other := draft.twin) is not None:
        face = _other(service, collection_url, other.body)
        yield face._replace(before=other.before, after=other.document)


def _other(service: Service, collection_url: str, body: bytes) -> _Face:
    """The other face of something, at the canonical path of its version (V-702)."""
    name = service.twin.collection.name
    origin = collection_url.removesuffix(service.collection.name)
    return _Face(service.twin, origin + name, body, collection=name)


def _at(face: _Face, draft: Draft) -> tuple[str, str]:
    """The id of what a draft makes, and its URL."""
    overtaken = draft.latest is False
    return draft.id, href(face.collection_url, draft.id, draft.version if overtaken else None)


def _happenings(face: _Face) -> list[Happening]:
    """What to tell of a change, as it shows in one face (V-802)."""
    service, before, after = face.service, face.before or {}, face.after or {}
    stamps = brought(service.behaviour.machines, before, after) if service.behaviour else ()
    return changed(service.events, service.rules, before, after, stamps)


class _Telling:
    """The events of one change: what each version hears of one kind has one id (V-803)."""

    def __init__(self, service: Service) -> None:
        self._now = service.now().encode()
        self._ids: dict[str, bytes] = defaultdict(_new_id)

    def events(self, face: _Face, happenings: list[Happening], at: tuple[str, str]) -> list[Event]:
        """The events of one face; `at` is the id of the resource and its URL."""
        if not happenings:
            return []
        id, url = at
        resource = whole(id, face.body, url)
        return [
            _event(each, self._ids[each.event.kind], self._now, resource, face.collection)
            for each in happenings
        ]


def _event(happening: Happening, id: bytes, now: bytes, resource: bytes, collection: str) -> Event:
    event = happening.event
    kind = event.type.encode()
    typed = b',"@type":"%b","@baseType":"Event"' % kind if event.typed else b""
    outside, inside = _asked_for(happening)
    if happening.beside:
        resource = b"%b,%b" % (resource[:-1], orjson.dumps(happening.beside)[1:])
    envelope = (
        b'{"eventId":"%b","eventTime":"%b","eventType":"%b"' % (id, now, kind)
        + b'%b,"%b":"%b"%b' % (typed, event.time.encode(), now, outside)
        + b',"event":{"%b":%b%b}}' % (event.member.encode(), resource, inside)
    )
    led, shown = hops(), happening.shown
    head = orjson.dumps({"shown": shown, "hops": led} if led else shown)
    return Event(event.type, b"%b\n%b" % (head, envelope), collection)


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
