"""The part of a worker that has events delivered: it finds subscriptions and sends couriers.

All workers look at all subscriptions; a lease says which of them serves one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from random import SystemRandom
from typing import NoReturn
from uuid import uuid4

from handlers.notifications import courier, dead
from handlers.notifications.access import Credentials, access_for
from handlers.notifications.courier import Courier, Lost
from handlers.notifications.feed import Feed
from handlers.notifications.posting import Post
from handlers.notifications.registry import Registry, callback_rules, subscriptions
from handlers.notifications.retention import forget
from handlers.notifications.subscription import Subscription, microseconds
from persistence.errors import StoreError
from persistence.store import Store
from tmf_apis.settings import Settings

logger = logging.getLogger(__name__)

#: Seconds between two looks at the subscriptions, and between two clean-ups of the log.
SHORTEST_LOOK, LONGEST_LOOK = 0.3, 0.6
CLEAN = 60.0
#: Seconds between two moves of events into the log that nobody asks for: a resource grows by
#: those that wait beside it, and the next subscription would have to wait for all of them.
RELAY = 5.0
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
        self._worker = str(uuid4())
        self._running: dict[str, tuple[Courier, asyncio.Task[None]]] = {}

    async def run(self) -> None:
        """Look after all subscriptions until cancelled; then give back what was leased."""
        looking = _again_and_again("subscriptions", SHORTEST_LOOK, LONGEST_LOOK, self._look)
        relaying = _again_and_again("the relay", RELAY / 2, RELAY, self._feed.settle)
        cleaning = _again_and_again("the log", CLEAN / 2, CLEAN, self._clean, first=CLEAN / 2)
        try:
            await asyncio.gather(looking, relaying, cleaning)
        finally:
            await self._stop()

    async def _look(self) -> None:
        """Send couriers to subscriptions nobody serves, and stop those of removed ones."""
        found = await subscriptions(self._store, self._registries)
        known = {subscription.id: subscription for subscription in found}
        for id in self._running.keys() - known.keys():
            self._running[id][1].cancel()
        now = microseconds()
        free = [
            each
            for each in found
            if each.id not in self._running
            and not each.delivery.paused
            and (each.delivery.until < now or not each.delivery.holder)
        ]
        # Not all at once: the other workers want some, too.
        for subscription in free[: 1 + len(free) // 4]:
            if leased := await courier.take(self._store, subscription, self._worker):
                self._send(leased)
        for letter in await dead.letters(self._store, replay=True):
            if letter.subscription in self._running:
                self._running[letter.subscription][0].again(letter)

    def _send(self, subscription: Subscription) -> None:
        settings = self._settings
        post = Post(
            subscription.callback,
            self._rules,
            timeout=settings.delivery_timeout,
            secret=settings.callback_secret,
            access=access_for(subscription.callback, self._credentials),
        )
        sent = Courier(self._store, self._feed, settings, subscription, post)
        task = asyncio.create_task(self._watched(subscription.id, sent))
        self._running[subscription.id] = (sent, task)

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

    async def _clean(self) -> None:
        """Drop old events. Every worker does; dropping twice does no harm."""
        await forget(self._store, self._settings.keep_events, self._registries)

    async def _stop(self) -> None:
        running = list(self._running.values())
        for _, task in running:
            task.cancel()
        await asyncio.gather(*(task for _, task in running), return_exceptions=True)
        for sent, _ in running:
            with suppress(StoreError):
                await sent.hand_over()


async def _again_and_again(
    what: str,
    shortest: float,
    longest: float,
    work: Callable[[], Awaitable[object]],
    first: float = 0.0,
) -> NoReturn:
    """Do some work and rest for so many seconds; nothing that goes wrong once ends it.

    `first` is how long to rest before the first time.
    """
    await asyncio.sleep(first)
    while True:
        try:
            await work()
        except StoreError as error:
            logger.warning("%s: %s", what, error)
        except Exception:
            logger.exception(what)
        await asyncio.sleep(_chance.uniform(shortest, longest))
