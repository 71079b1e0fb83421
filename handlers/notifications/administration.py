"""What an operator does about deliveries: look at them, pause, resume, replay and purge."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.notifications import dead, leases
from handlers.notifications.registry import Registry, subscriptions
from handlers.notifications.subscription import Subscription, microseconds
from persistence.errors import Missing
from persistence.store import Store
from tmf_apis.tmf630.instants import instant, now_text
from tmf_apis.tmf630.masking import masked


@dataclass(frozen=True, slots=True)
class Row:
    """A subscription as an operator sees it, its callback without what may be a secret.

    `behind` is how many events of the log, of any API, one that is served or paused has not come
    past; nothing waits for any other.
    """

    id: str
    base_path: str
    callback: str
    query: str
    state: str
    since: str
    behind: int
    error: str


@dataclass(slots=True)
class Replayed:
    """How many dead letters are delivered once more, how many of these only when their paused
    subscriptions are resumed, and how many are not because their subscriptions were removed.
    """

    letters: int = 0
    paused: int = 0
    orphaned: int = 0


async def overview(store: Store, registries: Sequence[Registry]) -> list[Row]:
    """Every subscription and how its delivery stands."""
    last = await store.last_event()
    return [_row(each, last) for each in await subscriptions(store, registries)]


async def pause(store: Store, registries: Sequence[Registry], id: str) -> None:
    """Deliver nothing to a subscription until it is resumed: from the return on, nothing is.

    Raises `Missing`.
    """
    await leases.stopped(store, await _subscription(store, registries, id))


async def resume(store: Store, registries: Sequence[Registry], id: str) -> None:
    """Go on with a paused subscription, from where it was. Raises `Missing`."""
    found = await _subscription(store, registries, id)
    now = microseconds()
    await leases.change(store, found, lambda d: replace(d, paused=0, failing=0, since=now))


async def replay(store: Store, registries: Sequence[Registry], id: str = "") -> Replayed:
    """Have dead letters delivered once more, now: all, or those of a subscription.

    Raises `Missing` when there is neither a subscription of that id nor a letter to one.
    """
    done = Replayed()
    known = await subscriptions(store, registries)
    chosen = [each for each in known if id in ("", each.id)]
    for each in chosen:
        count = await _mark(store, each)
        done.letters += count
        done.paused += count if each.delivery.paused else 0
    done.orphaned = await _orphaned(store, registries, known, id)
    if id and not chosen and not done.orphaned:
        raise Missing(id)
    return done


async def purge(store: Store, registries: Sequence[Registry], id: str = "") -> int:
    """Drop dead letters, all or those of a subscription; how many. None is posted any more.

    Raises `Missing` as `replay` does.
    """
    known = await subscriptions(store, registries)
    dropped = await dead.drop(store, *([dead.to(id)] if id else []))
    if id and not dropped and id not in {each.id for each in known}:
        raise Missing(id)
    for each in known:
        if id in ("", each.id) and each.delivery.replays != each.delivery.replayed:
            await leases.released(store, each)
    return dropped


async def _mark(store: Store, subscription: Subscription) -> int:
    """Mark the letters to a subscription and have it served anew: its listener may have been
    given a long pause, and is to be tried at once.
    """
    to_it = dead.to(subscription.id)
    while some := await dead.letters(store, to_it, dead.marked(False)):
        for letter in some:
            await dead.change(store, letter, replay=True)
    if count := await dead.count(store, to_it, dead.marked(True)):
        asked = await leases.change(
            store, subscription, lambda d: replace(d, replays=d.replays + 1)
        )
        await leases.released(store, asked)
    return count


async def _orphaned(
    store: Store, registries: Sequence[Registry], known: Sequence[Subscription], id: str
) -> int:
    """How many letters there are to subscriptions, or to one, that were removed."""
    ids = [each.id for each in known]
    to_it = [dead.to(id)] if id else []
    orphans = [dead.to_none_of(ids, registry.base_path) for registry in registries]
    return sum([await dead.count(store, each, *to_it) for each in orphans])


async def _subscription(store: Store, registries: Sequence[Registry], id: str) -> Subscription:
    """The subscription of an id; raises `Missing`."""
    for each in await subscriptions(store, registries):
        if each.id == id:
            return each
    raise Missing(id)


def _row(each: Subscription, last: int) -> Row:
    delivery = each.delivery
    since = delivery.paused or delivery.failing
    behind = last - delivery.position if delivery.lease or delivery.paused else 0
    return Row(
        each.id,
        each.base_path,
        masked(each.callback),
        each.query,
        each.state,
        now_text(instant(since)) if since else "",
        max(0, behind),
        delivery.error,
    )
