"""Workers see each other: signs of life, and what they are asked for."""

import asyncio
from pathlib import Path

import pytest

from handlers.notifications import presence
from handlers.notifications.presence import LEASE, RENEW, Presence, Watch, ask
from tests.handlers.clock import Clock
from tests.handlers.notifications.delivering import site


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(presence, "monotonic", found)
    return found


def test_a_worker_is_known_as_long_as_it_gives_signs_of_life(tmp_path: Path, clock: Clock) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            worker, watch = Presence(here.store), Watch(here.store)
            assert not worker.holds
            assert await watch.is_dead(worker.id)
            await worker.ensure()
            for _ in range(3):
                clock.now += LEASE - 1
                assert await worker.requests() == []
                assert worker.holds
                assert not await watch.is_dead(worker.id)
            clock.now += LEASE + 1
            assert not worker.holds
            assert await watch.is_dead(worker.id)
            assert await worker.requests() is None
            await worker.ensure()
            assert worker.holds
            assert not await watch.is_dead(worker.id)

    asyncio.run(run())


def test_who_leaves_waits_little_for_a_store_that_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            stays, leaves = Presence(here.store), Presence(here.store)
            watch = Watch(here.store)
            for worker in (stays, leaves):
                await worker.ensure()
            await leaves.leave()
            assert await watch.is_dead(leaves.id)
            monkeypatch.setattr(presence, "FAREWELL", 0.05)
            with monkeypatch.context() as away:
                away.setattr(here.store, "get", lambda *_: asyncio.sleep(60))
                async with asyncio.timeout(5):
                    await stays.leave()
            assert not await watch.is_dead(stays.id)

    asyncio.run(run())


def test_who_just_came_watches_before_it_judges(tmp_path: Path, clock: Clock) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            worker = Presence(here.store)
            await worker.ensure()
            clock.now += LEASE + 1
            watch = Watch(here.store)
            assert not await watch.is_dead(worker.id)
            clock.now += LEASE + 1
            assert await watch.is_dead(worker.id)

    asyncio.run(run())


def test_a_worker_hears_what_others_ask_for(tmp_path: Path, clock: Clock) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            worker = Presence(here.store)
            await worker.ensure()
            for id in ("one", "other", "one"):
                await ask(here.store, worker.id, id)
            assert await worker.requests() == ["one", "other"]
            assert await worker.requests() == []
            await ask(here.store, worker.id, "third")
            clock.now += RENEW
            await worker.ensure()
            assert await worker.requests() == ["third"]
            await ask(here.store, "nobody", "one")

    asyncio.run(run())


def test_a_request_is_no_sign_of_life(tmp_path: Path, clock: Clock) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            worker, watch = Presence(here.store), Watch(here.store)
            await worker.ensure()
            assert not await watch.is_dead(worker.id)
            clock.now += LEASE - 1
            await ask(here.store, worker.id, "one")
            assert not await watch.is_dead(worker.id)
            clock.now += 2
            assert await watch.is_dead(worker.id)

    asyncio.run(run())


def test_who_leaves_is_gone_at_once(tmp_path: Path) -> None:
    async def run() -> None:
        async with site(tmp_path) as here:
            worker = Presence(here.store)
            await worker.leave()
            await worker.ensure()
            await worker.leave()
            assert not worker.holds
            assert await Watch(here.store).is_dead(worker.id)

    asyncio.run(run())
