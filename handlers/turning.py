"""The other face of what is written (docs/decisions/0017).

What follows from a write is decided on the newer face, whichever was written (V-705, V-707), and
carried over to the older one: so there is one truth for both.
"""

from collections.abc import Callable
from typing import Any

import orjson

from handlers.following import changed, following
from handlers.service import Service
from persistence.errors import Stale
from persistence.store import Draft, Facet, Record
from tmf_apis.behaviour.moment import Moment
from tmf_apis.faces.converter import Faces
from tmf_apis.tmf630.creation import supplied

Json = dict[str, Any]


def face_of_new(
    service: Service, document: Json, moment: Moment, *, posted: bool
) -> tuple[Json, Facet]:
    """A new resource as it is kept, and its other face (V-703). Raises `TmfError`.

    What is `posted` gets what the server adds in either version; all else stands as it is.
    """
    faces, twin, side = _faces(service), service.twin, service.side
    other, memory = faces.made(side, document, moment.now)
    final = supplied(twin.spec, twin.rules, other, moment.now) if posted else other
    if twin.lead is twin:
        final = _decided(service, moment, lambda inner: following(twin, None, final, inner))
    if final is not other:
        document, memory = faces.changed(1 - side, final, other, document, memory, moment.now)
    return document, facet_of(final, memory)


def face_of_change(
    service: Service, seen: Record, old: Json, new: Json, moment: Moment
) -> tuple[Json, Facet]:
    """A changed resource as it is kept, and its other face (V-704).

    `seen` was read with its other face. Raises `TmfError`, and `Stale` for one that has none.
    """
    faces, twin, side = _faces(service), service.twin, service.side
    other, memory, before = _crossed(service, seen, old, new, moment.now)
    final = other
    if twin.lead is twin:
        final = _decided(service, moment, lambda inner: changed(twin, before, other, inner))
    if final is not other:
        new, memory = faces.changed(1 - side, final, other, new, memory, moment.now)
    return new, facet_of(final, memory, before)


def turned(service: Service) -> Callable[[Draft, Record], Facet]:
    """What gives the other face of a draft that takes the place of a record as it is: by a load,
    which nothing follows from (D21, V-712).
    """

    def over(draft: Draft, seen: Record) -> Facet:
        old = orjson.loads(seen.body)
        return facet_of(*_crossed(service, seen, old, draft.document, service.now()))

    return over


def loaded_face(service: Service, document: Json) -> Facet:
    """The other face of what is loaded, or imported as it stands (V-712)."""
    return facet_of(*_faces(service).made(service.side, document, service.now()))


def _faces(service: Service) -> Faces:
    assert service.faces is not None
    return service.faces


def facet_of(document: Json, memory: Json | None, before: Json | None = None) -> Facet:
    """An other face as a store takes it, with what is remembered, if anything."""
    kept = orjson.dumps(memory) if memory else None
    return Facet(document, orjson.dumps(document), before, kept)


def _crossed(
    service: Service, seen: Record, old: Json, new: Json, at: str
) -> tuple[Json, Json | None, Json]:
    """The other face of a record whose own one is changed, what is remembered of it, and the other
    face that was there. Raises `Stale` where there was none.
    """
    if seen.twin is None:
        raise Stale(seen.id)
    before = orjson.loads(seen.twin)
    memory = orjson.loads(seen.memory) if seen.memory else None
    other, memory = _faces(service).changed(service.side, new, old, before, memory, at)
    return other, memory, before


def _decided(service: Service, moment: Moment, decide: Callable[[Moment], Json]) -> Json:
    """What the newer face decides, said in the words of the face that is written (V-705)."""
    inner = Moment(lambda: moment.now, moment.by, words=service.words)
    document = decide(inner)
    moment.hints += [hint for hint in inner.hints if hint not in moment.hints]
    return document
