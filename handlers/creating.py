"""Keep a new resource, with its event, in one write: for clients, and for the server's own work."""

from handlers import raising
from handlers.audit import recording
from handlers.drafting import New, draft_of_new
from handlers.permission.owning import refuse_leaving
from handlers.permission.pricing import refuse_alterations
from handlers.permission.referring import refuse_strangers
from handlers.service import Service
from persistence.errors import Stale
from persistence.store import Created, Once, Scope
from tmf_apis.tmf630.errors import STILL_RUNNING, TmfError

#: How often a creation is tried again when other entity versions come in between.
ATTEMPTS = 100

#: The idempotency keys of the requests that are being answered.
_running: set[str] = set()


async def keep(
    service: Service, place: str, new: New, scope: Scope, once: Once | None = None
) -> Created:
    """The new record, or what an earlier request with the same key made (D20).

    `place` is the URL of its collection. Raises `Duplicate`, `KeyReused`, and `TmfError`: 409 while
    a request with the same key is running.
    """
    if once is None:
        return await _kept(service, place, new, scope, None)
    if once.key in _running:
        raise TmfError(STILL_RUNNING, "A request with this Idempotency-Key is still running.")
    _running.add(once.key)
    try:
        return await _kept(service, place, new, scope, once)
    finally:
        _running.discard(once.key)


async def _kept(service: Service, place: str, new: New, scope: Scope, once: Once | None) -> Created:
    for _ in range(ATTEMPTS):
        draft = await draft_of_new(service, scope, new)
        refuse_leaving(scope, draft)
        refuse_alterations(new.rights, draft.document)
        await refuse_strangers(service, new.rights, draft)
        events = raising.of_creation(service, place, draft)
        if service.settings.audit:
            events.append(await recording.of_creation(service, draft, scope.parent))
        try:
            return await service.records.create(service.collection, draft, scope, events, once)
        except Stale:
            continue
    raise Stale(new.document["id"])
