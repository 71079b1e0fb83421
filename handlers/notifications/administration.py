"""What an operator does about deliveries: look at them, pause, resume, replay and purge."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from handlers.notifications import dead
from handlers.notifications.registry import Registry, subscriptions
from handlers.notifications.subscription import (
    Delivery,
    Subscription,
    microseconds,
    resumed,
    save,
)
from persistence.errors import Missing, Stale
from persistence.store import Store
from tmf_apis.tmf630.instants import instant, now_text


@dataclass(frozen=True, slots=True)
class Row:
    """A subscription as an operator sees it. `behind` is how many events of the log, of any
    API, it has not come past.
    """

    id: str
    base_path: str
    callback: str
    query: str
    state: str
    since: str
    behind: int
    error: str


async def overview(store: Store, registries: Sequence[Registry]) -> list[Row]:
    """Every subscription and how its delivery stands."""
    last = await store.last_event()
    return [_row(each, last) for each in await subscriptions(store, registries)]


async def pause(store: Store, registries: Sequence[Registry], id: str) -> None:
    """Deliver nothing to a subscription until it is resumed. Raises `Missing`."""
    await _change(
        store, registries, id, lambda d: replace(d, paused=d.paused or microseconds(), error="")
    )


async def resume(store: Store, registries: Sequence[Registry], id: str) -> None:
    """Go on with a paused subscription, from where it was. Raises `Missing`."""
    await _change(store, registries, id, resumed)


async def replay(store: Store, subscription: str = "") -> int:
    """Have dead letters delivered once more, all or those of a subscription; how many."""
    mark = partial(dead.change, store, replay=True)
    return await _each(store, mark, subscription, replay=False)


async def purge(store: Store, subscription: str = "") -> int:
    """Drop dead letters, all or those of a subscription; how many."""
    return await _each(store, partial(dead.remove, store), subscription)


async def _each(
    store: Store,
    work: Callable[[dead.Letter], Awaitable[None]],
    subscription: str,
    replay: bool | None = None,
) -> int:
    count = 0
    while letters := await dead.letters(store, subscription, replay):
        for letter in letters:
            await work(letter)
        count += len(letters)
    return count


async def _change(
    store: Store,
    registries: Sequence[Registry],
    id: str,
    change: Callable[[Delivery], Delivery],
) -> None:
    """Change a delivery, whoever else writes it. Its courier sees that and lets go."""
    while True:
        found = [each for each in await subscriptions(store, registries) if each.id == id]
        if not found:
            raise Missing(id)
        try:
            await save(store, found[0], replace(change(found[0].delivery), holder="", until=0))
            return
        except Stale:
            continue


def _row(each: Subscription, last: int) -> Row:
    delivery = each.delivery
    since = delivery.paused or delivery.failing
    return Row(
        each.id,
        each.base_path,
        each.callback,
        each.query,
        each.state,
        now_text(instant(since)) if since else "",
        max(0, last - delivery.position),
        delivery.error,
    )
