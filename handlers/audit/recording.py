"""The entries that go with a change: made where its events are, kept in the same write."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from typing import Any

import orjson

from handlers.aside import aside
from handlers.audit.entries import entry, with_change
from handlers.audit.witness import doer, witness
from handlers.service import Service
from persistence.store import Draft, Event, Record, Store
from tmf_apis.audit.difference import Operation, created, difference, removed

Json = dict[str, Any]
#: A face of a record: its collection, and its document before and after.
_Face = tuple[str, Json | None, Json | None]

#: Bytes of an entry at most, so that it fits into a document of any store.
LARGEST = 12 * 1024 * 1024


async def of_creation(service: Service, draft: Draft, within: str) -> Event:
    """The entry of a new resource; `within` are the ids above it."""
    return await _entry("create", service, draft, within, None, None, len(draft.body))


async def of_change(
    service: Service, seen: Record, before: Json, draft: Draft, within: str
) -> Event:
    """The entry of a changed resource."""
    other = None
    if draft.twin is not None:
        other = draft.twin.before or orjson.loads(seen.twin or b"null")
    size = len(seen.body) + len(draft.body)
    return await _entry("patch", service, draft, within, before, other, size)


async def of_removal(service: Service, gone: Iterable[Record], within: str) -> list[Event]:
    """The entries of some entity versions that go."""
    made = []
    for record in gone:
        faces = partial(_gone, service, record)
        size = len(record.body) + len(record.twin or b"")
        about = _about("delete", service.collection.name, record.id, record.version, within)
        made.append(with_change(await aside(size, partial(_encoded, about, faces))))
    return made


def of_document(operation: str, path: str, before: Json | None, after: Json | None) -> list[Event]:
    """The entry of what has one face and no service; none where nothing is recorded."""
    if witness() is None:
        return []
    id = (after or before or {})["id"]
    about = _about(operation, path, id, "", "")
    return [with_change(_encoded(about, lambda: [(path, before, after)]))]


def of_loading(service: Service, draft: Draft, who: Json) -> Event:
    """The entry of a new resource that is loaded; `who` does it, as stores ask in their threads."""
    about = _about("create", service.collection.name, draft.id, draft.version, "") | who
    return with_change(_encoded(about, partial(_faces, service, draft, None, None)))


async def note_load(store: Store, service: Service, count: int) -> None:
    """Have an entry of a load that may replace records, before it begins. Raises `StoreError`."""
    said = doer() | {"operation": "replace", "resourcePath": service.collection.name}
    body = entry("load", said | {"count": count})
    await store.link(lambda _: body)


async def _entry(
    operation: str,
    service: Service,
    draft: Draft,
    within: str,
    before: Json | None,
    other: Json | None,
    size: int,
) -> Event:
    faces = partial(_faces, service, draft, before, other)
    about = _about(operation, service.collection.name, draft.id, draft.version, within)
    return with_change(await aside(size, partial(_encoded, about, faces)))


def _about(operation: str, path: str, id: str, version: str, within: str) -> Json:
    """Who did what to which resource."""
    asked = witness()
    if asked is not None:
        asked.written = True
    return {
        "operation": operation,
        **doer(),
        "resourcePath": path,
        "resourceId": id,
        "resourceVersion": version,
        "within": within,
    }


def _faces(
    service: Service, draft: Draft, before: Json | None, other: Json | None
) -> Iterator[_Face]:
    yield service.collection.name, before, draft.document
    if draft.twin is not None:
        yield service.collection.twin, other, draft.twin.document


def _gone(service: Service, record: Record) -> Iterator[_Face]:
    yield service.collection.name, orjson.loads(record.body), None
    if record.twin is not None:
        yield service.collection.twin, orjson.loads(record.twin), None


def _encoded(about: Json, faces: Any) -> bytes:
    """The entry with what changed in each face: in all, else in the one that was written through,
    else by digests, as there is room.
    """
    changes = [{"path": path, "patch": _patch(old, new)} for path, old, new in faces()]
    body = entry("write", {**about, "change": changes})
    if len(body) > LARGEST:
        body = entry("write", {**about, "change": changes[:1]})
    if len(body) > LARGEST:
        (path, old, new), *_ = faces()
        digest = {"before": _digest(old), "after": _digest(new)}
        body = entry("write", {**about, "change": [{"path": path, "digest": digest}]})
    return body


def _patch(old: Json | None, new: Json | None) -> Sequence[Operation]:
    if old is None:
        return created(new)
    return removed(old) if new is None else difference(old, new)


def _digest(document: Json | None) -> str | None:
    return None if document is None else sha256(orjson.dumps(document)).hexdigest()
