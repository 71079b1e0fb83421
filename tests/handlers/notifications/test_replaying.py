"""Dead letters, once more or never again."""

import asyncio
from pathlib import Path

import pytest

from handlers.notifications import administration, dead, pace
from handlers.notifications.administration import Replayed
from handlers.notifications.notice import Notice
from handlers.notifications.subscription import Subscription
from persistence.errors import Missing
from persistence.store import Scope
from tests.handlers.notifications.delivering import REGISTRIES, Site, site, until
from tests.handlers.notifications.listening import Listener, slow, status


async def buried(here: Site, subscription: Subscription, count: int) -> None:
    """Some dead letters to a subscription, whether it is there or not."""
    for _ in range(count):
        await here.happen()
        [logged] = await here.store.events(await here.store.last_event() - 1, 1)
        await dead.bury(here.store, subscription, Notice(logged), 8, "no", "2026-01-01T00:00:00Z")


async def removed(here: Site, callback: str) -> Subscription:
    """A subscription that is no longer there."""
    subscription = await here.subscribe(callback)
    await here.store.delete(subscription.collection, [subscription.record], Scope())
    return subscription


def test_letters_of_removed_subscriptions_hide_no_others(
    listener: Listener, tmp_path: Path
) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            gone = await removed(here, listener.callback())
            await buried(here, gone, 130)
            callback = listener.callback()
            there = await here.subscribe(callback)
            await buried(here, there, 5)
            here.start()
            done = await administration.replay(here.store, REGISTRIES)
            assert done == Replayed(letters=5, orphaned=130)
            await until(lambda: len(listener.at(callback)) >= 10)  # those of the log as well
            await _none_left(here, there)
            assert await dead.count(here.store) == 130
            assert await administration.replay(here.store, REGISTRIES, gone.id) == Replayed(
                orphaned=130
            )
            assert await administration.purge(here.store, REGISTRIES, gone.id) == 130

    asyncio.run(run())


async def _none_left(here: Site, subscription: Subscription) -> None:
    async with asyncio.timeout(30):
        while await dead.count(here.store, dead.to(subscription.id)):
            await asyncio.sleep(0.05)


def test_many_letters_are_all_delivered(listener: Listener, tmp_path: Path) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            callback = listener.callback()
            there = await here.subscribe(callback, "event.thing.id=none of them")
            await buried(here, there, 2 * dead.BATCH + 10)
            here.start()
            done = await administration.replay(here.store, REGISTRIES, there.id)
            assert done == Replayed(letters=2 * dead.BATCH + 10)
            await _none_left(here, there)
            ids = [one.resource["id"] for one in listener.at(callback)]
            assert len(set(ids)) == 2 * dead.BATCH + 10

    asyncio.run(run())


def test_what_is_replayed_is_tried_at_once(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the pause is that the listener was given."""

    async def run() -> None:
        async with site(tmp_path) as here:
            here.start(delivery_at_once=1)
            callback = listener.callback(status(503))
            there = await here.subscribe(callback)
            await here.happen()
            await until(lambda: listener.at(callback))
            monkeypatch.setattr(pace, "SHORTEST", 300.0)
            await until(lambda: len(listener.at(callback)) >= 2)
            await buried(here, there, 1)
            listener.answers[callback.rpartition("/")[2]] = status(201)
            async with asyncio.timeout(30):
                done = await administration.replay(here.store, REGISTRIES)
                assert done == Replayed(letters=1)
                await _none_left(here, there)

    asyncio.run(run())


def test_letters_to_a_paused_subscription_wait(listener: Listener, tmp_path: Path) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            callback = listener.callback()
            there = await here.subscribe(callback)
            await administration.pause(here.store, REGISTRIES, there.id)
            await buried(here, there, 2)
            here.start()
            done = await administration.replay(here.store, REGISTRIES)
            assert done == Replayed(letters=2, paused=2)
            await asyncio.sleep(0.5)
            assert listener.at(callback) == []
            await administration.resume(here.store, REGISTRIES, there.id)
            await _none_left(here, there)

    asyncio.run(run())


def test_a_letter_that_fails_again_waits_for_another_request(
    listener: Listener, tmp_path: Path
) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            here.start(retry_for=0)
            callback = listener.callback(status(500))
            there = await here.subscribe(callback, "event.thing.id=none of them")
            await buried(here, there, 1)
            for attempts in (11, 14):
                done = await administration.replay(here.store, REGISTRIES)
                assert done == Replayed(letters=1)
                async with asyncio.timeout(30):
                    while await dead.count(here.store, dead.marked(True)):
                        await asyncio.sleep(0.05)
                [letter] = await dead.letters(here.store)
                assert (letter.about["attempts"], letter.about["error"]) == (
                    attempts,
                    "answered 500",
                )

    asyncio.run(run())


def test_what_is_purged_is_posted_no_more(listener: Listener, tmp_path: Path) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            here.start(delivery_at_once=2)
            callback = listener.callback(slow)
            there = await here.subscribe(callback, "event.thing.id=none of them")
            await buried(here, there, 50)
            await administration.replay(here.store, REGISTRIES)
            await until(lambda: len(listener.at(callback)) >= 4)
            assert 0 < await administration.purge(here.store, REGISTRIES) < 50
            heard = len(listener.at(callback))
            await asyncio.sleep(0.5)
            assert len(listener.at(callback)) == heard < 50

    asyncio.run(run())


@pytest.mark.parametrize("work", [administration.replay, administration.purge])
def test_an_id_that_is_none_is_told(work, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    async def run() -> None:
        async with site(tmp_path) as here:
            there = await here.subscribe("http://127.0.0.1:9/")
            assert await work(here.store, REGISTRIES, there.id) in (0, Replayed())
            with pytest.raises(Missing, match="nope"):
                await work(here.store, REGISTRIES, "nope")

    asyncio.run(run())
