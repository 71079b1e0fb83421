"""Records that stood apart are joined on MongoDB: whoever is killed, and whoever comes between."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.asynchronous.collection import AsyncCollection

from persistence.errors import Apart, Missing, Stale, Unavailable
from persistence.mongo import joining, loading, uniting
from persistence.mongo.names import collection_name
from persistence.mongo.store import MongoStore
from persistence.store import Collection, Joint
from tests.persistence.driver import EVERYONE, Driver, draft
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

__all__ = ["shop"]

pytestmark = pytest.mark.parametrize("shop", ["MongoDB"], indirect=True)

#: What writes one thing, and what writes many, one after the other.
_ONE = (
    "insert_one", "update_one", "update_many", "delete_one", "delete_many", "find_one_and_update",
)  # fmt: skip
_MANY = ("insert_many", "bulk_write")


class Killed(BaseException):
    """What ends a process between two writes."""


@contextmanager
def dying(shop: Driver, after: int) -> Iterator[list[str]]:
    """A process that is killed after so many writes, of which the names are given; it has made
    itself ready before.
    """
    done: list[str] = []
    assert isinstance(shop.store, MongoStore)
    opened = shop.store._open
    shop.run(opened.preparation.finished())
    shop.run(opened.slots.hold(20.0))
    for collection in ALL:
        shop.run(opened.writing(collection, 20.0))

    def counted(name: str, write: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def written(records: Any, *arguments: Any, **options: Any) -> Any:
            if len(done) >= after:
                raise Killed
            done.append(name)
            return await write(records, *arguments, **options)

        return written

    def each(write: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def written(records: Any, requests: list[Any], **options: Any) -> Any:
            for request in requests:
                outcome = await write(records, [request], **options)
            return outcome

        return written

    with pytest.MonkeyPatch.context() as patch:
        for name in _ONE + _MANY:
            write = counted(name, getattr(AsyncCollection, name))
            patch.setattr(AsyncCollection, name, each(write) if name in _MANY else write)
        yield done


def apart(shop: Driver, own: Collection, other: Collection, id: str) -> None:
    """Versions of an id that stand apart: two of each face, one of them in both."""
    for face, some in ((own, "13"), (other, "32")):
        for version in some:
            shop.create(draft(id, version), collection=ALONE[face.name])


def join_all(shop: Driver, own: Collection, other: Collection, id: str) -> None:
    sides = [{each.version: each for each in versions(shop, face, id)} for face in (own, other)]
    joints = [
        Joint(both(id, "p", "q", version), *(side.get(version) for side in sides))
        for version in "123"
    ]
    shop.run(shop.store.join(own, joints, EVERYONE))


def told(shop: Driver, face: Collection, id: str) -> list[tuple[str, bool, bool]]:
    """The versions of an id as a face has them: which is the latest, and which has two faces."""
    return [(e.version, e.latest, e.twin is not None) for e in versions(shop, face, id)]


#: The writes of one such, and after how many of them it is decided.
WRITES, UNDECIDED = 18, 10
JOINED = [("3", True, True), ("2", False, True), ("1", False, True)]


@EITHER_OF_SEVERAL
def test_a_kill_between_any_two_writes_is_made_good(
    own: Collection, other: Collection, shop: Driver
) -> None:
    shop.reopen(APART)
    ids = [f"{n}" for n in range(WRITES + 1)]
    for id in ids:
        apart(shop, own, other, id)
    shop.reopen(ALL, joining=True)
    before = {face: told(shop, face, "0") for face in (own, other)}
    decided = []
    for after, id in enumerate(ids[:-1]):
        with dying(shop, after), pytest.raises(Killed):
            join_all(shop, own, other, id)
        for face in (own, other):
            # What is seen then: nothing twice.
            found = [version for version, _, _ in told(shop, face, id)]
            assert len(found) == len(set(found))
        shop.reopen(ALL, joining=True)
        left = [told(shop, face, id) for face in (own, other)]
        assert left in ([before[own], before[other]], [JOINED, JOINED])
        decided.append(left == [JOINED, JOINED])
        with pytest.raises(Apart):
            shop.reopen(ALL)
        shop.open(ALL, joining=True)
        if not decided[-1]:
            join_all(shop, own, other, id)
    assert decided == sorted(decided)
    assert decided.count(True) == WRITES - UNDECIDED
    with dying(shop, WRITES) as writes:
        join_all(shop, own, other, ids[-1])
    assert len(writes) == WRITES
    shop.reopen(ALL)
    for face in (own, other):
        assert [told(shop, face, id) for id in ids] == [JOINED] * len(ids)
        everything = shop.find(collection=face)
        assert [each.version for each in everything.records] == [*"123"] * len(ids)
        assert everything.total == len(everything.records)


@EITHER
def test_one_that_goes_on_after_another_began_joins_nothing(
    own: Collection, other: Collection, shop: Driver, mongo_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """It was taken for dead; what the other one does then is left alone."""
    shop.reopen(APART)
    shop.create(draft("a"), collection=ALONE[own.name])
    shop.reopen(ALL, joining=True)
    joint = Joint(both("a", "p", "q"), seen(shop, own, "a"), None)
    second = MongoStore(mongo_url, patience=20.0)

    async def meanwhile(*_: Any) -> None:
        monkeypatch.undo()
        await second.open(ALL, joining=True)
        await second.join(own, [joint], EVERYONE)

    monkeypatch.setattr(uniting, "make_room", meanwhile)
    with pytest.raises((Stale, Unavailable)):
        shop.run(shop.store.join(own, [joint._replace(draft=both("a", "u", "v"))], EVERYONE))
    shop.run(second.close())
    shop.reopen(ALL)
    assert [names(seen(shop, face, "a")) for face in (own, other)] == [["p", "q"], ["q", "p"]]


@EITHER
def test_who_keeps_them_apart_does_not_come_between(
    own: Collection, other: Collection, shop: Driver, mongo_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    shop.reopen(APART)
    face = ALONE[other.name]
    shop.create(draft("a"), collection=face)
    shop.reopen(ALL, joining=True)
    joint = Joint(both("a", "p", "q"), None, seen(shop, other, "a"))
    server = MongoStore(mongo_url, patience=20.0)

    async def meanwhile(*_: Any) -> None:
        record = await server.get(face, "a", EVERYONE)
        for write in (
            server.replace(face, record, draft("a", name="changed"), EVERYONE),
            server.delete(face, [record], EVERYONE),
        ):
            with pytest.raises(Stale):
                await write

    shop.run(server.open(APART))
    monkeypatch.setattr(uniting, "make_room", meanwhile)
    shop.run(shop.store.join(own, [joint], EVERYONE))
    shop.run(server.close())
    shop.reopen(ALL)
    assert names(seen(shop, other, "a")) == ["q", "p"]


def test_one_that_came_with_the_id_meanwhile_is_not_lost(shop: Driver, mongo_url: str) -> None:
    shop.reopen(APART)
    shop.create(draft("a"), collection=APART[1])
    shop.reopen(ALL, joining=True)
    joint = Joint(both("a", "p", "q"), seen(shop, NEW, "a"), None)
    server = MongoStore(mongo_url, patience=20.0)
    shop.run(server.open(APART))
    shop.run(server.create(APART[0], draft("a", name="late"), EVERYONE))
    with pytest.raises(Stale):
        shop.run(shop.store.join(NEW, [joint], EVERYONE))
    changed = shop.run(server.get(APART[1], "a", EVERYONE))
    shop.run(server.replace(APART[1], changed, draft("a", name="late"), EVERYONE))
    shop.run(server.close())
    shop.reopen(ALL, joining=True)
    joint = Joint(both("a", "p", "q"), seen(shop, NEW, "a"), seen(shop, OLD, "a"))
    shop.run(shop.store.join(NEW, [joint], EVERYONE))
    shop.reopen(ALL)
    assert names(seen(shop, NEW, "a")) == ["p", "q"]


@pytest.mark.parametrize("decided", [False, True])
def test_the_sweep_undoes_what_was_not_decided(
    decided: bool, shop: Driver, mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a server that keeps the faces apart goes on with what somebody began to join."""
    face = APART[1]
    shop.reopen(APART)
    shop.create(draft("a"), collection=face)
    shop.reopen(ALL, joining=True)
    joint = Joint(both("a", "p", "q"), seen(shop, NEW, "a"), None)
    monkeypatch.setattr(uniting, "RESTS", -(10**9))
    with dying(shop, 4 if decided else 3), pytest.raises(Killed):
        shop.run(shop.store.join(NEW, [joint], EVERYONE))
    shop.reopen(APART[1:2])
    record = shop.get("a", collection=face)
    with pytest.raises(Stale):
        shop.replace(record, draft("a", name="new"), collection=face)
    monkeypatch.setattr("persistence.mongo.sweep.ABANDONED", -(10**9))
    shop.run(shop.store.settle())
    if decided:
        with pytest.raises(Stale):
            shop.replace(record, draft("a", name="new"), collection=face)
        shop.reopen(ALL)
        assert names(seen(shop, NEW, "a")) == ["p", "q"]
    else:
        shop.replace(record, draft("a", name="new"), collection=face)
        shop.reopen(ALL, joining=True)
        with pytest.raises(Missing):
            seen(shop, OLD, "a")


class TestNoting:
    """The catalogue says once none stands apart; what comes after that is found all the same."""

    @pytest.fixture(autouse=True)
    def no_margin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(joining, "_LATE", 0)

    def test_of_a_new_database_at_once(self, shop: Driver, mongo_url: str) -> None:
        assert noted(mongo_url) == {collection_name(c.name): c.twin for c in ALL[::2]}
        before = catalogue(mongo_url)
        shop.reopen(ALL)
        assert catalogue(mongo_url) == before
        assert shop.run(shop.store.kinds()) == []

    def test_of_those_that_are_joined(self, shop: Driver, mongo_url: str) -> None:
        shop.reopen(APART)
        assert noted(mongo_url) == {}
        shop.create(draft("a"), collection=APART[1])
        shop.reopen(ALL, joining=True)
        assert noted(mongo_url) == {collection_name(ALL[2].name): ALL[3].name}
        joint = Joint(both("a", "p", "q"), seen(shop, NEW, "a"), None)
        shop.run(shop.store.join(NEW, [joint], EVERYONE))
        shop.reopen(ALL)
        assert noted(mongo_url) == {collection_name(c.name): c.twin for c in ALL[::2]}

    @pytest.mark.parametrize("face", APART[:2], ids=["v4", "v5"])
    def test_one_that_still_keeps_them_apart(
        self, face: Collection, shop: Driver, mongo_url: str
    ) -> None:
        server = MongoStore(mongo_url, patience=20.0)
        shop.run(server.open(APART))
        shop.reopen(ALL)
        shop.create(both("b", "x", "y"), collection=OLD)
        shop.reopen(ALL)
        shop.run(server.create(face, draft("a"), EVERYONE))
        shop.run(server.close())
        with pytest.raises(Apart, match=face.name):
            shop.reopen(ALL)
        shop.open(ALL, joining=True)

    @pytest.mark.parametrize("face", APART[:2], ids=["v4", "v5"])
    def test_a_load_that_nobody_sees_yet(
        self, face: Collection, shop: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def dies(*_: Any) -> None:
            raise Killed

        shop.reopen(APART)
        with monkeypatch.context() as patch:
            patch.setattr(loading, "show", dies)
            patch.setattr(loading, "discard", dies)
            patch.setattr(loading, "RESTS", -(10**9))
            with pytest.raises(Killed):
                shop.load(draft("a"), collection=face)
        shop.reopen(ALL)
        shop.run(shop.store.settle())
        with pytest.raises(Apart, match=face.name):
            shop.reopen(ALL)
        shop.open(ALL, joining=True)


def catalogue(url: str) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](url) as client:
        return list(client.get_default_database()["tmf.catalogue"].find())


def noted(url: str) -> dict[str, str]:
    """The twins of collections of which it is noted that nothing stands apart."""
    return {each["_id"]: each["joined"]["kind"] for each in catalogue(url) if "joined" in each}
