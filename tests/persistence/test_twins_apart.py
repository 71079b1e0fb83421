"""Records of a time when faces were kept apart: read as they are, and not written."""

from dataclasses import replace

import pytest

from persistence.errors import Duplicate, Stale
from persistence.store import Collection, Event, Once, Record
from tests.persistence.driver import EVERYONE, Driver, draft, one
from tests.persistence.twins import (
    ALL,
    ALONE,
    APART,
    EITHER,
    EITHER_OF_SEVERAL,
    NEW,
    OLD,
    both,
    names,
    seen,
    shop,
    versions,
)
from tmf_apis.tmf630.query import Cursor, Kind, Query, SortKey

__all__ = ["shop"]


@pytest.fixture
def mixed(shop: Driver) -> Driver:
    """A store with `a` and `b` in the old face alone, `b` to `d` in the new one, and `e` and `f`
    in both; of names that sort backwards.
    """
    shop.reopen(APART)
    for face, ids in ((OLD, "ab"), (NEW, "bcd")):
        for id in ids:
            name = f"{9 - ord(id) + ord('a')}"
            shop.create(draft(id, name=name), collection=ALONE[face.name])
    shop.reopen(ALL, joining=True)
    shop.create(both("f", "1", "1"), collection=NEW)
    shop.create(both("e", "2", "2"), collection=OLD)
    return shop


class TestReading:
    """Each version reads what it has."""

    @pytest.mark.parametrize(("face", "ids"), [(OLD, "abfe"), (NEW, "bcdfe")], ids=["v4", "v5"])
    def test_lists_have_all(self, face: Collection, ids: str, mixed: Driver) -> None:
        assert mixed.ids(collection=face) == list(ids)
        everything = mixed.find(collection=face)
        assert everything.total == len(ids)
        for record in everything.records:
            assert mixed.get(record.id, collection=face) == record
        some = mixed.find(Query(offset=1, limit=2), collection=face)
        assert ([each.id for each in some.records], some.total) == (list(ids[1:3]), len(ids))
        assert mixed.find(Query(limit=0), collection=face).total == len(ids)

    @pytest.mark.parametrize("down", [False, True])
    @pytest.mark.parametrize("by", [(), ("name",), ("id",), ("size",), ("size", "name")])
    @pytest.mark.parametrize(("face", "ids"), [(OLD, "abfe"), (NEW, "bcdfe")], ids=["v4", "v5"])
    def test_pages_follow_each_other(
        self, face: Collection, ids: str, by: tuple[str, ...], down: bool, mixed: Driver
    ) -> None:
        sort = tuple(SortKey(one(name), down, Kind.TEXT) for name in by)
        wanted = mixed.ids(Query(sort=sort), collection=face)
        if by and by[-1] != "size":
            assert wanted == sorted(ids, reverse=down is (by == ("id",)))
        for backwards in (False, True):
            query, walked = Query(sort=sort, limit=2), list[str]()
            if backwards:
                end = mixed.find(Query(sort=sort), collection=face).last
                query, walked = replace(query, cursor=Cursor(end or "", True)), wanted[-1:]
            while (page := mixed.find(query, collection=face)).records:
                ids_of_page = [record.id for record in page.records]
                walked = ids_of_page + walked if backwards else walked + ids_of_page
                end = page.first if backwards else page.last
                query = replace(query, cursor=Cursor(end or "", backwards))
            assert walked == wanted

    def test_there_is_no_other_face(self, mixed: Driver) -> None:
        assert seen(mixed, OLD, "a").twin is None
        assert seen(mixed, NEW, "b").twin is None
        assert names(seen(mixed, NEW, "e")) == ["2", "2"]


class TestWriting:
    """What has one face only is not written, and its id is taken."""

    @EITHER
    def test_it_is_not_changed(self, own: Collection, other: Collection, mixed: Driver) -> None:
        before = seen(mixed, own, "b")
        for write in (
            mixed.store.replace(own, before, both("b", "x", "y"), EVERYONE),
            mixed.store.delete(own, [before], EVERYONE, [Event("Gone", b"1")]),
            mixed.store.delete(own, [before, seen(mixed, own, "e")], EVERYONE),
        ):
            with pytest.raises(Stale):
                mixed.run(write)
        assert seen(mixed, own, "b") == before
        assert seen(mixed, own, "e").id == "e"
        assert mixed.log() == []

    @EITHER
    @pytest.mark.parametrize("id", ["a", "b", "c"])
    @pytest.mark.parametrize("records", [1, 250], ids=["in steps", "at once"])
    def test_its_id_is_taken(
        self, id: str, own: Collection, other: Collection, mixed: Driver, records: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr("persistence.sqlite.loading.RECORDS", records)
        monkeypatch.setattr("persistence.mongo.loading.BATCH", records)
        before = [mixed.find(collection=face) for face in (own, other)]
        with pytest.raises(Duplicate):
            mixed.create(both(id, "x", "y"), collection=own)
        with pytest.raises(Duplicate):
            mixed.load(both("n", "x", "y"), both(id, "x", "y"), collection=own)
        assert [mixed.find(collection=face) for face in (own, other)] == before

    @EITHER
    @pytest.mark.parametrize("id", ["a", "b", "c"])
    @pytest.mark.parametrize("records", [1, 250], ids=["in steps", "at once"])
    def test_a_load_does_not_take_its_place(
        self, id: str, own: Collection, other: Collection, mixed: Driver, records: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr("persistence.sqlite.loading.RECORDS", records)
        monkeypatch.setattr("persistence.mongo.loading.BATCH", records)
        before = [mixed.find(collection=face) for face in (own, other)]
        with pytest.raises((Stale, Duplicate)):
            mixed.load(both("n", "x", "y"), both(id, "x", "y"), replace=True, collection=own)
        assert [mixed.find(collection=face) for face in (own, other)] == before
        mixed.load(both("n", "x", "y"), replace=True, collection=own)

    @EITHER
    def test_a_key_of_then_is_remembered(
        self, own: Collection, other: Collection, shop: Driver
    ) -> None:
        once = Once("key", "digest")
        shop.reopen(APART)
        made = shop.create(draft("a"), once=once, collection=ALONE[own.name]).record
        shop.reopen(ALL, joining=True)
        assert shop.run(shop.store.recall(own, once)) is not None
        again = shop.create(both("b", "x", "y"), once=once, collection=own)
        assert (again.replayed, again.record) == (True, made)


class TestVersions:
    """Which version is the latest is told of each face, by what it has."""

    @pytest.fixture
    def several(self, shop: Driver, own: Collection) -> Driver:
        shop.reopen(APART)
        for version in ("1", "3"):
            shop.create(draft("a", version), collection=ALONE[own.name])
        shop.reopen(ALL, joining=True)
        return shop

    @EITHER_OF_SEVERAL
    def test_the_latest_is_overtaken_in_one(
        self, own: Collection, other: Collection, several: Driver
    ) -> None:
        revisions = {each.revision for each in versions(several, own, "a")}
        made = several.create(both("a", "x", "y", "2"), collection=other).record
        assert made.latest
        assert told(several, own) == [("3", True), ("2", False), ("1", False)]
        assert told(several, other) == [("2", True)]
        made = several.create(both("a", "x", "y", "4"), collection=own).record
        assert made.latest
        assert told(several, own) == [("4", True), ("3", False), ("2", False), ("1", False)]
        assert told(several, other) == [("4", True), ("2", False)]
        several.delete(seen(several, other, "a", "4"), collection=other)
        assert told(several, own) == [("3", True), ("2", False), ("1", False)]
        assert told(several, other) == [("2", True)]
        again = next(e for e in versions(several, own, "a") if e.version == "3")
        assert again.revision not in revisions
        assert several.get("a", version="3", collection=own) == again._replace(twin=None)

    @EITHER_OF_SEVERAL
    def test_a_version_is_not_renamed_to_one_of_then(
        self, own: Collection, other: Collection, several: Driver
    ) -> None:
        for face in (own, other):
            made = several.create(both("a", "x", "y", "2"), collection=face).record
            with pytest.raises(Duplicate):
                several.replace(made, both("a", "x", "y", "3"), collection=face)
            several.delete(seen(several, face, "a", "2"), collection=face)
        assert told(several, own) == [("3", True), ("1", False)]

    @EITHER_OF_SEVERAL
    def test_a_load_overtakes_the_latest(
        self, own: Collection, other: Collection, several: Driver
    ) -> None:
        several.load(both("a", "x", "y", "4"), both("a", "x", "y", "2"), collection=other)
        assert told(several, own) == [("4", True), ("3", False), ("2", False), ("1", False)]
        assert told(several, other) == [("4", True), ("2", False)]


def told(shop: Driver, face: Collection) -> list[tuple[str, bool]]:
    """The versions of `a`, and which one is the latest, as every read tells it."""
    records: list[Record] = versions(shop, face, "a")
    listed = {each.version: each.revision for each in shop.find(collection=face).records}
    assert listed == {each.version: each.revision for each in records}
    return [(each.version, each.latest) for each in records]
