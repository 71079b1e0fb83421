"""Who serves a subscription: it is let go of on request, and taken over from the dead."""

import asyncio
from pathlib import Path

import pytest

from handlers.notifications import courier, leases, presence
from handlers.notifications import subscription as subscriptions
from handlers.notifications.administration import resume
from handlers.notifications.leases import released, stopped
from tests.handlers.notifications.delivering import REGISTRIES, site, until
from tests.handlers.notifications.listening import Listener, hang, slow


@pytest.mark.parametrize("workers", [1, 2])
def test_once_stopped_a_listener_hears_nothing_more(
    workers: int, listener: Listener, tmp_path: Path
) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            for _ in range(workers):
                here.start()
            callback = listener.callback(slow)
            subscription = await here.subscribe(callback)
            happening = asyncio.create_task(here.keep_happening())
            for _ in range(3):
                heard = len(listener.at(callback))
                await until(lambda heard=heard: len(listener.at(callback)) > heard + 3)
                await stopped(here.store, await here.kept(subscription))
                heard = len(listener.at(callback))
                await asyncio.sleep(0.3)
                assert len(listener.at(callback)) == heard
                await resume(here.store, REGISTRIES, subscription.id)
            happening.cancel()

    asyncio.run(run())


def test_what_is_under_way_is_answered_first(listener: Listener, tmp_path: Path) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            here.start()
            callback = listener.callback(slow)
            subscription = await here.subscribe(callback)
            await here.happen()
            await until(lambda: listener.at(callback))
            seen = await stopped(here.store, await here.kept(subscription))
            assert seen.delivery.position == await here.store.last_event()
            assert (seen.delivery.lease, seen.delivery.error) == ("", "")

    asyncio.run(run())


def test_a_listener_that_does_not_answer_is_cut_off(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "GRACE", 0.2)

    async def run() -> None:
        async with site(tmp_path) as here:
            here.start()
            callback = listener.callback(hang)
            subscription = await here.subscribe(callback)
            await here.happen()
            await until(lambda: listener.at(callback))
            async with asyncio.timeout(2):
                seen = await stopped(here.store, await here.kept(subscription))
            assert seen.delivery.lease == ""
            assert seen.delivery.position < await here.store.last_event()

    asyncio.run(run())


def test_what_nobody_serves_is_not_waited_for(tmp_path: Path) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            seen = await here.subscribe("http://127.0.0.1:9/")
            assert await released(here.store, seen) == seen

    asyncio.run(run())


def test_a_clock_that_steps_back_stops_no_delivery(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the delivery of who lives nor that of who takes over from the dead."""
    monkeypatch.setattr(presence, "LEASE", 1.0)
    monkeypatch.setattr(presence, "RENEW", 0.2)

    async def run() -> None:
        async with site(tmp_path) as here:
            worker = here.start()
            callback = listener.callback()
            subscription = await here.subscribe(callback)
            await here.happen()
            await until(lambda: listener.at(callback))
            _step_back(monkeypatch)
            next = await here.happen()
            await until(lambda: listener.at(callback, about=next))
            assert (await here.kept(subscription)).delivery.lease
            await here.kill(worker)
            last = await here.happen()
            here.start()
            await until(lambda: listener.at(callback, about=last))

    asyncio.run(run())


def _step_back(monkeypatch: pytest.MonkeyPatch) -> None:
    now = subscriptions.time
    monkeypatch.setattr(subscriptions, "time", lambda: now() - 120)


def test_nobody_waits_without_end(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that gives signs of life and does not let go ends in 503."""
    monkeypatch.setattr(leases, "_PATIENCE", 0.3)
    monkeypatch.setattr(courier, "GRACE", 60.0)

    async def run() -> None:
        async with site(tmp_path) as here:
            worker = here.start()
            callback = listener.callback(hang)
            subscription = await here.subscribe(callback)
            await here.happen()
            await until(lambda: listener.at(callback))
            with pytest.raises(leases.Unavailable, match="is not let go of"):
                await released(here.store, await here.kept(subscription))
            await here.kill(worker)

    asyncio.run(run())
