"""The part of a worker that has events delivered: it follows the log and sends out couriers.

All workers follow the whole log. One that sees an event for a subscription nobody serves takes
the lease of the subscription and sends a courier. Looking at events and subscriptions writes
nothing, and a look at many subscriptions is followed by a longer rest: those that wait for
something cost next to nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from random import SystemRandom
from time import monotonic
from typing import NoReturn

from handlers.aside import behind
from handlers.notifications import courier, leases
from handlers.notifications.access import Credentials, access_for
from handlers.notifications.courier import Courier, Lost
from handlers.notifications.feed import Feed
from handlers.notifications.notice import Notice
from handlers.notifications.pace import share
from handlers.notifications.posting import Post
from handlers.notifications.presence import Presence, Watch
from handlers.notifications.registry import Registry, callback_rules, subscriptions
from handlers.notifications.retention import forget, forget_letters
from handlers.notifications.roster import Entry, Roster
from handlers.notifications.signing import Signer
from handlers.notifications.subscription import Subscription, save
from persistence.errors import Stale, StoreError
from persistence.store import Store
from tmf_apis.settings import Settings

logger = logging.getLogger(__name__)

#: Seconds between two looks at the log: at first, and after a quiet time.
SHORTEST_WAIT, LONGEST_WAIT = 0.03, 0.25
#: Seconds between two looks at the subscriptions: at least, and for each of many.
SHORTEST_LOOK, LONGEST_LOOK, FOR_EACH = 0.3, 0.6, 0.001
#: Seconds between two looks whether others want a subscription let go.
HEED = 0.1
#: Seconds between two clean-ups of the log.
CLEAN = 60.0
#: Seconds between two moves of events into the log that nobody asks for: a resource grows by
#: those that wait beside it, and the next subscription would have to wait for all of them.
RELAY = 5.0
#: How far behind the log the record of a subscription may be that nothing concerned since, how
#: many such records are brought up to date at once, and from where on a courier reads the log
#: alone rather than the dispatcher for several.
BEHIND, AT_ONCE, FAR = 2_000, 50, 10_000
#: Notes of couriers in a second, of all together.
NOTES = 200
#: Leaves the generator alone that others seed to get the same numbers again.
_chance = SystemRandom()


class Dispatcher:
    """Serves the subscriptions of some registries."""

    def __init__(
        self,
        store: Store,
        feed: Feed,
        settings: Settings,
        registries: Sequence[Registry],
        credentials: Sequence[Credentials],
    ) -> None:
        self._store = store
        self._settings = settings
        self._registries = registries
        self._credentials = credentials
        self._rules = callback_rules(settings)
        self._feed = feed
        self._presence = Presence(store)
        self._watch = Watch(store)
        self._roster = Roster(registry.base_path for registry in registries)
        self._running: dict[str, tuple[Courier, asyncio.Task[None]]] = {}
        #: Subscriptions without a courier that need one.
        self._waiting: dict[str, Subscription] = {}
        #: All events up to this number were looked at.
        self._cursor = 0
        self._next_look = 0.0

    async def run(self) -> None:
        """Look after all subscriptions until cancelled; then give back what was leased."""
        loops = (
            _again_and_again("subscriptions", self._follow),
            _again_and_again("requests", self._heed),
            _again_and_again("the relay", self._relay),
            _again_and_again("the log", self._clean, first=CLEAN / 2),
        )
        try:
            await asyncio.gather(*loops)
        finally:
            await self._stop()

    async def _follow(self) -> float:
        """Look at what is new, and send couriers where it is wanted."""
        if monotonic() >= self._next_look:
            await self._look()
        found = bool(self._roster) and await self._read_on()
        await self._send_out()
        return SHORTEST_WAIT if found or self._waiting else LONGEST_WAIT

    async def _look(self) -> None:
        """See which subscriptions there are, and who serves them."""
        if not self._roster:
            self._cursor = await self._store.last_event()
        found = await subscriptions(self._store, self._registries, self._roster.find)
        changed = self._roster.renew(found)
        for id in self._running.keys() | self._waiting.keys():
            if self._roster.find(id) is None:
                self._forget(id)
        await self._look_after(found, changed)
        rest = _chance.uniform(SHORTEST_LOOK, LONGEST_LOOK)
        self._next_look = monotonic() + max(rest, len(found) * FOR_EACH)

    def _forget(self, id: str) -> None:
        self._waiting.pop(id, None)
        if id in self._running:
            self._running[id][1].cancel()

    async def _look_after(
        self, found: Sequence[Subscription], changed: Iterable[Subscription]
    ) -> None:
        """Note who needs a courier: one whose server died, or with events that nobody saw."""
        free = await self._free(found)
        news = {each.id for each in changed}
        for each in free:
            far = self._cursor - each.delivery.position > FAR
            if each.delivery.lease or each.delivery.replays != each.delivery.replayed or far:
                self._waiting[each.id] = each
        await self._catch_up([e for e in free if e.id in news and e.id not in self._waiting])
        idle = [each for each in free if each.id not in self._waiting]
        await self._bring_forward(idle)

    async def _free(self, found: Sequence[Subscription]) -> list[Subscription]:
        """Those that are to be served, and nobody does."""
        open = [e for e in found if e.id not in self._running and not e.delivery.paused]
        nobody = {"", self._presence.id}
        for worker in {leases.holder(each.delivery) for each in open} - nobody:
            if await self._watch.is_dead(worker):
                nobody.add(worker)
        return [each for each in open if leases.holder(each.delivery) in nobody]

    async def _catch_up(self, free: list[Subscription]) -> None:
        """Look for events that concern subscriptions which were not there when they passed."""
        roster = Roster(registry.base_path for registry in self._registries)
        roster.renew(free)
        position = min((each.delivery.position for each in free), default=self._cursor)
        while position < self._cursor and roster:
            notices = await self._feed.after(position)
            if not notices:
                break
            for notice in notices:
                for entry in list(roster.candidates(notice)):
                    if await _is_behind(entry, notice):
                        self._waiting[entry.subscription.id] = entry.subscription
                        roster.remove(entry.subscription.id)
            position = notices[-1].sequence

    async def _bring_forward(self, idle: list[Subscription]) -> None:
        """Write down that nothing concerned some subscriptions, lest the log be read again."""
        cursor = self._cursor
        late = [each for each in idle if cursor - each.delivery.position >= BEHIND]
        for each in late[:AT_ONCE]:
            with suppress(Stale):
                await save(self._store, each, replace(each.delivery, position=cursor))

    async def _read_on(self) -> bool:
        """Read the log on; whether there was anything."""
        notices = await self._feed.after(self._cursor)
        for notice in notices:
            for entry in list(self._roster.candidates(notice)):
                id = entry.subscription.id
                if id in self._running:
                    self._running[id][0].wake()
                elif id not in self._waiting and entry.is_free and await _is_behind(entry, notice):
                    self._waiting[id] = entry.subscription
            await asyncio.sleep(0)
            self._cursor = notice.sequence
        return bool(notices)

    async def _send_out(self) -> None:
        """Send couriers; not all at once, for the other workers want some, too."""
        for id in list(self._waiting)[: 1 + len(self._waiting) // 4]:
            # If somebody was quicker, the next look tells what became of it.
            seen = self._waiting.pop(id)
            if leased := await leases.take(self._store, seen, self._presence):
                self._send(leased)

    def _send(self, subscription: Subscription) -> None:
        settings = self._settings
        post = Post(
            subscription.callback,
            self._rules,
            timeout=settings.delivery_timeout,
            signer=Signer(subscription.secret, settings.callback_secret),
            access=access_for(subscription.callback, self._credentials),
        )
        at_once = share(settings.delivery_at_once, len(self._running) + 1)
        serving = (self._store, self._feed, settings, self._presence, subscription, post)
        sent = Courier(*serving, at_once, self._note_every)
        task = asyncio.create_task(self._watched(subscription.id, sent))
        self._running[subscription.id] = (sent, task)

    def _note_every(self) -> float:
        """Seconds between two notes of a courier: the more there are, the longer."""
        return max(courier.NOTE, len(self._running) / NOTES)

    async def _watched(self, id: str, sent: Courier) -> None:
        try:
            await sent.run()
        except Lost:
            logger.info("subscription %s is served by another worker, or gone", id)
        except StoreError as error:
            logger.warning("subscription %s: %s", id, error)
        except Exception:
            logger.exception("subscription %s", id)
        finally:
            self._running.pop(id, None)

    async def _heed(self) -> float:
        """Show that this worker lives, and let go of what others ask for."""
        if self._running:
            requests = await self._presence.requests()
            if requests is None:
                for id in list(self._running):
                    self._forget(id)
            for id in requests or ():
                if id in self._running:
                    self._running[id][0].let_go()
        return HEED

    async def _relay(self) -> float:
        """Move events into the log."""
        await self._feed.settle()
        return _chance.uniform(RELAY / 2, RELAY)

    async def _clean(self) -> float:
        """Drop what is old. Every worker does; dropping twice does no harm."""
        keep, most = self._settings.keep_events, self._settings.max_events
        await forget(self._store, keep, most, self._registries)
        await forget_letters(self._store, self._registries)
        return _chance.uniform(CLEAN / 2, CLEAN)

    async def _stop(self) -> None:
        tasks = [task for _, task in self._running.values()]
        for sent, _ in self._running.values():
            sent.let_go()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(StoreError):
            await self._presence.leave()


async def _again_and_again(
    what: str, work: Callable[[], Awaitable[float]], first: float = 0.0
) -> NoReturn:
    """Do some work and rest for the seconds it gives; nothing that goes wrong once ends it.

    `first` is how long to rest before the first time.
    """
    rest = first
    while True:
        await asyncio.sleep(rest)
        rest = 1.0
        try:
            rest = await work()
        except StoreError as error:
            logger.warning("%s: %s", what, error)
        except Exception:
            logger.exception(what)


async def _is_behind(entry: Entry, notice: Notice) -> bool:
    """Whether an event concerns a subscription that did not get it yet; large ones are looked at
    beside the event loop.
    """
    return await behind(notice.effort(entry.interest), partial(entry.is_behind, notice))
