"""Everything moves from one store to another, both ways, and a copy cut short is gone on with."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from persistence.copying import Copied, copy
from persistence.errors import Duplicate, Unusable
from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from persistence.store import Event, Scope, Store
from tests.persistence.driver import OTHERS, THINGS, VERSIONED, Driver, draft

MADE = Event("ThingCreateEvent", b'{"a":1}')
LARGE = Event("ThingCreateEvent", b'null\n{"a":"%b"}' % (b"word " * 10_000))
ALL = [THINGS, OTHERS, VERSIONED]


@pytest.fixture(params=["to MongoDB", "to SQLite"])
def both(
    request: pytest.FixtureRequest, tmp_path: Path, mongo_url: str
) -> Iterator[tuple[Driver, Driver]]:
    with asyncio.Runner() as runner:
        drivers = (
            Driver(lambda: SqliteStore(tmp_path / "store.db"), runner),
            Driver(lambda: MongoStore(mongo_url), runner),
        )
        yield drivers if request.param == "to MongoDB" else drivers[::-1]
        for driver in drivers:
            driver.run(driver.store.close())


def filled(shop: Driver) -> None:
    """Records of several spaces and versions, some changed, some gone, and their events."""
    left = Scope(tenant="left")
    for number in range(7):
        shop.create(draft(f"{number}", state="x", date="2024-02-29T12:00:00Z"), events=[MADE])
    shop.create(draft("1", name="another"), left)
    shop.replace(shop.get("2"), draft("2", party=[{"id": "p"}], x={"$a.b": 1}), events=[MADE])
    shop.delete(shop.get("3"), events=[MADE, LARGE])
    for version in ("2", "1", "3"):
        shop.create(draft("v", version), collection=VERSIONED)


def copied(source: Store, target: Store, shop: Driver) -> list[Copied]:
    return shop.run(copy(source, target, ALL, lambda _: None))


def test_everything_is_the_same_afterwards(both: tuple[Driver, Driver]) -> None:
    source, target = both
    filled(source)
    source.run(source.store.settle())
    source.run(source.store.forget_events(source.log()[2].raised, {}))
    outcome = copied(source.store, target.store, source)
    assert all(each.equal for each in outcome)
    assert [each.source[0] for each in outcome] == [7, 3, 8]
    assert target.find() == source.find()
    assert target.get("1", Scope("left")) == source.get("1", Scope("left"))
    assert target.versions("v") == source.versions("v")
    assert target.log() == source.log()
    record = target.replace(target.get("2"), draft("2", name="new"), events=[MADE])
    assert record.revision not in {each.revision for each in source.find().records}
    target.create(draft("new"))
    assert target.ids()[-1] == "new"
    assert target.log()[-1].sequence == source.log()[-1].sequence + 1


def test_numbers_of_a_forgotten_log_are_not_given_out_again(both: tuple[Driver, Driver]) -> None:
    source, target = both
    filled(source)
    last = source.log()[-1]
    source.run(source.store.forget_events(last.raised + 1, {}))
    copied(source.store, target.store, source)
    target.create(draft("new"), events=[MADE])
    assert [event.sequence for event in target.log()] == [last.sequence + 1]


def test_a_copy_that_was_cut_short_is_gone_on_with(
    both: tuple[Driver, Driver], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = both
    filled(source)
    monkeypatch.setattr("persistence.copying.BATCH", 2)
    calls = 0

    def dies(_: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        source.run(copy(source.store, target.store, ALL, dies))
    assert all(each.equal for each in copied(source.store, target.store, source))
    assert all(each.equal for each in copied(source.store, target.store, source))


def test_a_target_with_other_records_differs(both: tuple[Driver, Driver]) -> None:
    source, target = both
    filled(source)
    target.create(draft("0"), Scope(tenant="right"))
    try:
        outcome = copied(source.store, target.store, source)
    except Duplicate:
        return
    assert not all(each.equal for each in outcome)


def test_records_that_no_specification_declares_are_not_forgotten(
    both: tuple[Driver, Driver],
) -> None:
    source, target = both
    filled(source)
    with pytest.raises(Unusable, match="/test/v1/versioned"):
        source.run(copy(source.store, target.store, [THINGS, OTHERS], lambda _: None))
