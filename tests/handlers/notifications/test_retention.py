"""Old events go, but none that a subscription still has to get, nor more than there is room for."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.notifications import administration, dead
from handlers.notifications import subscription as subscriptions
from handlers.notifications.administration import pause, resume
from handlers.notifications.notice import Notice
from handlers.notifications.registry import Registry
from handlers.notifications.retention import forget, forget_letters
from handlers.notifications.subscription import Subscription
from persistence.room import ROOM
from persistence.store import Collection, Draft, Event, Logged, Scope, Store
from tests.handlers.notifications.delivering import HUB, REGISTRIES, THINGS, site
from tmf_apis.spec.attributes import Attribute

MOST = 1000
OTHERS, OTHER_HUB = Collection("/other/thing"), Collection("/other/hub")
BOTH = [*REGISTRIES, Registry("/other", Attribute([], {}), OTHER_HUB)]


async def raised(store: Store, count: int, collection: Collection = THINGS) -> None:
    for number in range(count):
        draft = Draft(f"{collection.name} {number}", {"id": str(number)}, b"{}")
        await store.create(collection, draft, Scope(), [Event("E", b"null\n{}")])
    await store.settle()


async def subscribed(store: Store, position: int) -> Subscription:
    registered = {"id": "s", "callback": "https://x.example/"}
    made = await store.create(HUB, subscriptions.draft(registered, position), Scope())
    return subscriptions.read(*REGISTRIES[0], made.record)


def test_events_stay_until_everybody_has_them(tmp_path: Path) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            store = here.store
            await raised(store, 6)
            found = await subscribed(store, 3)
            assert await forget(store, 3600, MOST, REGISTRIES) == 0
            assert await forget(store, 0, MOST, REGISTRIES) == 3
            assert [e.sequence for e in await store.events(0, 10)] == [4, 5, 6]
            await subscriptions.save(store, found, replace(found.delivery, position=5))
            assert await forget(store, 0, MOST, REGISTRIES) == 2
            await pause(store, REGISTRIES, "s")
            assert await forget(store, 0, MOST, REGISTRIES) == 1
            await resume(store, REGISTRIES, "s")
            assert await forget(store, 0, MOST, REGISTRIES) == 0
            assert await store.last_event() == 6

    asyncio.run(run())


def test_a_subscription_keeps_no_events_of_other_apis(tmp_path: Path) -> None:
    async def run() -> None:
        async with site(tmp_path, OTHERS, OTHER_HUB) as here:
            await subscribed(here.store, 0)
            await raised(here.store, 2)
            await raised(here.store, 3, OTHERS)
            assert await forget(here.store, 0, MOST, BOTH) == 3
            assert [e.collection for e in await here.store.events(0, 10)] == [THINGS.name] * 2

    asyncio.run(run())


def test_the_oldest_go_where_there_are_too_many(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        async with site(tmp_path, OTHERS, OTHER_HUB) as here:
            await subscribed(here.store, 0)
            await raised(here.store, 5)
            await raised(here.store, 2, OTHERS)
            assert await forget(here.store, 3600, 5, BOTH) == 0
            assert await forget(here.store, 3600, 3, BOTH) == 2
            assert [e.sequence for e in await here.store.events(0, 10)] == [3, 4, 5, 6, 7]

    asyncio.run(run())
    assert "/api: the oldest 2 events were dropped" in caplog.text


async def bury(
    store: Store, subscription: Subscription, number: int, most: int = MOST, event: bytes = b"{}"
) -> None:
    logged = Logged(number, "/api/thing", "1", "E", 0, b"null\n" + event)
    await dead.bury(store, subscription, Notice(logged), 3, "no", "2026-01-01T00:00:00Z", most)


def test_the_oldest_letters_go_where_there_are_too_many(tmp_path: Path) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            there = await subscribed(here.store, 0)
            other = Subscription(
                "/other", there.event, there.collection, there.record._replace(id="o"),
                there.registered, there.delivery,
            )  # fmt: skip
            for number in range(6):
                await bury(here.store, other, number)
                await bury(here.store, there, number, most=3)
            left = await dead.letters(here.store, dead.of_api("/api"))
            assert [letter.about["sequence"] for letter in left] == [3, 4, 5]
            assert await dead.count(here.store) == 9

    asyncio.run(run())


def test_large_letters_are_taken_up_some_at_a_time(tmp_path: Path) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            there = await subscribed(here.store, 0)
            event = b'{"text":"%b"}' % (b"a" * (ROOM * 2 // 5))
            for number in range(7):
                await bury(here.store, there, number, event=event)
            some = await dead.letters(here.store)
            assert [letter.about["sequence"] for letter in some] == [0, 1]
            told = await dead.told(here.store, 5)
            assert [about["sequence"] for about in told] == [0, 1, 2, 3, 4]
            assert all("event" not in about for about in told)
            await bury(here.store, there, 7, most=3, event=event)
            assert await dead.count(here.store) == 3
            assert await administration.purge(here.store, REGISTRIES) == 3
            assert await dead.told(here.store, 5) == []

    asyncio.run(run())


def test_letters_of_removed_subscriptions_go(tmp_path: Path) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            assert await forget_letters(here.store, REGISTRIES) == 0
            there = await subscribed(here.store, 0)
            await bury(here.store, there, 1)
            assert await forget_letters(here.store, REGISTRIES) == 0
            await here.store.delete(HUB, [there.record], Scope())
            assert await forget_letters(here.store, []) == 0
            assert await forget_letters(here.store, REGISTRIES) == 1
            assert await dead.count(here.store) == 0

    asyncio.run(run())
