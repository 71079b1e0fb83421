"""Change a stored resource: what follows from the change, its stamps, its events, in one write.

Clients come here by PATCH, the server's own workers by `alter`.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from handlers import raising
from handlers.drafting import draft_over
from handlers.service import Service
from persistence.errors import Stale
from persistence.store import Event, Record, Scope
from tmf_apis.behaviour.following import follow
from tmf_apis.behaviour.moment import Moment
from tmf_apis.tmf630.creation import complete_items, touch
from tmf_apis.tmf630.elements import identified
from tmf_apis.tmf630.errors import TOO_LARGE, TmfError

Json = dict[str, Any]
#: From the stored document to the wanted one; None leaves it as it is.
Decision = Callable[[Json], Json | None]

#: How often a change is tried again when others change the resource in between.
ATTEMPTS = 100

logger = logging.getLogger(__name__)


def following(service: Service, before: Json | None, after: Json, moment: Moment) -> Json:
    """The document to store for the one that is wished (docs/decisions/0008). Raises `TmfError`."""
    if service.behaviour is None:
        return after
    document = follow(service.behaviour, before, after, moment)
    for warning in moment.warnings:
        logger.warning("%s %s: %s", service.collection.name, document["id"], warning)
    moment.hints += moment.warnings
    return document


def changed(service: Service, old: Json, new: Json, moment: Moment) -> Json:
    """A changed document, checked before, with what follows and the time of its change (R-813)."""
    items = service.rules.items
    if items is not None and new.get(items.attribute) is not old.get(items.attribute):
        new = dict(new)
        complete_items(items, new, new.get(service.rules.state or "", service.rules.initial))
    new = identified(new, service.embeds, service.new_id)
    new = following(service, old, new, moment)
    return touch(service.rules, new, moment.now) if service.rules.touched else new


async def put_in_place(
    service: Service,
    place: str,
    seen: Record,
    old: Json,
    new: Json,
    scope: Scope,
    more: Sequence[Event] = (),
) -> Record:
    """The record after its document was replaced; `place` is the URL of its collection, and
    `more` are events that go with those of the change.

    Raises `TmfError` (413), and `Stale` when somebody else changed it meanwhile.
    """
    draft = await draft_over(service, scope, seen, old, new)
    if len(draft.body) > max(service.settings.max_body, len(seen.body)):
        raise TmfError(TOO_LARGE, "The patched resource is too large; patch in less.")
    events = [*raising.of_change(service, place, old, draft), *more]
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
        seen = await service.store.get(service.collection, id, Scope())
        old: Json = orjson.loads(seen.body)
        wanted = decide(old)
        if wanted is None or wanted == old:
            return old
        new = changed(service, old, wanted, moment)
        try:
            await put_in_place(service, place, seen, old, new, Scope(), more)
        except Stale:
            continue
        return new
    raise Stale(id)
