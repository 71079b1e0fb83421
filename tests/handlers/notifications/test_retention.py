"""Old events go, but none that a subscription still has to get."""

import asyncio
from dataclasses import replace
from pathlib import Path

from handlers.notifications import subscription as subscriptions
from handlers.notifications.administration import pause, resume
from handlers.notifications.registry import Registry
from handlers.notifications.retention import forget
from persistence.opening import open_store
from persistence.store import Collection, Draft, Event, Scope
from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.query import Query

THINGS, HUB = Collection("/api/thing"), Collection("/api/hub")
REGISTRIES = [Registry("/api", Attribute([], {}), HUB)]


def test_events_stay_until_everybody_has_them(tmp_path: Path) -> None:
    asyncio.run(_live(tmp_path))


async def _live(folder: Path) -> None:
    store = open_store(f"sqlite:///{folder}/tmf.db")
    await store.open([THINGS, HUB])
    try:
        for number in range(6):
            draft = Draft(str(number), {"id": str(number)}, b"{}")
            await store.create(THINGS, draft, Scope(), [Event("E", b"null\n{}")])
        registered = {"id": "s", "callback": "https://x.example/"}
        await store.create(HUB, subscriptions.draft(registered, 3), Scope())
        assert await forget(store, 3600, REGISTRIES) == 0
        assert await forget(store, 0, REGISTRIES) == 3
        assert [e.sequence for e in await store.events(0, 10)] == [4, 5, 6]
        [record] = (await store.find(HUB, Query(), Scope())).records
        found = subscriptions.read(*REGISTRIES[0], record)
        await subscriptions.save(store, found, replace(found.delivery, position=5))
        assert await forget(store, 0, REGISTRIES) == 2
        await pause(store, REGISTRIES, "s")
        assert await forget(store, 0, REGISTRIES) == 1
        await resume(store, REGISTRIES, "s")
        assert await forget(store, 0, REGISTRIES) == 0
        assert await store.last_event() == 6
    finally:
        await store.close()
