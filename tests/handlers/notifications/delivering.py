"""Workers that deliver, without a server around them: several over one store."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from handlers.notifications import subscription as subscriptions
from handlers.notifications.dead import LETTERS
from handlers.notifications.dispatcher import Dispatcher
from handlers.notifications.feed import Feed
from handlers.notifications.presence import WORKERS
from handlers.notifications.registry import Registry
from handlers.notifications.subscription import Subscription
from persistence.store import Collection, Draft, Event, Scope, Store
from tests.handlers.notifications.listening import PATIENCE
from tests.handlers.serving import store_in, store_of
from tmf_apis.settings import Settings
from tmf_apis.spec.attributes import Attribute

THINGS, HUB = Collection("/api/thing"), Collection("/api/hub")
REGISTRIES = [Registry("/api", Attribute([], {}), HUB)]


@dataclass
class Site:
    """A store, and the workers that deliver from it."""

    store: Store
    workers: list[tuple[Dispatcher, asyncio.Task[None]]] = field(default_factory=list)
    numbers: Any = field(default_factory=count)

    def start(self, **settings: Any) -> Dispatcher:
        """One more worker."""
        chosen = Settings(**{"development": True, "delivery_timeout": 5, **settings})
        worker = Dispatcher(self.store, Feed(self.store), chosen, REGISTRIES, [])
        self.workers.append((worker, asyncio.create_task(worker.run())))
        return worker

    async def kill(self, worker: Dispatcher) -> None:
        """End a worker at once: it gives nothing back and says no word."""

        async def no_word() -> None:
            pass

        worker._stop = no_word  # type: ignore[method-assign]
        tasks = [task for one, task in self.workers if one is worker]
        tasks += [task for _, task in worker._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def subscribe(self, callback: str, query: str = "") -> Subscription:
        """A subscription to what happens from now on."""
        await self.store.settle()
        registered = {"id": str(uuid4()), "callback": callback, "query": query}
        draft = subscriptions.draft(registered, await self.store.last_event())
        made = await self.store.create(HUB, draft, Scope())
        return subscriptions.read(*REGISTRIES[0], made.record)

    async def happen(self, kind: str = "ThingCreateEvent") -> str:
        """Something that raises an event of a kind; the id of the thing."""
        id = str(next(self.numbers))
        event = {"eventId": str(uuid4()), "eventType": kind, "event": {"thing": {"id": id}}}
        raised = Event(kind, b"null\n" + orjson.dumps(event))
        await self.store.create(THINGS, Draft(id, {"id": id}, b"{}"), Scope(), [raised])
        return id

    async def keep_happening(self) -> None:
        """One thing after the other, without end."""
        while True:
            await self.happen()
            await asyncio.sleep(0.005)

    async def kept(self, subscription: Subscription) -> Subscription:
        """A subscription as it is kept by now."""
        return await subscriptions.reread(self.store, subscription)


@asynccontextmanager
async def site(folder: Path, *more: Collection) -> AsyncIterator[Site]:
    """A store without workers yet; those that were started are stopped at the end."""
    store = store_of(store_in(folder))
    await store.open([THINGS, HUB, LETTERS, WORKERS, *more])
    found = Site(store)
    try:
        yield found
    finally:
        for _, task in found.workers:
            task.cancel()
        await asyncio.gather(*(task for _, task in found.workers), return_exceptions=True)
        await store.close()


async def until(holds: Callable[[], object]) -> None:
    """Return when something holds; fails when it does not come to."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.02)
