"""How long events stay in the log: a while, and until everybody who waits for them has them."""

from collections.abc import Sequence

from handlers.notifications.registry import Registry, subscriptions
from handlers.notifications.subscription import microseconds
from persistence.store import Store


async def forget(store: Store, keep: int, registries: Sequence[Registry]) -> int:
    """Drop events older than `keep` seconds that no subscription but a paused one still has to
    get; how many.
    """
    before = microseconds() - keep * 1_000_000
    waiting = [
        each.delivery.position
        for each in await subscriptions(store, registries)
        if not each.delivery.paused
    ]
    if waiting:
        for next_one in await store.events(min(waiting), 1):
            before = min(before, next_one.raised)
    return await store.forget_events(before)
