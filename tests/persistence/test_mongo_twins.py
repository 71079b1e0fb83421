"""Two faces in one document of MongoDB: what it holds, what it costs, what is left of a kill."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pymongo import MongoClient

from persistence.errors import Missing, Unusable
from persistence.mongo import loading, several
from persistence.mongo.limits import OF_TWINS
from persistence.mongo.names import collection_name
from persistence.mongo.store import MongoStore
from persistence.mongo.tables import Table, tables_of
from persistence.store import Collection, Column, Event, Once
from tests.persistence.driver import COLUMNS, EVERYONE, GROUP, THINGS, Driver, draft, one
from tests.persistence.test_mongo_commands import COMMANDS
from tests.persistence.twins import (
    ALL,
    APART,
    NEW,
    OLD,
    SEVERAL,
    both,
    found,
    names,
    seen,
    versions,
)
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Query

MADE = Event("Made", b"1")
EQUAL = Query(Comparison(one("name"), Operator.EQ, ("y",), Kind.TEXT), limit=20)
#: The collections with which a store with two faces is opened in part, and those it lacks.
HALVES = [
    [APART[0]],
    [APART[1]],
    [*APART[:2]],
    [replace(OLD, twin="/x"), replace(OLD, name="/x", twin=OLD.name)],
]


@pytest.fixture
def shop(mongo_url: str) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        shop = Driver(lambda: MongoStore(mongo_url, patience=20.0), runner)
        shop.reopen([*ALL, THINGS])
        yield shop
        shop.run(shop.store.close())


def documents(url: str, collection: Collection) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](url) as client:
        return list(client.get_default_database()[collection_name(collection.name)].find())


class TestDocuments:
    """One for both faces; one with one face is as ever."""

    def test_both_faces_are_in_the_first_one(self, shop: Driver, mongo_url: str) -> None:
        shop.create(both("a", "x", "y", memory=b"[1]"), events=[MADE], collection=NEW)
        assert documents(mongo_url, NEW) == []
        (document,) = documents(mongo_url, OLD)
        face = {"body", "c", "m", "q", "mirror", "live"}
        shared = {"_id", "space", "resource", "version", "rank", "n", "modified"}
        assert document.keys() == shared | face | {"events", "waits", "t"}
        assert document["t"].keys() == face | {"memory"}
        assert (document["c"], document["t"]["c"]) == ({"name:t": "y"}, {"name:t": "x"})
        assert shop.run(shop.store.kinds()) == [OLD.name, NEW.name]

    def test_one_face_is_as_it_was(self, shop: Driver, mongo_url: str) -> None:
        record = shop.create(draft("a", name="x")).record
        shop.delete(shop.replace(record, draft("a", name="y")))
        shop.create(draft("b", name="x"))
        tombstone, document = documents(mongo_url, THINGS)
        assert list(document) == [
            "_id", "space", "resource", "version", "rank", "n", "modified", "body", "c", "m",
            "mirror", "q", "live",
        ]  # fmt: skip
        assert not {"t", "live", "body", "q"} & tombstone.keys()

    def test_nothing_of_a_face_is_left_in_a_tombstone(self, shop: Driver, mongo_url: str) -> None:
        once = Once("key", "digest")
        made = shop.create(both("a", "x", "y"), once=once, collection=NEW).record
        shop.delete(made, collection=NEW)
        for version in "12":
            shop.create(both("v", "x", "y", version), once=Once(version, ""), collection=SEVERAL[1])
        shop.delete(*versions(shop, SEVERAL[0], "v"), collection=SEVERAL[0])
        for each in (*documents(mongo_url, OLD), *documents(mongo_url, SEVERAL[0])):
            assert not {"t", "live", "body", "c", "m", "q"} & each.keys()
            assert {"gone", "once"} < each.keys()


def patched(shop: Driver, face: Collection) -> None:
    shop.replace(seen(shop, face, "1"), both("1", "p", "q"), events=[MADE], collection=face)


#: What a request does with a face, and how many commands that takes, just as with one face.
OPERATIONS = {
    "GET": (lambda shop, face: shop.get("1", collection=face), 1),
    "GET of both": (lambda shop, face: seen(shop, face, "1"), 1),
    "list": (lambda shop, face: shop.find(EQUAL, collection=face), 1),
    "list, a full page": (lambda shop, face: shop.find(Query(limit=3), collection=face), 2),
    "POST": (
        lambda shop, face: shop.create(both("a", "x", "y"), events=[MADE], collection=face),
        1,
    ),
    "PATCH": (patched, 2),
    "DELETE": (lambda shop, face: shop.delete(seen(shop, face, "2"), collection=face), 2),
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("face", [OLD, NEW], ids=["v4", "v5"])
def test_two_faces_take_no_more_commands_than_one(
    name: str, face: Collection, shop: Driver
) -> None:
    shop.load(*(both(f"{n}", "x", "y") for n in range(7)), collection=OLD)
    work, allowed = OPERATIONS[name]
    COMMANDS.sent.clear()
    work(shop, face)
    assert len(COMMANDS.sent) == allowed, COMMANDS.sent


class TestKilled:
    """What a process leaves that dies in between is finished or undone by another."""

    @pytest.mark.parametrize("face", SEVERAL, ids=["v4", "v5"])
    def test_a_removal_of_several(
        self, face: Collection, shop: Driver, mongo_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for version in "123":
            shop.create(both("a", "x", "y", version), once=Once(version, ""), collection=face)

        async def dies(*_: Any, **__: Any) -> None:
            raise RuntimeError("killed")

        with monkeypatch.context() as patch:
            patch.setattr(several, "follow", dies)
            with pytest.raises(RuntimeError):
                shop.delete(*versions(shop, face, "a"), collection=face, events=[MADE])
        self.settle(shop, monkeypatch)
        assert [versions(shop, each, "a") for each in SEVERAL] == [[], []]
        assert [(each.collection, each.id) for each in shop.log()] == [(face.name, "a")]
        assert all("t" not in each for each in documents(mongo_url, face))

    @pytest.mark.parametrize("face", [OLD, NEW], ids=["v4", "v5"])
    @pytest.mark.parametrize("over", [False, True])
    @pytest.mark.parametrize("step", ["_put_in", "show"])
    def test_a_load(
        self, step: str, over: bool, face: Collection, shop: Driver, mongo_url: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        shop.create(both("a", "x", "y"), collection=face)
        put_in = loading._put_in

        async def dies(*arguments: Any, **options: Any) -> None:
            if step == "_put_in":
                await put_in(*arguments, **options)
            raise RuntimeError("killed")

        async def nothing(*_: Any) -> None:
            pass

        drafts = [both(id, "p", "q") for id in ("abc" if over else "bcd")]
        with monkeypatch.context() as patch:
            patch.setattr(loading, step, dies)
            patch.setattr(loading, "discard", nothing)
            patch.setattr(loading, "RESTS", -(10**9))
            with pytest.raises(RuntimeError):
                shop.load(*drafts, replace=over, collection=face)
        other = NEW if face is OLD else OLD
        assert (found(shop, face, "x"), found(shop, other, "y")) == (["a"], ["a"])
        shop.reopen(APART[2:])  # Whoever does not keep both faces leaves them to others.
        self.settle(shop, monkeypatch)
        shop.reopen(ALL)
        self.settle(shop, monkeypatch)
        kept = [] if step == "_put_in" else [each.id for each in drafts]
        assert sorted(found(shop, face, "p")) == sorted(found(shop, other, "q")) == kept
        assert len(documents(mongo_url, OLD)) == len({"a", *kept})

    def settle(self, shop: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("persistence.mongo.sweep.ABANDONED", -(10**9))
            shop.store._swept = -1e9  # type: ignore[attr-defined]
            shop.run(shop.store.settle())


class TestOpening:
    """The faces of a record are kept together, or not at all."""

    @pytest.mark.parametrize("half", HALVES, ids=["v4", "v5", "apart", "another"])
    def test_a_half_is_refused(self, half: list[Collection], shop: Driver) -> None:
        shop.create(both("a", "x", "y"), collection=OLD)
        with pytest.raises(Unusable, match="another face"):
            shop.reopen(half)
        shop.open(APART[2:])
        shop.reopen(ALL)
        assert names(seen(shop, NEW, "a")) == ["y", "x"]

    def test_apart_again_as_long_as_nothing_has_two(self, shop: Driver) -> None:
        shop.reopen(APART)
        shop.create(draft("a"), collection=APART[0])
        shop.reopen(ALL, joining=True)
        shop.delete(shop.create(both("b", "x", "y"), collection=NEW).record, collection=NEW)
        shop.reopen(APART)
        shop.create(draft("b"), collection=APART[0])
        assert shop.ids(collection=APART[0]) == ["a", "b"]
        shop.reopen(ALL, joining=True)
        shop.create(both("c", "x", "y"), collection=NEW)
        assert (found(shop, OLD, "y"), found(shop, NEW, "x")) == (["c"], ["c"])
        with pytest.raises(Missing):
            shop.get("b", collection=NEW)

    @pytest.mark.parametrize("which", [0, 1], ids=["v4", "v5"])
    def test_either_mirror_is_made_anew(self, which: int, shop: Driver, mongo_url: str) -> None:
        shop.load(*(both(id, "x", "y", memory=b"[1]") for id in "abc"), collection=OLD)
        before = [seen(shop, face, "b") for face in (OLD, NEW)]
        faces = [OLD, NEW]
        faces[which] = replace(faces[which], columns=OLD.columns[1:], references=())
        shop.reopen(faces)
        for own, value in zip(faces, "xy", strict=True):
            assert shop.ids(named(value), collection=own) == ["a", "b", "c"]
        shop.run(shop.store._open.preparation.finished())  # type: ignore[attr-defined]
        for own, value in zip(faces, "xy", strict=True):
            assert shop.ids(named(value), collection=own) == ["a", "b", "c"]
        held = [each if which == 0 else each["t"] for each in documents(mongo_url, OLD)]
        assert [(each["c"], each["m"]) for each in held] == [({}, [])] * 3
        assert [seen(shop, face, "b") for face in faces] == before

    def test_its_indexes_are_those_of_both(self, shop: Driver) -> None:
        shop.create(both("a", "x", "y"), collection=NEW)
        states = shop.run(shop.store.indexes(apply=False))  # type: ignore[attr-defined]
        of_things = [each for each in states if each.collection == collection_name(OLD.name)]
        assert {each.state for each in of_things} == {"present"}
        fields = {each.fields for each in of_things}
        for name in ("c.name:t", "m"):
            assert f"{name}, live, _id" in fields
            assert f"t.{name}, t.live, _id" in fields
        shop.reopen([replace(OLD, columns=()), NEW])
        shop.run(shop.store._open.preparation.finished())  # type: ignore[attr-defined]
        left = shop.run(shop.store.indexes(apply=False))  # type: ignore[attr-defined]
        gone = {(each.name, each.fields) for each in of_things} - {(e.name, e.fields) for e in left}
        assert {fields.partition(".")[0] for _, fields in gone} == {"c"}
        assert {each.state for each in left} == {"present"}

    @pytest.mark.parametrize("through", [0, 1], ids=["v4", "v5"])
    def test_it_is_made_ready_for_both_whichever_is_written(
        self, through: int, shop: Driver, mongo_url: str
    ) -> None:
        faces = [replace(OLD, columns=COLUMNS[:2]), replace(NEW, columns=COLUMNS[1:], group=GROUP)]
        shop.reopen(faces)
        shop.create(both("a", "x", "y"), collection=faces[through])
        states = shop.run(shop.store.indexes(apply=False))  # type: ignore[attr-defined]
        assert {each.state for each in states} == {"present"}
        shop.reopen(faces)
        assert shop.store._open.preparation._changed == {}  # type: ignore[attr-defined]
        (document,) = documents(mongo_url, OLD)
        (entry,) = entries(mongo_url)
        assert entry["signature"] == document["mirror"] != document["t"]["mirror"]
        assert entry["twin"] == {"kind": NEW.name, "signature": document["t"]["mirror"]}


def entries(url: str) -> list[dict[str, Any]]:
    """What the catalogue says of collections."""
    with MongoClient[dict[str, Any]](url) as client:
        return list(client.get_default_database()["tmf.catalogue"].find({"kind": OLD.name}))


def named(value: str) -> Query:
    return Query(Comparison(one("name"), Operator.EQ, (value,), Kind.TEXT))


@pytest.mark.parametrize(
    ("first", "second", "left"), [(3, 20, (0, 0)), (20, 3, (0, 0)), (20, 20, (9, 8))]
)
def test_both_share_the_room_for_indexes(first: int, second: int, left: tuple[int, int]) -> None:
    assert first + second - sum(left) == OF_TWINS
    columns = [Column(one(f"date{n}"), Kind.INSTANT, True) for n in range(20)]
    tables = tables_of(
        [
            replace(SEVERAL[0], columns=(*columns[:first],), group=()),
            replace(SEVERAL[1], columns=(*columns[:second],), group=()),
        ]
    )
    assert tuple(len(table.without_index) for table in tables.values()) == left
    assert len(tables[SEVERAL[0].name].indexes) + 1 + 4 <= 64  # Beside two of groups each.


def test_the_indexes_of_one_face_are_as_they_were() -> None:
    names = [model.document["name"].partition("~")[0] for model in Table(THINGS).indexes]
    assert names[:7] == ["identity", "creation", "mentions", "waits", "once", "forget", "load"]
    assert not any(name.startswith("t.") for name in names)


def test_scopes_are_of_each_face(shop: Driver) -> None:
    shop.create(both("a", "x", "y"), collection=OLD)
    hidden = replace(EVERYONE, where=named("x").where)
    assert shop.find(scope=hidden, collection=OLD).total == 1
    assert shop.find(scope=hidden, collection=NEW).total == 0
    with pytest.raises(Missing):
        seen(shop, NEW, "a", scope=hidden)
