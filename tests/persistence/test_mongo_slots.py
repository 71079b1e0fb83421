"""Slots for keys: each is had by one process at a time, and comes back."""

import asyncio
from collections.abc import Iterator
from random import SystemRandom
from typing import Any

import pytest
from pymongo import MongoClient

from persistence.errors import Unavailable
from persistence.mongo import slots
from persistence.mongo.clock import SLOT_BITS, Clock
from persistence.mongo.store import MongoStore
from persistence.store import Event
from tests.persistence.driver import EVERYONE, THINGS, Driver, draft
from tests.persistence.relay import Document, Relay


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def stores(mongo_url: str, runner: asyncio.Runner) -> Iterator[list[MongoStore]]:
    """Some stores over one database, open at once."""
    stores = [MongoStore(mongo_url, patience=20.0, own=20.0) for _ in range(4)]

    async def each(method: str, *arguments: Any) -> None:
        await asyncio.gather(*(getattr(store, method)(*arguments) for store in stores))

    runner.run(each("open", [THINGS]))
    yield stores
    runner.run(each("close"))


async def created(store: MongoStore, id: str) -> int:
    """The key of a new record."""
    made = await store.create(THINGS, draft(id), EVERYONE, [Event("E", b"{}")])
    return made.record.key


async def all_created(stores: list[MongoStore]) -> list[int]:
    return await asyncio.gather(*(created(s, str(n)) for n, s in enumerate(stores)))


def slot(key: int) -> int:
    return key & ((1 << SLOT_BITS) - 1)


def test_stores_that_are_open_at_once_have_different_slots(
    stores: list[MongoStore], runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where all of them would take the same one."""
    monkeypatch.setattr(SystemRandom, "randrange", lambda *_: 0)
    monkeypatch.setattr("persistence.mongo.clock.time", lambda: 1_900_000_000)
    keys = runner.run(all_created(stores))
    assert sorted(map(slot, keys)) == [0, 1, 2, 3]
    runner.run(stores[0].settle())
    assert len(runner.run(stores[0].events(0, 10))) == 4


def test_there_are_as_many_as_there_are(
    stores: list[MongoStore], runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "SLOTS", 3)
    keys = runner.run(all_created(stores[:3]))
    assert {slot(key) for key in keys} == {0, 1, 2}
    with pytest.raises(Unavailable, match="3 processes"):
        runner.run(created(stores[3], "more"))


def test_a_closed_store_gives_its_slot_back(
    stores: list[MongoStore], runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "SLOTS", 1)
    before = runner.run(created(stores[0], "a"))
    runner.run(stores[0].close())
    after = runner.run(created(stores[1], "b"))
    assert slot(before) == slot(after) == 0
    assert after > before


def test_the_slot_of_one_that_died_comes_back_after_its_lease(
    stores: list[MongoStore], runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead, other = stores[:2]
    monkeypatch.setattr(slots, "SLOTS", 1)
    monkeypatch.setattr(slots, "LEASE", 1_500_000)
    runner.run(created(dead, "a"))
    with pytest.raises(Unavailable):
        runner.run(created(other, "b"))
    runner.run(asyncio.sleep(1.6))
    assert slot(runner.run(created(other, "b"))) == 0
    # It was not dead after all: it knows that the slot is another's.
    with pytest.raises(Unavailable):
        runner.run(created(dead, "c"))


def test_clocks_that_differ_give_no_key_twice(
    stores: list[MongoStore], runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is ahead takes the slot of another that lives, for later moments alone."""
    behind, ahead = stores[:2]
    monkeypatch.setattr(slots, "SLOTS", 1)
    first = runner.run(created(behind, "a"))
    ahead._clock._last = behind._clock._until + 5_000_000
    second = runner.run(created(ahead, "b"))
    assert second > behind._clock._until << SLOT_BITS > first
    third = runner.run(created(behind, "c"))
    assert first < third < second
    behind._clock._last = behind._clock._until
    with pytest.raises(Unavailable):
        runner.run(created(behind, "d"))


def test_a_slot_is_had_on_without_anyone_waiting(
    stores: list[MongoStore], runner: asyncio.Runner
) -> None:
    store = stores[0]
    before = runner.run(created(store, "a"))
    until = store._clock._until
    store._clock._last = until - slots.LEASE // 4

    async def created_and_renewed() -> int:
        key = await created(store, "b")
        await asyncio.sleep(0.2)
        return key

    assert slot(runner.run(created_and_renewed())) == slot(before)
    assert store._clock._until > until
    with pytest.raises(Unavailable, match="no slot"):
        Clock().key()


def test_a_load_has_its_slot_on(stores: list[MongoStore], runner: asyncio.Runner) -> None:
    store = stores[0]
    before = runner.run(created(store, "a"))
    store._clock._last = until = store._clock._until
    assert runner.run(store.load(THINGS, [draft("b"), draft("c")], EVERYONE)) == 2
    assert store._clock._until > until
    found = runner.run(store.get(THINGS, "c", EVERYONE))
    assert slot(found.key) == slot(before)


def test_without_an_answer_a_write_says_so_in_time(mongo_url: str, runner: asyncio.Runner) -> None:
    async def answer(command: Document, reply: Document) -> Document:
        if next(iter(command.values())) == "tmf.slots":
            await asyncio.sleep(1.5)
        return reply

    relay = Relay(mongo_url, answer)
    relay.start()
    shop = Driver(lambda: MongoStore(relay.url, patience=0.5, own=0.5), runner)
    try:
        with pytest.raises(Unavailable, match="a slot for keys is being claimed"):
            shop.create(draft("a"))
        runner.run(asyncio.sleep(3.0))
        assert shop.create(draft("a"))
    finally:
        shop.run(shop.store.close())
        relay.stop()


def test_a_write_has_what_the_wait_for_a_slot_left(
    stores: list[MongoStore], runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = stores[0]
    opened = store._open
    run, given = opened.lane.run, []

    async def slow(seconds: float) -> None:
        await asyncio.sleep(0.5)
        await hold(seconds)

    def noted(work: Any, seconds: float) -> Any:
        given.append(seconds)
        return run(work, seconds)

    runner.run(created(store, "a"))
    hold = opened.slots.hold
    monkeypatch.setattr(opened.slots, "hold", slow)
    monkeypatch.setattr(opened.lane, "run", noted)
    runner.run(created(store, "b"))
    assert given == [pytest.approx(19.5, abs=0.3)]


def test_slots_are_few_documents(mongo_url: str, runner: asyncio.Runner) -> None:
    shop = Driver(lambda: MongoStore(mongo_url, patience=20.0, own=20.0), runner)
    shop.create(draft("a"))
    shop.run(shop.store.close())
    with MongoClient[Document](mongo_url) as client:
        (kept,) = client.get_default_database()["tmf.slots"].find({})
    assert kept.keys() == {"_id", "until"}
