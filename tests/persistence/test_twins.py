"""A record with two faces: written in one transaction, and each face found by its own values."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from persistence.errors import Duplicate, KeyReused, Missing, Stale, Unusable
from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from persistence.store import Collection, Draft, Event, Facet, Once, Record, Scope
from tests.persistence.driver import COLUMNS, EVERYONE, REFERENCES, Driver, draft
from tests.persistence.twins import (
    ALL,
    EITHER,
    EITHER_OF_SEVERAL,
    OLD,
    SEVERAL,
    both,
    found,
    names,
    seen,
    shop,
    turned,
    versions,
)

__all__ = ["shop"]


@EITHER
class TestThroughEitherFace:
    """It makes no difference which face a record is written through."""

    def test_it_is_made_changed_and_removed(
        self, own: Collection, other: Collection, shop: Driver
    ) -> None:
        made = shop.create(both("a", "x", "y"), collection=own).record
        assert made == seen(shop, own, "a")
        mirrored = seen(shop, other, "a")
        assert mirrored == turned(made)
        assert (found(shop, own, "x"), found(shop, own, "y")) == (["a"], [])
        assert (found(shop, other, "x"), found(shop, other, "y")) == ([], ["a"])
        new = shop.replace(mirrored, both("a", "q", "p"), collection=other)
        assert (names(new), names(seen(shop, own, "a"))) == (["q", "p"], ["p", "q"])
        assert (found(shop, own, "x"), found(shop, own, "p")) == ([], ["a"])
        assert found(shop, other, "q") == ["a"]
        with pytest.raises(Stale):
            shop.replace(made, both("a", "1", "2"), collection=own)
        with pytest.raises(Stale):
            shop.delete(made, collection=own)
        shop.delete(new, collection=other)
        for each, value in ((own, "p"), (other, "q")):
            assert found(shop, each, value) == []
            with pytest.raises(Missing):
                shop.get("a", collection=each)

    def test_keys_are_above_all_that_either_gave(
        self, own: Collection, other: Collection, shop: Driver
    ) -> None:
        shop.reopen([Collection(other.name, False, COLUMNS, REFERENCES)])
        for id in "abc":
            last = shop.create(draft(id), collection=other).record
        shop.delete(last, collection=other)
        shop.reopen(ALL, joining=True)
        assert shop.create(both("d", "x", "y"), collection=own).record.key > last.key
        with pytest.raises(Duplicate):
            shop.create(both("a", "x", "y"), collection=own)
        assert found(shop, own, "x") == ["d"]
        alone = seen(shop, other, "b")
        assert alone.twin is None
        with pytest.raises(Stale):
            shop.delete(alone, collection=other)
        with pytest.raises(Stale):
            shop.replace(alone, both("b", "x", "y"), collection=other)
        assert seen(shop, other, "b") == alone

    def test_of_two_writers_one_is_late(
        self, own: Collection, other: Collection, shop: Driver
    ) -> None:
        shop.create(both("a", "x", "y"), collection=own)
        outcomes = shop.together(
            *(
                shop.store.replace(each, seen(shop, each, "a"), both("a", "p", "q"), Scope())
                for each in (own, other)
            )
        )
        assert {type(outcome) for outcome in outcomes} == {Record, Stale}

    def test_what_is_remembered_goes_with_the_record(
        self, own: Collection, other: Collection, shop: Driver
    ) -> None:
        made = shop.create(both("a", "x", "y", memory=b"[1]"), collection=own).record
        assert (made.memory, seen(shop, other, "a").memory) == (b"[1]", b"[1]")
        new = shop.replace(made, both("a", "p", "q", memory=b"[2]"), collection=own)
        assert (new.memory, seen(shop, other, "a").memory) == (b"[2]", b"[2]")
        same = shop.replace(new, both("a", "u", "v", memory=b"[2]"), collection=own)
        assert seen(shop, own, "a") == same
        gone = shop.replace(seen(shop, other, "a"), both("a", "u", "v"), collection=other)
        assert (gone.memory, seen(shop, own, "a").memory) == (None, None)

    @pytest.mark.parametrize("records", [1, 250], ids=["in steps", "at once"])
    def test_what_a_load_replaces_is_turned_over_what_was_there(
        self, own: Collection, other: Collection, shop: Driver, records: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr("persistence.sqlite.loading.RECORDS", records)
        monkeypatch.setattr("persistence.mongo.loading.BATCH", records)
        monkeypatch.setattr("persistence.mongo.showing.BATCH", records)

        def follows(draft: Draft, seen: Record) -> Facet:
            assert seen.twin is not None
            before = orjson.loads(seen.twin)
            document = before | {"name": f"{before['name']} {seen.memory!r}"}
            return Facet(document, orjson.dumps(document), before, b"[8]")

        shop.reopen([replace(own, turned=follows), other, *SEVERAL])
        shop.create(both("a", "x", "y", memory=b"[7]"), collection=own)
        drafts = [both(id, "p", "q", memory=b"[9]") for id in ("a", "b")]
        shop.load(*drafts, replace=True, collection=own)
        assert names(seen(shop, own, "a")) == ["p", "y b'[7]'"]
        assert names(seen(shop, own, "b")) == ["p", "q"]
        assert [seen(shop, own, id).memory for id in ("a", "b")] == [b"[8]", b"[9]"]

    @pytest.mark.parametrize("records", [1, 250], ids=["in steps", "at once"])
    @pytest.mark.parametrize("over", [False, True])
    def test_it_is_loaded(
        self, own: Collection, other: Collection, shop: Driver, over: bool, records: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr("persistence.sqlite.loading.RECORDS", records)
        monkeypatch.setattr("persistence.mongo.loading.BATCH", records)
        monkeypatch.setattr("persistence.mongo.showing.BATCH", records)
        shop.create(both("a", "x", "y"), collection=other)
        drafts = [both(id, "p", "q") for id in ("abc" if over else "bcd")]
        assert shop.load(*drafts, replace=over, collection=own) == 3
        kept = [each.id for each in drafts]
        assert (found(shop, own, "p"), found(shop, other, "q")) == (kept, kept)
        assert [names(seen(shop, own, id)) for id in kept] == [["p", "q"]] * 3
        with pytest.raises(Duplicate):
            shop.load(both("e", "u", "v"), both("c", "u", "v"), collection=other)
        assert (found(shop, own, "v"), found(shop, other, "u")) == ([], [])

    def test_each_event_is_told_of_its_collection(
        self, own: Collection, other: Collection, shop: Driver
    ) -> None:
        events = [Event("Made", b"1"), Event("Made", b"2", other.name)]
        shop.create(both("a", "x", "y"), events=events, collection=own)
        told = [(each.collection, each.body) for each in shop.log()]
        assert told == [(own.name, b"1"), (other.name, b"2")]

    @pytest.mark.parametrize("records", [1, 250], ids=["in steps", "at once"])
    def test_events_of_a_load_are_told_of_both(
        self, own: Collection, other: Collection, shop: Driver, records: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr("persistence.sqlite.loading.RECORDS", records)
        monkeypatch.setattr("persistence.mongo.loading.BATCH", records)

        def raising(draft: Draft, overtaken: bool) -> Sequence[Event]:
            return [Event("Made", b"1"), Event("Made", b"2", other.name)]

        work = shop.store.load(own, [both(id, "x", "y") for id in "ab"], EVERYONE, raising=raising)
        shop.run(work)
        record = seen(shop, other, "a")
        gone = [Event("Gone", b"3"), Event("Gone", b"4", own.name)]
        shop.delete(record, events=gone, collection=other)
        told = [(each.collection, each.body) for each in shop.log() if each.id == "a"]
        assert told == [
            (own.name, b"1"), (other.name, b"2"), (other.name, b"3"), (own.name, b"4")
        ]  # fmt: skip
        assert len(shop.log()) == 6

    def test_a_failed_load_leaves_nothing(
        self, own: Collection, other: Collection, shop: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("persistence.sqlite.loading.RECORDS", 1)
        monkeypatch.setattr("persistence.mongo.loading.BATCH", 1)

        class Breaking(list[Draft]):
            def __iter__(self) -> Any:
                yield from [both("b", "x", "y"), both("c", "x", "y")]
                raise RuntimeError("broken")

        before = shop.create(both("a", "x", "y"), collection=own).record
        for over in (False, True):
            with pytest.raises(RuntimeError):
                shop.run(shop.store.load(own, Breaking("abc"), EVERYONE, replace=over))
        assert [found(shop, own, "x"), found(shop, other, "y")] == [["a"], ["a"]]
        assert seen(shop, own, "a") == before
        shop.load(both("b", "x", "y"), collection=other)

    def test_a_key_makes_one_record(self, own: Collection, other: Collection, shop: Driver) -> None:
        once = Once("key", "digest")
        made = shop.create(both("a", "x", "y"), once=once, collection=own).record
        again = shop.create(both("b", "x", "y"), once=once, collection=own)
        assert again.replayed
        assert again.record == made._replace(twin=None, memory=None)
        assert shop.run(shop.store.recall(own, once)) == again
        with pytest.raises(KeyReused):
            shop.create(both("c", "x", "y"), once=Once("key", "another"), collection=own)
        shop.delete(seen(shop, other, "a"), collection=other)
        assert shop.create(both("b", "x", "y"), once=once, collection=own) == again
        assert (found(shop, own, "x"), found(shop, other, "y")) == ([], [])

    def test_each_space_has_its_own(self, own: Collection, other: Collection, shop: Driver) -> None:
        left, right = Scope(tenant="left"), Scope(tenant="right")
        shop.create(both("a", "x", "y"), left, collection=own)
        shop.create(both("a", "p", "q"), right, collection=other)
        assert names(seen(shop, other, "a", scope=left)) == ["y", "x"]
        assert names(seen(shop, own, "a", scope=right)) == ["q", "p"]
        assert shop.find(scope=left, collection=other).total == 1
        assert shop.find(collection=other).total == 0


@EITHER_OF_SEVERAL
def test_both_faces_have_the_same_latest_version(
    own: Collection, other: Collection, shop: Driver
) -> None:
    for version in ("1", "3", "2"):
        shop.create(both("a", f"x{version}", f"y{version}", version), collection=own)
    shop.replace(seen(shop, own, "a", "2"), both("a", "x4", "y4", "4"), collection=own)
    shop.delete(seen(shop, other, "a", "3"), collection=other)
    mine, theirs = (versions(shop, each, "a") for each in (own, other))
    assert [(each.version, each.latest) for each in mine] == [("4", True), ("1", False)]
    assert theirs == [turned(each) for each in mine]
    shop.delete(*theirs, collection=other, events=[Event("Gone", b"1", own.name)])
    assert [versions(shop, each, "a") for each in (own, other)] == [[], []]
    assert [(each.collection, each.type) for each in shop.log()] == [(own.name, "Gone")]


def test_a_face_is_not_written_alone(shop: Driver) -> None:
    with pytest.raises(ValueError, match="without its other face"):
        shop.create(draft("a"), collection=OLD)


def test_a_twin_that_is_not_there_is_refused(tmp_path: Path, mongo_url: str) -> None:
    for store in (SqliteStore(tmp_path / "store.db"), MongoStore(mongo_url)):
        with pytest.raises(Unusable, match="/test/v5/thing is not there as the twin of"):
            asyncio.run(store.open([OLD]))
