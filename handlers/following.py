"""What follows from a write, for the face that is written (docs/decisions/0008)."""

import logging
from typing import Any

from handlers.amendable import refuse_change
from handlers.service import Service
from tmf_apis.behaviour.following import follow
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import By
from tmf_apis.tmf630.creation import complete_items, touch
from tmf_apis.tmf630.elements import identified

Json = dict[str, Any]

logger = logging.getLogger(__name__)


def following(service: Service, before: Json | None, after: Json, moment: Moment) -> Json:
    """The document to store for the one that is wished. Raises `TmfError`.

    Of two faces the newer one decides, so that an older one is left as it is (see `turning`).
    """
    if service.behaviour is None or service.lead is not service:
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
        if moment.by is By.CLIENT:
            refuse_change(service, old, new)
    new = identified(new, service.embeds, service.new_id)
    new = following(service, old, new, moment)
    return touch(service.rules, new, moment.now) if service.rules.touched else new
