"""Who serves a subscription: a lease is the name of a worker in the record of the subscription.

It is taken and given back by writing on top of what was seen, so that two never hold it. Whoever
wants that nothing more is posted (because the subscription is removed, say) asks the holder to
let go and waits until it did: docs/decisions/0012-who-serves-a-subscription.md.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from uuid import uuid4

from handlers.notifications.presence import Presence, Watch, ask
from handlers.notifications.subscription import (
    Delivery,
    Subscription,
    microseconds,
    reread,
    save,
)
from persistence.errors import Stale, Unavailable
from persistence.store import Store

#: Seconds between two looks whether a lease was given back, between two requests, and until
#: nobody waits any more.
_LOOK, _ASK, _PATIENCE = 0.02, 1.0, 20.0


def holder(delivery: Delivery) -> str:
    """The worker that holds the lease, empty for none."""
    return delivery.lease.partition("/")[0]


async def take(store: Store, seen: Subscription, presence: Presence) -> Subscription | None:
    """The subscription with its lease taken, or None when somebody else was quicker."""
    await presence.ensure()
    leased = replace(seen.delivery, lease=f"{presence.id}/{uuid4()}")
    try:
        return await save(store, seen, leased)
    except Stale:
        return None


async def released(store: Store, seen: Subscription) -> Subscription:
    """The subscription, as soon as whoever holds its lease posts nothing more under it.

    Raises `Missing` when it is removed meanwhile, `Unavailable` when that takes too long.
    """
    lease, watch = seen.delivery.lease, Watch(store)
    began, asked = monotonic(), -_ASK
    while seen.delivery.lease == lease != "":
        if await watch.is_dead(holder(seen.delivery)):
            break
        if monotonic() - began > _PATIENCE:
            raise Unavailable(f"the subscription {seen.id} is not let go of")
        if monotonic() - asked >= _ASK:
            await ask(store, holder(seen.delivery), seen.id)
            asked = monotonic()
        await asyncio.sleep(_LOOK)
        seen = await reread(store, seen)
    return seen


async def change(
    store: Store, seen: Subscription, changed: Callable[[Delivery], Delivery]
) -> Subscription:
    """The subscription with a change to its delivery, whoever else writes it. Raises `Missing`."""
    while True:
        try:
            return await save(store, seen, changed(seen.delivery))
        except Stale:
            seen = await reread(store, seen)


async def stopped(store: Store, seen: Subscription) -> Subscription:
    """The subscription, paused, and nothing more is posted to it. Raises as `released` does."""
    paused = await change(
        store, seen, lambda d: replace(d, paused=d.paused or microseconds(), error="")
    )
    return await released(store, paused)
