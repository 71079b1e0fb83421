"""How long events stay in the log: a while, until everybody who waits for them has them, and never
more than so many of an API.
"""

import logging
from collections.abc import Sequence

from handlers.notifications import dead
from handlers.notifications.registry import Registry, subscriptions
from handlers.notifications.subscription import microseconds
from persistence.store import Store

logger = logging.getLogger(__name__)


async def forget(store: Store, keep: int, most: int, registries: Sequence[Registry]) -> int:
    """Drop events older than `keep` seconds that no subscription to their API but a paused one
    still has to get, and of each API the oldest beyond `most`; how many.
    """
    kept: dict[str, int] = {}
    for each in await subscriptions(store, registries):
        if not each.delivery.paused:
            position = each.delivery.position
            kept[each.base_path] = min(position, kept.get(each.base_path, position))
    forgotten = await store.forget_events(microseconds() - keep * 1_000_000, kept)
    for registry in registries:
        dropped = await store.trim_events(registry.base_path, most)
        if dropped:
            text = "%s: the oldest %d events were dropped, whether listeners had them or not"
            logger.warning(text, registry.base_path, dropped)
        forgotten += dropped
    return forgotten


async def forget_letters(store: Store, registries: Sequence[Registry]) -> int:
    """Drop the dead letters of subscriptions that are no longer there; how many."""
    if not await dead.count(store):
        return 0
    known = [each.id for each in await subscriptions(store, registries)]
    return sum(
        [await dead.drop(store, dead.to_none_of(known, each.base_path)) for each in registries]
    )
