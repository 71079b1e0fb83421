"""Keep a new resource, with its event, in one write: for clients, and for the server's own work."""

from typing import Any

from handlers import raising
from handlers.drafting import draft_of_new
from handlers.service import Service
from persistence.errors import Stale
from persistence.store import Created, Once, Scope
from tmf_apis.tmf630.errors import STILL_RUNNING, TmfError

Json = dict[str, Any]

#: How often a creation is tried again when other entity versions come in between.
ATTEMPTS = 100

#: The idempotency keys of the requests that are being answered.
_running: set[str] = set()


async def keep(
    service: Service,
    place: str,
    document: Json,
    scope: Scope,
    once: Once | None = None,
    *,
    fresh: bool = False,
) -> Created:
    """The new record, or what an earlier request with the same key made (D20).

    `place` is the URL of its collection; `fresh` says that no other can have its id. Raises
    `Duplicate`, `KeyReused`, and `TmfError` (409) while a request with the same key is running.
    """
    if once is None:
        return await _kept(service, place, document, scope, None, fresh=fresh)
    if once.key in _running:
        raise TmfError(STILL_RUNNING, "A request with this Idempotency-Key is still running.")
    _running.add(once.key)
    try:
        return await _kept(service, place, document, scope, once, fresh=fresh)
    finally:
        _running.discard(once.key)


async def _kept(
    service: Service,
    place: str,
    document: Json,
    scope: Scope,
    once: Once | None,
    *,
    fresh: bool,
) -> Created:
    for _ in range(ATTEMPTS):
        draft = await draft_of_new(service, scope, document, fresh=fresh)
        events = raising.of_creation(service, place, draft)
        try:
            return await service.records.create(service.collection, draft, scope, events, once)
        except Stale:
            continue
    raise Stale(document["id"])
