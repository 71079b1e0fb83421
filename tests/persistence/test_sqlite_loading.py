"""A load of more than fits into one write: unseen until it is decided, whole or not at all."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from persistence.errors import Duplicate, Missing, Unavailable
from persistence.sqlite import loading, loading_steps
from persistence.sqlite.store import SWEEP, SqliteStore
from persistence.store import Collection, Draft, Event, Raising
from tests.persistence.driver import EVERYONE, THINGS, VERSIONED, Driver, draft, one
from tests.persistence.store_contract import CHANGED, GONE, MADE, Loading, Versions
from tests.persistence.twins import ALL, APART, EITHER, both, found, seen
from tmf_apis.tmf630.query import (
    ALWAYS,
    Comparison,
    Cursor,
    Kind,
    Operator,
    Predicate,
    Query,
    SortKey,
)

NAMED = Comparison(one("name"), Operator.EQ, ("x",), Kind.TEXT)


@pytest.fixture(autouse=True)
def _one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each record is a step of its own."""
    monkeypatch.setattr(loading, "RECORDS", 1)
    monkeypatch.setattr(loading, "LEAVE", 0)
    monkeypatch.setattr(loading_steps, "HOLD", 0)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        shop = Driver(lambda **options: SqliteStore(tmp_path / "store.db", **options), runner)
        yield shop
        shop.run(shop.store.close())


class TestInSteps(Loading, Versions):
    """What every store promises holds for a load in steps as well."""


class Killed:
    """A load whose process died, and what another one makes of it."""

    def __init__(self, shop: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shop = shop
        self._monkeypatch = monkeypatch

    def load(
        self, *drafts: Draft, decided: bool, collection: Collection = THINGS, **options: Any
    ) -> None:
        """Load and die: before it is decided, or right after."""

        async def dies(*_: Any) -> None:
            raise KeyboardInterrupt

        async def nothing(*_: Any) -> None:
            pass

        with self._monkeypatch.context() as patched:
            patched.setattr(loading, "finish", dies)
            patched.setattr(loading, "discard", nothing)
            if not decided:
                patched.setattr(loading_steps, "decide", lambda _: ("dies",))
            with pytest.raises((KeyboardInterrupt, TypeError, Unavailable)):
                self.shop.run(self.shop.store.load(collection, drafts, EVERYONE, **options))

    def sweep(self) -> None:
        """What each process does once a minute."""
        store = self.shop.store
        assert isinstance(store, SqliteStore)
        self.sql("UPDATE loading SET until = 0")
        store._swept = -SWEEP
        self.shop.run(store.settle())
        assert store._sweep is not None
        self.shop.run(asyncio.wait_for(store._sweep, 30))
        for table in ("loading", "loading_record", "loading_event"):
            assert self.sql(f"SELECT * FROM {table}") == []

    def sql(self, statement: str) -> list[Any]:
        with sqlite3.connect(self.shop.store._path, isolation_level=None) as connection:  # type: ignore[attr-defined]
            return connection.execute(statement).fetchall()


@pytest.fixture
def killed(shop: Driver, monkeypatch: pytest.MonkeyPatch) -> Killed:
    return Killed(shop, monkeypatch)


SOME = [draft(id, name="x", date=f"2020-01-0{n}T00:00:00Z") for n, id in enumerate("cdef", 1)]


class TestUnseen:
    """What is not decided is not there, but for its ids."""

    @pytest.fixture(autouse=True)
    def _begun(self, shop: Driver, killed: Killed) -> None:
        shop.create(draft("a", name="x", date="2020-01-03T12:00:00Z"))
        killed.load(*SOME, decided=False)
        shop.create(draft("b", name="x", date="2020-01-01T12:00:00Z"))

    def test_it_is_not_found_by_its_id(self, shop: Driver) -> None:
        assert [shop.get(id).id for id in "ab"] == ["a", "b"]
        with pytest.raises(Missing):
            shop.get("c")
        assert shop.run(shop.store.versions(THINGS, "c", EVERYONE)) == []

    @pytest.mark.parametrize(
        ("sort", "ids"),
        [
            ((), ["a", "b"]),
            ((SortKey(one("date"), False, Kind.INSTANT),), ["b", "a"]),
            ((SortKey(one("description"), False, Kind.TEXT),), ["a", "b"]),
        ],
        ids=["creation", "indexed", "scanned"],
    )
    @pytest.mark.parametrize("where", [ALWAYS, NAMED], ids=["all", "named"])
    def test_it_is_in_no_page_and_no_total(
        self, shop: Driver, sort: tuple[SortKey, ...], ids: list[str], where: Predicate
    ) -> None:
        first = shop.find(Query(where, sort, limit=1))
        assert ([record.id for record in first.records], first.total) == (ids[:1], 2)
        assert first.last is not None
        second = shop.find(Query(where, sort, limit=1, cursor=Cursor(first.last)))
        assert [record.id for record in second.records] == ids[1:]
        assert not second.more

    def test_it_is_not_copied(self, shop: Driver) -> None:
        async def copied() -> list[str]:
            found = shop.store.export(THINGS, 0, 10)
            return [kept.id for batch in [b async for b in found] for kept in batch]

        assert shop.run(copied()) == ["a", "b"]

    def test_its_ids_are_taken(self, shop: Driver) -> None:
        with pytest.raises(Duplicate):
            shop.create(draft("c"))
        with pytest.raises(Duplicate):
            shop.load(draft("c"), draft("z"))

    def test_it_is_removed_by_another_process(self, shop: Driver, killed: Killed) -> None:
        killed.sweep()
        assert killed.sql("SELECT count(*) FROM r1") == [(2,)]
        assert killed.sql("SELECT count(*) FROM m1") == [(0,)]
        assert shop.create(draft("c")).record.key > shop.get("b").key
        assert shop.ids() == ["a", "b", "c"]

    def test_it_can_no_longer_be_decided_then(self, shop: Driver, killed: Killed) -> None:
        ((number, first, last),) = killed.sql("SELECT number, first, last FROM loading")
        killed.sweep()
        with pytest.raises(Unavailable, match="given up"):
            shop.run(
                shop.store._writer.write(  # type: ignore[attr-defined]
                    loading_steps.decide(loading_steps.Entry(number, "", first, last))
                )
            )
        assert shop.ids() == ["a", "b"]


class TestDecided:
    """What is decided is there at once, and the rest follows whoever died."""

    def test_all_are_seen_in_the_order_of_keys(self, shop: Driver, killed: Killed) -> None:
        shop.create(draft("a"))
        killed.load(*SOME, decided=True)
        assert shop.ids() == ["a", "c", "d", "e", "f"]
        assert [shop.get(id).id for id in "acdef"] == ["a", "c", "d", "e", "f"]
        killed.sweep()
        assert shop.ids() == ["a", "c", "d", "e", "f"]

    def test_events_come_whole_and_before_those_of_later_changes(
        self, shop: Driver, killed: Killed
    ) -> None:
        drafts = [draft("a"), draft("b"), draft("c")]
        killed.load(*drafts, decided=False, raising=lambda draft, _: [MADE])
        assert shop.events() == []
        killed.sweep()
        assert shop.events() == []
        killed.load(*drafts, decided=True, raising=lambda draft, _: [MADE])
        shop.replace(shop.get("b"), draft("b", name="new"), events=[CHANGED])
        shop.delete(shop.get("c"), events=[GONE])
        expected = [("b", MADE), ("b", CHANGED), ("c", MADE), ("c", GONE)]
        assert [(e.id, e.type) for e in shop.log()] == [(id, e.type) for id, e in expected]
        killed.sweep()
        assert [(e.id, e.type) for e in shop.log()][4:] == [("a", MADE.type)]

    @pytest.mark.parametrize("decided", [False, True])
    def test_records_take_the_place_of_others_all_or_none(
        self, decided: bool, shop: Driver, killed: Killed
    ) -> None:
        shop.load(draft("a", name="old"), draft("b", name="old"))
        new = [draft("a", name="new"), draft("b", name="new"), draft("c", name="new")]
        killed.load(*new, decided=decided, replace=True)
        killed.sweep()
        names = {r.id: orjson.loads(r.body)["name"] for r in shop.find().records}
        assert names == (dict.fromkeys("abc", "new") if decided else dict.fromkeys("ab", "old"))

    @pytest.mark.parametrize("decided", [False, True])
    def test_versions_are_the_latest_when_they_are_seen(
        self, decided: bool, shop: Driver, killed: Killed
    ) -> None:
        old = shop.create(draft("a", "1"), collection=VERSIONED).record
        new = [draft("a", "3"), draft("a", "2"), draft("b", "9")]
        killed.load(*new, decided=decided, collection=VERSIONED)
        if not decided:
            assert shop.create(draft("b", "2"), collection=VERSIONED).record.latest
            assert shop.get("a", collection=VERSIONED) == old
        killed.sweep()
        latest = {
            (record.id, record.version): record.latest
            for record in shop.find(collection=VERSIONED).records
        }
        expected = {("a", "1"): False, ("a", "3"): True, ("a", "2"): False, ("b", "9"): True}
        if not decided:
            expected = {("a", "1"): True, ("b", "2"): True}
        assert latest == expected


def test_a_load_that_fails_leaves_nothing(shop: Driver, killed: Killed) -> None:
    shop.create(draft("e"))

    def broken() -> Iterator[Draft]:
        yield from SOME[:2]
        raise ValueError("half")

    class Broken(list[Draft]):
        __iter__ = lambda self: broken()  # type: ignore[assignment]  # noqa: E731

    for drafts, error in ((SOME, Duplicate), (Broken(SOME), ValueError)):
        for over in (False, True):
            if over and error is Duplicate:
                continue
            with pytest.raises(error):
                shop.run(shop.store.load(THINGS, drafts, EVERYONE, replace=over))
            assert shop.ids() == ["e"]
            assert killed.sql("SELECT count(*) FROM r1") == [(1,)]
            for table in ("m1", "loading", "loading_record", "loading_event"):
                assert killed.sql(f"SELECT * FROM {table}") == []


def test_a_load_that_goes_on_is_left_alone(shop: Driver, killed: Killed) -> None:
    killed.load(*SOME, decided=False)
    store = shop.store
    assert isinstance(store, SqliteStore)
    shop.run(store.settle())
    assert store._sweep is not None
    shop.run(asyncio.wait_for(store._sweep, 30))
    assert len(killed.sql("SELECT * FROM loading")) == 1


@pytest.mark.parametrize("replace", [False, True])
def test_others_write_while_a_load_goes_on(
    shop: Driver, replace: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no step holds the file for longer than it takes to keep a record."""
    monkeypatch.setattr(loading, "RECORDS", 50)
    drafts = [draft(f"{n}", comment="x" * 3000) for n in range(500)]

    async def beside() -> tuple[int, int]:
        load = asyncio.ensure_future(shop.store.load(THINGS, drafts, EVERYONE, replace=replace))
        written = 0
        while not load.done():
            await shop.store.create(THINGS, draft(f"own-{written}"), EVERYONE)
            await asyncio.sleep(0)
            written += 1
        return load.result(), written

    loaded, written = shop.run(beside())
    assert loaded == 500
    assert written > 20
    assert shop.find(Query(limit=0)).total == loaded + written


@EITHER
@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("decided", [False, True])
class TestTwoFaces:
    """Both faces of what is loaded are seen, or neither."""

    def test_what_a_load_left_is_finished_or_undone(
        self, decided: bool, over: bool, own: Collection, other: Collection, shop: Driver,
        killed: Killed,
    ) -> None:  # fmt: skip
        shop.reopen(ALL)
        before = shop.create(both("a", "x", "y"), collection=own).record
        drafts = [both(id, "p", "q", memory=b"[1]") for id in ("abc" if over else "bcd")]
        killed.load(*drafts, decided=decided, collection=own, replace=over, raising=told_of(other))
        seen_at_once = [each.id for each in drafts] if decided and not over else []
        assert (found(shop, own, "p"), found(shop, other, "q")) == (seen_at_once, seen_at_once)
        killed.sweep()
        kept = [each.id for each in drafts] if decided else []
        assert (found(shop, own, "p"), found(shop, other, "q")) == (kept, kept)
        assert [seen(shop, other, id).memory for id in kept] == [b"[1]"] * len(kept)
        if "a" not in kept:
            assert seen(shop, own, "a") == before
        new = [] if over else kept
        assert [(each.collection, each.id) for each in shop.log()] == [
            (face.name, id) for id in new for face in (own, other)
        ]
        if not kept:
            rows = [killed.sql(f"SELECT count(*) FROM {table}") for table in tables(shop)]
            assert rows == [[(1,)]] * 4

    def test_whoever_keeps_the_faces_apart_leaves_it(
        self, decided: bool, over: bool, own: Collection, other: Collection, shop: Driver,
        killed: Killed,
    ) -> None:  # fmt: skip
        shop.reopen(ALL)
        drafts = [both(id, "p", "q") for id in "bcd"]
        killed.load(*drafts, decided=decided, collection=own, replace=over)
        shop.reopen(APART[2:])
        with pytest.raises(AssertionError):
            killed.sweep()
        shop.reopen(ALL)
        killed.sweep()
        kept = ["b", "c", "d"] if decided else []
        assert (found(shop, own, "p"), found(shop, other, "q")) == (kept, kept)


def told_of(other: Collection) -> Raising:
    """What raises an event of each face."""
    return lambda draft, _: [MADE, Event(MADE.type, b"2", other.name)]


def tables(shop: Driver) -> list[str]:
    """The tables of both faces, and of what they mention."""
    faces = [shop.store._tables[face.name] for face in ALL[:2]]  # type: ignore[attr-defined]
    return [name for face in faces for name in (face.records, face.mentions)]
