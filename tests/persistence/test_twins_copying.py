"""Both faces of a record move from one store to another, and a copy cut short is gone on with."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from persistence.copying import Copied, copy
from persistence.errors import Duplicate
from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from persistence.store import Event, Kept, Scope
from tests.persistence.driver import EVERYONE, Driver, draft
from tests.persistence.twins import ALL, APART, NEW, OLD, SEVERAL, both, found, seen, versions

MADE = Event("Made", b"1")


@pytest.fixture(params=["to MongoDB", "to SQLite"])
def stores(
    request: pytest.FixtureRequest, tmp_path: Path, mongo_url: str
) -> Iterator[tuple[Driver, Driver]]:
    with asyncio.Runner() as runner:
        drivers = (
            Driver(lambda: SqliteStore(tmp_path / "store.db"), runner),
            Driver(lambda: MongoStore(mongo_url, patience=20.0), runner),
        )
        source, target = drivers if request.param == "to MongoDB" else drivers[::-1]
        source.reopen(APART)
        for collection, ids in ((APART[0], "abx"), (APART[1], "bcd")):
            for id in ids:
                source.create(draft(id, name="alone"), collection=collection)
        for drafted in (draft("v", "1"), draft("v", "4")):
            source.create(drafted, collection=APART[3])
        source.reopen(ALL, joining=True)
        target.reopen(ALL, joining=True)
        filled(source)
        yield source, target
        for driver in drivers:
            driver.run(driver.store.close())


def filled(shop: Driver) -> None:
    """Records of several spaces and versions, some changed, some gone, and their events."""
    shop.create(both("x1", "p", "q", memory=b"[1]"), events=[MADE], collection=NEW)
    shop.create(both("x2", "p", "q"), Scope(tenant="left"), events=[MADE], collection=OLD)
    made = shop.create(both("x3", "p", "q"), collection=OLD).record
    shop.replace(made, both("x3", "u", "w", memory=b"[2]"), events=[MADE], collection=OLD)
    shop.delete(shop.create(both("x4", "p", "q"), collection=NEW).record, collection=NEW)
    for version in ("3", "2", "5"):
        shop.create(both("v", "p", "q", version), collection=SEVERAL[0])
    shop.load(*(both(f"y{n}", "l", "m") for n in range(5)), collection=OLD)


def copied(source: Driver, target: Driver) -> list[Copied]:
    return source.run(copy(source.store, target.store, ALL, lambda _: None))


def alike(source: Driver, target: Driver) -> None:
    for face in (OLD, NEW):
        listed = source.find(collection=face)
        assert target.find(collection=face) == listed
        for record in listed.records:
            assert seen(target, face, record.id) == seen(source, face, record.id)
    left = Scope(tenant="left")
    assert seen(target, NEW, "x2", scope=left) == seen(source, NEW, "x2", scope=left)
    for face in SEVERAL:
        assert versions(target, face, "v") == versions(source, face, "v")
    assert target.log() == source.log()


def test_everything_is_the_same_afterwards(stores: tuple[Driver, Driver]) -> None:
    source, target = stores
    outcome = copied(source, target)
    assert all(each.equal for each in outcome)
    assert {each.collection: each.source[0] for each in outcome[:-1]} == {
        OLD.name: 11, NEW.name: 11, SEVERAL[0].name: 3, SEVERAL[1].name: 5
    }  # fmt: skip
    alike(source, target)
    record = target.replace(
        seen(target, NEW, "x1"), both("x1", "new", "old"), events=[MADE], collection=NEW
    )
    assert record.revision not in {each.revision for each in source.find(collection=NEW).records}
    assert (found(target, NEW, "new"), found(target, OLD, "old")) == (["x1"], ["x1"])
    with pytest.raises(Duplicate):
        target.create(both("c", "x", "y"), collection=OLD)


@pytest.mark.parametrize("steps", [1, 2, 4, 6, 9, 11])
def test_a_copy_that_was_cut_short_is_gone_on_with(
    stores: tuple[Driver, Driver], steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = stores
    monkeypatch.setattr("persistence.copying.BATCH", 2)
    calls = 0

    def dies(_: int) -> None:
        nonlocal calls
        calls += 1
        if calls == steps:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        source.run(copy(source.store, target.store, ALL, dies))
    assert all(each.equal for each in copied(source, target))
    alike(source, target)


def test_a_second_face_is_kept_once(stores: tuple[Driver, Driver]) -> None:
    source, target = stores
    copied(source, target)

    async def all_of(shop: Driver) -> list[Kept]:
        return [kept async for batch in shop.store.export(NEW, 0, 3) for kept in batch]

    exported = source.run(all_of(source))
    assert target.run(all_of(target)) == exported
    assert [kept.key for kept in exported] == sorted(kept.key for kept in exported)
    for kept in (exported[0], exported[-1]):
        with pytest.raises(Duplicate):
            target.run(target.store.import_(NEW, [kept]))
    assert target.find(collection=NEW) == source.find(collection=NEW)
    assert target.find(scope=EVERYONE, collection=OLD) == source.find(collection=OLD)
