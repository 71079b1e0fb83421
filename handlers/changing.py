"""Change a stored resource: what follows from the change, its stamps, its events, in one write.

Clients come here by PATCH, the server's own workers by `alter`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from handlers import raising
from handlers.audit import recording
from handlers.drafting import draft_over
from handlers.following import changed
from handlers.permission.owning import refuse_foreign, refuse_leaving
from handlers.permission.pricing import refuse_alterations
from handlers.permission.referring import refuse_strangers
from handlers.permission.rights import Rights
from handlers.service import Service
from persistence.errors import Stale
from persistence.store import Event, Record, Scope
from tmf_apis.behaviour.moment import Moment
from tmf_apis.tmf630.errors import TOO_LARGE, TmfError

Json = dict[str, Any]
#: From the stored document to the wanted one; None leaves it as it is.
Decision = Callable[[Json], Json | None]

#: How often a change is tried again when others change the resource in between.
ATTEMPTS = 100


async def put_in_place(
    service: Service,
    place: str,
    seen: Record,
    old: Json,
    new: Json,
    scope: Scope,
    moment: Moment,
    more: Sequence[Event] = (),
    rights: Rights | None = None,
) -> Record:
    """The record after its document was replaced; `place` is the URL of its collection, and
    `more` are events that go with those of the change. `rights` are those of who asked for it.

    Raises `TmfError`, 400 for what it refers to and the writer does not see, 403 for what is not
    the writer's own, 413 where that is too large, and
    `Stale` when somebody else changed it meanwhile.
    """
    refuse_foreign(scope, seen)
    draft = await draft_over(service, scope, seen, old, new, moment)
    refuse_leaving(scope, draft)
    refuse_alterations(rights, draft.document, old)
    await refuse_strangers(service, rights, draft, old, seen.twin)
    if len(draft.body) > max(service.settings.max_body, len(seen.body)):
        raise TmfError(TOO_LARGE, "The patched resource is too large; patch in less.")
    events = [*raising.of_change(service, place, old, draft), *more]
    if service.settings.audit:
        events.append(await recording.of_change(service, seen, old, draft, scope.parent))
    return await service.records.replace(service.collection, seen, draft, scope, events)


async def alter(
    service: Service, id: str, decide: Decision, moment: Moment, more: Sequence[Event] = ()
) -> Json:
    """The document after the server changed it, whoever changes it at the same time.

    `decide` sees the document as it is and may be asked again. What it gives back is not
    validated. `more` are events that go with those of the change. Raises `Missing`, and `Stale`
    after a hundred attempts.
    """
    place = service.settings.origin + service.collection.name
    for _ in range(ATTEMPTS):
        seen = await service.store.get(service.collection, id, Scope(), twin=service.has_twin)
        old: Json = orjson.loads(seen.body)
        wanted = decide(old)
        if wanted is None or wanted == old:
            return old
        new = changed(service, old, wanted, moment)
        try:
            made = await put_in_place(service, place, seen, old, new, Scope(), moment, more)
        except Stale:
            continue
        return new if service.lead is service else orjson.loads(made.body)
    raise Stale(id)
