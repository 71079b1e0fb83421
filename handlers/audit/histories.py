"""What a resource was at an instant: what it is, with every change undone that came later.

The record is read before and after its entries, so that both are of one moment.
"""

from collections.abc import AsyncIterator, Mapping
from time import time
from typing import Any

import orjson

from handlers.audit.entries import ENTRIES, NEWEST_FIRST, equal
from handlers.http import Request, Response
from handlers.resources import decoded
from handlers.service import Service
from handlers.walking import walk
from persistence.errors import Missing, Stale
from persistence.store import Record, Scope, Store
from tmf_apis.audit.history import Broken, undone
from tmf_apis.privacy.person import ERASED
from tmf_apis.tmf630.errors import INVALID_FILTER, NO_SUCH_PATH, NOT_FOUND, PATCH_CONFLICT, TmfError
from tmf_apis.tmf630.instants import microseconds
from tmf_apis.tmf630.query import All
from tmf_apis.tmf630.query_string import decoded_value, split

Json = dict[str, Any]

#: Entries that are read at once, and how often a resource is read that keeps changing.
_READ, _ATTEMPTS = 100, 20


async def show(
    store: Store, collections: Mapping[str, Service], path: str, request: Request
) -> Response:
    """The resource at a path, as of the instant in `at`, or now; of `version`, or of the latest.

    Raises `TmfError`: 400, 404 where there was none, 409 where its changes do not lead to it.
    """
    collection, _, raw_id = path.rpartition("/")
    service = collections.get(collection)
    if service is None:
        raise TmfError(NO_SUCH_PATH, f"{collection or path} is no collection here.")
    at, version = _asked(request.query)
    id = decoded(raw_id)
    for _ in range(_ATTEMPTS):
        seen = await _seen(service, id, version)
        await store.settle()
        found = await _before(store, service, id, seen, version, at)
        if _revision(await _seen(service, id, version)) == _revision(seen):
            break
    else:
        raise Stale(id)
    document, last = found
    if document is None:
        raise TmfError(NOT_FOUND, f"There was no resource with the id {id}.")
    told = {"id": id, "path": service.collection.name, "entry": last, "resource": document}
    return Response(200, orjson.dumps(told))


async def _before(
    store: Store, service: Service, id: str, seen: Record | None, version: str | None, at: int
) -> tuple[Json | None, str | None]:
    """The document at an instant, and the id of the entry that it came from, if there is one."""
    document: Json | None = orjson.loads(seen.body) if seen is not None else None
    of = seen.version if seen is not None else version
    async for entry in _entries(store, id):
        patch = _patch(entry, service.collection.name)
        of = entry.get("resourceVersion", "") if of is None else of
        if patch is None or entry.get("resourceVersion", "") != of:
            continue
        if (microseconds(entry["time"]) or 0) <= at:
            return document, entry["id"]
        try:
            document = undone(document, patch)
        except Broken as error:
            raise TmfError(
                PATCH_CONFLICT,
                f"Entry {entry['id']} does not lead to what came after it: {error}. The resource"
                " was changed past the audit.",
            ) from error
        if service.rules.versioned and document is not None:
            of = str(document.get("version", ""))
    return document, None


async def _entries(store: Store, id: str) -> AsyncIterator[Json]:
    """The entries of writes of an id, the newest first."""
    where = All((equal("resourceId", id), equal("kind", "write")))
    async for records in walk(store, ENTRIES, where, _READ, sort=NEWEST_FIRST):
        for record in records:
            yield orjson.loads(record.body)


def _patch(entry: Json, path: str) -> Any:
    """What an entry changed in a face; None where it is of another one.

    Raises `TmfError` (409) for a change that was too large to be told.
    """
    for change in entry.get("change", ()):
        if change["path"] == path:
            if "patch" not in change:
                why = "was erased" if ERASED in change else "is told by digests alone"
                raise TmfError(PATCH_CONFLICT, f"What entry {entry['id']} changed {why}.")
            return change["patch"]
    return None


async def _seen(service: Service, id: str, version: str | None) -> Record | None:
    try:
        return await service.store.get(service.collection, id, Scope(), version)
    except Missing:
        return None


def _revision(record: Record | None) -> str | None:
    return None if record is None else record.revision


def _asked(query: str) -> tuple[int, str | None]:
    """The instant that is asked for, in microseconds, and the entity version."""
    _, alternatives = split(query)
    given = {c.asked: decoded_value(c.value) for found in alternatives for c in found}
    if strange := sorted(given.keys() - {"at", "version"}):
        raise TmfError(INVALID_FILTER, f"{strange[0]}: a history takes at and version only.")
    if "at" not in given:
        return int(time() * 1_000_000), given.get("version")
    at = microseconds(given["at"])
    if at is None:
        raise TmfError(INVALID_FILTER, f"at: {given['at']} is no date-time; see RFC 3339.")
    return at, given.get("version")
