"""Records that stood apart get two faces: an id at a time, all of its versions or none."""

from typing import Any

import pytest

from persistence.errors import Apart, Missing, Stale
from persistence.mongo import uniting
from persistence.mongo.store import MongoStore
from persistence.store import Collection, Event, Joint, Kept, Once, Record
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
    found,
    names,
    seen,
    shop,
    turned,
    versions,
)

__all__ = ["shop"]

MADE = Event("Made", b"1")


@pytest.fixture
def mixed(shop: Driver) -> Driver:
    """A store with `a` and `b` in the old face alone, `b` and `c` in the new one, `e` in both."""
    shop.reopen(APART)
    for face, ids in ((OLD, "ab"), (NEW, "bc")):
        for id in ids:
            alone = ALONE[face.name]
            shop.create(draft(id, name="alone"), events=[MADE], collection=alone)
    shop.reopen(ALL, joining=True)
    shop.create(both("e", "x", "y"), collection=OLD)
    return shop


def alone(shop: Driver, face: Collection, size: int = 10) -> list[str]:
    async def ids() -> list[str]:
        batches: list[list[Kept]] = [each async for each in shop.store.alone(face, 0, size)]
        assert all(len(batch) <= size for batch in batches)
        return [kept.id for batch in batches for kept in batch]

    return shop.run(ids())


def there(shop: Driver, face: Collection, id: str) -> Record | None:
    try:
        return seen(shop, face, id)
    except Missing:
        return None


def joint(shop: Driver, own: Collection, other: Collection, id: str) -> Joint:
    new = both(id, "p", "q", memory=b"[1]")
    return Joint(new, there(shop, own, id), there(shop, other, id))


def join(shop: Driver, face: Collection, *joints: Joint) -> None:
    shop.run(shop.store.join(face, joints, EVERYONE))


class TestJoining:
    """One record with two faces takes the place of one or two."""

    @pytest.mark.parametrize("size", [1, 10])
    def test_what_stands_apart_is_listed(self, size: int, mixed: Driver) -> None:
        assert alone(mixed, OLD, size) == ["a", "b"]
        assert alone(mixed, NEW, size) == ["b", "c"]

    @EITHER
    def test_each_is_joined(self, own: Collection, other: Collection, mixed: Driver) -> None:
        old = {(each.id, each.revision) for f in (own, other)
               for each in mixed.find(collection=f).records}  # fmt: skip
        for number, id in enumerate("abc"):
            with pytest.raises(Apart, match=OLD.name):
                mixed.reopen(ALL)
            mixed.open(ALL, joining=True)
            join(mixed, own, joint(mixed, own, other, id))
            assert alone(mixed, OLD) == list("ab"[number + 1 :])
        assert alone(mixed, NEW) == []
        mixed.reopen(ALL)
        for face, value in ((own, "p"), (other, "q")):
            assert found(mixed, face, value) == ["a", "b", "c"]
            assert found(mixed, face, "alone") == []
            everything = mixed.find(collection=face)
            assert [each.id for each in everything.records] == list("eabc")
            assert everything.total == 4
            new = {(each.id, each.revision) for each in everything.records if each.id != "e"}
            assert not new & old
        record = seen(mixed, own, "b")
        assert (names(record), record.memory) == (["p", "q"], b"[1]")
        assert seen(mixed, other, "b") == turned(record)
        changed = mixed.replace(record, both("b", "u", "v"), collection=own)
        assert seen(mixed, own, "b") == changed
        assert [(each.id, each.type) for each in mixed.log()] == [
            (id, "Made") for id in "abbc"
        ]  # fmt: skip

    @EITHER
    def test_what_changed_since_is_stale(
        self, own: Collection, other: Collection, mixed: Driver
    ) -> None:
        before = [mixed.find(collection=face) for face in (own, other)]
        right = joint(mixed, own, other, "b")
        for wrong in (
            right._replace(own=right.own and right.own._replace(n=7)),
            right._replace(other=right.other and right.other._replace(n=7)),
        ):
            with pytest.raises(Stale):
                join(mixed, own, wrong)
        assert [mixed.find(collection=face) for face in (own, other)] == before
        join(mixed, own, right)
        with pytest.raises(Stale):
            join(mixed, own, right)
        assert found(mixed, own, "p") == ["b"]

    @EITHER_OF_SEVERAL
    def test_all_versions_together(self, own: Collection, other: Collection, shop: Driver) -> None:
        shop.reopen(APART)
        for face, some in ((own, "13"), (other, "32")):
            for version in some:
                shop.create(draft("a", version), collection=ALONE[face.name])
        shop.reopen(ALL, joining=True)
        sides = [
            {each.version: each for each in versions(shop, face, "a")} for face in (own, other)
        ]
        joints = [
            Joint(both("a", "p", "q", version), *(side.get(version) for side in sides))
            for version in "123"
        ]
        wrong = joints[2].own
        assert wrong is not None
        stale = joints[2]._replace(own=wrong._replace(n=7))
        with pytest.raises(Stale):
            join(shop, own, *joints[:2], stale)
        assert [each.twin for each in versions(shop, own, "a")] == [None, None]
        join(shop, own, *joints)
        shop.reopen(ALL)
        for face in (own, other):
            records = versions(shop, face, "a")
            assert [(each.version, each.latest) for each in records] == [
                ("3", True), ("2", False), ("1", False)
            ]  # fmt: skip
            assert all(each.twin for each in records)
            assert shop.find(collection=face).total == 3


class TestNoting:
    """Once none stands apart, what is there is not looked through again."""

    FIRST = Kept(7, "", "a", "", 1, 8, draft("a").body)

    def test_a_copy_that_was_cut_short_between_the_faces_is_gone_on_with(
        self, shop: Driver
    ) -> None:
        shop.run(shop.store.import_(OLD, [self.FIRST]))
        shop.reopen(ALL)
        assert alone(shop, OLD) == ["a"]
        shop.run(shop.store.import_(NEW, [self.FIRST]))
        assert (alone(shop, OLD), seen(shop, NEW, "a").twin) == ([], self.FIRST.body)

    @pytest.mark.parametrize("face", APART[:2], ids=["v4", "v5"])
    def test_until_they_are_kept_apart_again(self, face: Collection, shop: Driver) -> None:
        shop.reopen(APART)
        shop.run(shop.store.import_(face, [self.FIRST]))
        with pytest.raises(Apart, match=face.name):
            shop.reopen(ALL)
        shop.open(ALL, joining=True)
        own, other = (OLD, NEW) if face.name == OLD.name else (NEW, OLD)
        assert (alone(shop, own), alone(shop, other)) == (["a"], [])


@EITHER
@pytest.mark.parametrize("shop", ["MongoDB"], indirect=True)
@pytest.mark.parametrize("decided", [False, True])
def test_what_a_process_left_is_put_right_when_the_store_is_opened(
    decided: bool, own: Collection, other: Collection, mixed: Driver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert isinstance(mixed.store, MongoStore)

    async def dies(*_: Any) -> None:
        raise RuntimeError("killed")

    async def nothing(*_: Any) -> None:
        pass

    joints = [joint(mixed, own, other, "b")]
    with monkeypatch.context() as patch:
        patch.setattr(uniting, "undo", nothing)
        patch.setattr(uniting, "finish" if decided else "make_room", dies)
        with pytest.raises(RuntimeError):
            join(mixed, own, *joints)
    assert seen(mixed, own, "b").twin is None
    mixed.reopen(ALL, joining=True)
    assert alone(mixed, OLD) == (["a"] if decided else ["a", "b"])
    assert alone(mixed, NEW) == (["c"] if decided else ["b", "c"])
    assert found(mixed, other, "q") == (["b"] if decided else [])
    assert names(seen(mixed, own, "e")) in (["x", "y"], ["y", "x"])


@EITHER
def test_keys_of_then_are_remembered(own: Collection, other: Collection, shop: Driver) -> None:
    shop.reopen(APART)
    for face, length in ((own, 10), (other, 50_000)):
        new = draft("a", note="x" * length)
        shop.create(new, once=Once(face.name, "digest"), collection=ALONE[face.name])
    shop.reopen(ALL, joining=True)
    join(shop, own, joint(shop, own, other, "a"))
    shop.reopen(ALL)
    for face, length in ((own, 10), (other, 50_000)):
        once = Once(face.name, "digest")
        again = shop.create(both("z", "x", "y"), once=once, collection=face)
        assert (again.replayed, again.record.id) == (True, "a")
        assert again.record.body == draft("a", note="x" * length).body
    assert shop.ids(collection=own) == ["a"]
