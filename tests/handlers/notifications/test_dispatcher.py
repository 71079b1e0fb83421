"""Who waits for events costs nothing, and gets them whatever happened meanwhile."""

import asyncio
from pathlib import Path

import pytest

from handlers.notifications import courier, dispatcher
from handlers.notifications.administration import pause, resume
from persistence.store import Scope, Store
from tests.handlers.notifications.delivering import HUB, REGISTRIES, Site, site, until
from tests.handlers.notifications.listening import Listener
from tmf_apis.tmf630.query import Query


async def revisions(store: Store) -> dict[str, str]:
    """The revision of each subscription: another one, and it was written."""
    found = await store.find(HUB, Query(), Scope())
    return {record.id: record.revision for record in found.records}


async def dispatched(here: Site, listener: Listener) -> None:
    """Return when an event came through that everybody looks at."""
    fence = listener.callback()
    await here.subscribe(fence)
    last = await here.happen()
    await until(lambda: listener.at(fence, about=last))


def test_subscriptions_that_nothing_concerns_are_not_written(
    listener: Listener, tmp_path: Path
) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            here.start()
            for number in range(5):
                query = f"eventType=Other{number}Event&event.thing.id=1"
                await here.subscribe(listener.callback(), query)
            await here.subscribe(listener.callback(), "event.thing.id=nobody")
            before = await revisions(here.store)
            for _ in range(20):
                await here.happen()
            await dispatched(here, listener)
            after = await revisions(here.store)
            assert {id: after[id] for id in before} == before

    asyncio.run(run())


def test_a_subscription_without_events_is_let_go_and_taken_again(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "LINGER", 0.1)

    async def run() -> None:
        async with site(tmp_path) as here:
            worker = here.start()
            callback = listener.callback()
            subscription = await here.subscribe(callback)
            for number in range(3):
                await here.happen()
                await until(lambda number=number: len(listener.at(callback)) == number + 1)
                await until(lambda: not worker._running)
                kept = await here.kept(subscription)
                assert (kept.delivery.lease, kept.delivery.position) == ("", number + 1)
            before = await revisions(here.store)
            await asyncio.sleep(1)
            assert await revisions(here.store) == before

    asyncio.run(run())


def test_records_that_are_far_behind_are_brought_forward(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "BEHIND", 5)

    async def run() -> None:
        async with site(tmp_path) as here:
            here.start()
            idle = await here.subscribe(listener.callback(), "event.thing.id=nobody")
            for _ in range(12):
                await here.happen()
            async with asyncio.timeout(10):
                while (await here.kept(idle)).delivery.position < 5:
                    await asyncio.sleep(0.05)
            assert (await here.kept(idle)).delivery.lease == ""

    asyncio.run(run())


@pytest.mark.parametrize("far", [10_000, 3], ids=["together", "alone"])
def test_what_happened_while_nobody_served_is_delivered(
    far: int, listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Be it that the dispatcher reads it for all who missed it, or a courier for one."""
    monkeypatch.setattr(dispatcher, "FAR", far)

    async def run() -> None:
        async with site(tmp_path) as here:
            callbacks = [listener.callback() for _ in range(3)]
            for wanted, callback in enumerate(callbacks, start=3):
                await here.subscribe(callback, f"event.thing.id={wanted}")
            ids = [await here.happen() for _ in range(8)]
            here.start()
            for wanted, callback in enumerate(callbacks, start=3):
                await until(lambda callback=callback: listener.at(callback))
                [one] = listener.at(callback)
                assert one.resource["id"] == ids[wanted]

    asyncio.run(run())


def test_what_happened_while_paused_is_delivered_when_resumed(
    listener: Listener, tmp_path: Path
) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            here.start()
            callback = listener.callback()
            subscription = await here.subscribe(callback)
            await pause(here.store, REGISTRIES, subscription.id)
            ids = [await here.happen() for _ in range(3)]
            await dispatched(here, listener)
            assert listener.at(callback) == []
            await resume(here.store, REGISTRIES, subscription.id)
            await until(lambda: set(ids) <= {one.resource["id"] for one in listener.at(callback)})

    asyncio.run(run())


def test_a_query_that_cannot_be_read_any_more_stops_no_other(
    listener: Listener, tmp_path: Path
) -> None:
    """A later version may be stricter than the one that took the registration."""

    async def run() -> None:
        async with site(tmp_path) as here:
            here.start()
            await here.subscribe(listener.callback(), "eventType.regex=(")
            await dispatched(here, listener)

    asyncio.run(run())


def test_workers_share_the_subscriptions(listener: Listener, tmp_path: Path) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            workers = [here.start(), here.start()]
            callbacks = [listener.callback() for _ in range(40)]
            for callback in callbacks:
                await here.subscribe(callback)
            await here.happen()
            for callback in callbacks:
                await until(lambda callback=callback: listener.at(callback))
            running = [set(worker._running) for worker in workers]
            assert len(set.union(*running)) == len(callbacks)
            assert not set.intersection(*running)
            assert {len(listener.at(callback)) for callback in callbacks} == {1}

    asyncio.run(run())
