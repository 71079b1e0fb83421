"""Writes at random through either face, against dictionaries: after each, both faces agree with
what these say, in every filter, order, page and total.

`TMF_EXAMPLES` sets how many runs are tried on SQLite, and `TMF_MONGO_EXAMPLES` on MongoDB.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import orjson
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from persistence.errors import Duplicate, Stale
from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from persistence.store import Draft, Event, Facet, Record, Scope, Store
from tests.conftest import EXAMPLES
from tests.persistence.driver import Driver, one
from tests.persistence.twins import SEVERAL
from tmf_apis.tmf630.query import (
    Comparison,
    Cursor,
    Kind,
    Not,
    Operator,
    Predicate,
    Present,
    Query,
    SortKey,
)
from tmf_apis.tmf630.version_order import rank

RUNS = {
    "SQLite": max(EXAMPLES // 20, 5),
    "MongoDB": int(os.environ.get("TMF_MONGO_EXAMPLES", max(EXAMPLES // 150, 1))),
}
FACES = st.sampled_from((0, 1))
IDS = st.sampled_from("ab")
VERSIONS = st.sampled_from(("1", "2", "10"))
NAMES = st.one_of(st.none(), st.sampled_from("xyz"))
MEMORIES = st.sampled_from((None, b"[1]", b"[2]"))
NAME, NOTE = one("name"), one("note")
Values = tuple[str | None, str | None]
Holds = Callable[[str | None], bool]


@dataclass(frozen=True)
class Kept:
    """What the model knows of a record: its name in each face, and what is remembered."""

    id: str
    version: str
    names: Values
    memory: bytes | None


class Faces(RuleBasedStateMachine):
    """A space of a store, and the records it should hold in the order in which they were made."""

    def __init__(self, shop: Driver, scope: Scope) -> None:
        super().__init__()
        self.shop = shop
        self.scope = scope
        self.kept: list[Kept] = []
        self.revisions: set[tuple[str, str]] = set()
        self.told: list[tuple[str, str, bytes]] = []
        self.before = max((event.sequence for event in shop.log()), default=0)
        self.number = count()

    # -- what is written

    def drafted(self, face: int, kept: Kept) -> Draft:
        own, other = (document(kept, each) for each in (face, 1 - face))
        twin = Facet(other, orjson.dumps(other), memory=kept.memory)
        return Draft(kept.id, own, orjson.dumps(own), kept.version, twin=twin)

    def raised(self, face: int, id: str) -> list[Event]:
        """An event of each face, one of which is told to that which is not written through."""
        body = b"%d" % next(self.number)
        own, other = SEVERAL[face].name, SEVERAL[1 - face].name
        self.told += [(own, id, body), (other, id, body)]
        return [Event("Changed", body), Event("Changed", body, other)]

    def place(self, id: str, version: str) -> int | None:
        places = [n for n, k in enumerate(self.kept) if (k.id, k.version) == (id, version)]
        return places[0] if places else None

    def seen(self, face: int, kept: Kept) -> Record:
        get = self.shop.store.get(SEVERAL[face], kept.id, self.scope, kept.version, twin=True)
        return self.shop.run(get)

    @rule(face=FACES, id=IDS, version=VERSIONS, names=st.tuples(NAMES, NAMES), memory=MEMORIES)
    def create(self, face: int, id: str, version: str, names: Values, memory: bytes | None) -> None:
        kept = Kept(id, version, names, memory)
        create = self.shop.store.create
        if self.place(id, version) is not None:
            with pytest.raises(Duplicate):
                self.shop.run(create(SEVERAL[face], self.drafted(face, kept), self.scope))
            return
        events = self.raised(face, id)
        self.shop.run(create(SEVERAL[face], self.drafted(face, kept), self.scope, events))
        self.kept.append(kept)

    @precondition(lambda self: self.kept)
    @rule(
        face=FACES, data=st.data(), version=st.none() | VERSIONS, names=st.tuples(NAMES, NAMES),
        memory=MEMORIES,
    )  # fmt: skip
    def replace(
        self, face: int, data: st.DataObject, version: str | None, names: Values,
        memory: bytes | None,
    ) -> None:  # fmt: skip
        old = data.draw(st.sampled_from(self.kept))
        new = Kept(old.id, version or old.version, names, memory)
        record = self.seen(face, old)
        change = self.shop.store.replace
        if new.version != old.version and self.place(new.id, new.version) is not None:
            with pytest.raises(Duplicate):
                self.shop.run(change(SEVERAL[face], record, self.drafted(face, new), self.scope))
            return
        stale = self.seen(1 - face, old)
        events = self.raised(face, old.id)
        self.shop.run(change(SEVERAL[face], record, self.drafted(face, new), self.scope, events))
        self.kept[self.kept.index(old)] = new
        for late in (change(SEVERAL[1 - face], stale, self.drafted(1 - face, old), self.scope),
                     self.shop.store.delete(SEVERAL[1 - face], [stale], self.scope)):  # fmt: skip
            with pytest.raises((Stale, Duplicate)):
                self.shop.run(late)

    @precondition(lambda self: self.kept)
    @rule(face=FACES, data=st.data(), all=st.booleans())
    def delete(self, face: int, data: st.DataObject, all: bool) -> None:
        one = data.draw(st.sampled_from(self.kept))
        gone = [kept for kept in self.kept if kept.id == one.id] if all else [one]
        seen = [self.seen(face, kept) for kept in gone]
        events = self.raised(face, one.id)
        self.shop.run(self.shop.store.delete(SEVERAL[face], seen, self.scope, events))
        self.kept = [kept for kept in self.kept if kept not in gone]

    @rule(
        face=FACES, over=st.booleans(), names=st.tuples(NAMES, NAMES), memory=MEMORIES,
        places=st.lists(st.tuples(IDS, VERSIONS), unique=True, min_size=1),
    )  # fmt: skip
    def load(
        self, face: int, over: bool, names: Values, memory: bytes | None,
        places: list[tuple[str, str]],
    ) -> None:  # fmt: skip
        loaded = [Kept(id, version, names, memory) for id, version in places]
        drafts = [self.drafted(face, kept) for kept in loaded]
        work = self.shop.store.load(SEVERAL[face], drafts, self.scope, replace=over)
        if not over and any(self.place(*place) is not None for place in places):
            with pytest.raises(Duplicate):
                self.shop.run(work)
            return
        assert self.shop.run(work) == len(loaded)
        for kept in loaded:
            place = self.place(kept.id, kept.version)
            if place is None:
                self.kept.append(kept)
            else:
                self.kept[place] = kept

    # -- what is read

    @invariant()
    def each_face_shows_what_was_written(self) -> None:
        for face, own in enumerate(SEVERAL):
            everything = self.shop.find(scope=self.scope, collection=own)
            assert [told(record) for record in everything.records] == [
                (k.id, k.version, document(k, face), self.is_latest(k)) for k in self.kept
            ]
            self.revisions |= {(record.id, record.revision) for record in everything.records}
            for id in "ab":
                work = self.shop.store.versions(own, id, self.scope, twin=True)
                records = self.shop.run(work)
                ranked = sorted(
                    (k for k in self.kept if k.id == id),
                    key=lambda k: (rank(k.version), self.kept.index(k)), reverse=True,
                )  # fmt: skip
                assert [whole(record) for record in records] == [
                    (k.version, document(k, face), document(k, 1 - face), k.memory) for k in ranked
                ]

    @invariant()
    def each_face_is_found_and_ordered_by_its_own(self) -> None:
        for face, own in enumerate(SEVERAL):
            for where, holds in conditions():
                matching = [k for k in self.kept if holds(k.names[face])]
                for query in (Query(where), Query(where, offset=1, limit=2)):
                    found = self.shop.find(query, self.scope, own)
                    end = None if query.limit is None else query.offset + query.limit
                    wanted = [place(k) for k in matching[query.offset : end]]
                    assert [(r.id, r.version) for r in found.records] == wanted
                    assert found.total == len(matching)
            for path, down in ((NAME, False), (NAME, True), (NOTE, False), (NOTE, True)):
                ranked = in_order(self.kept, face, down=down)
                walked: list[tuple[str, str]] = []
                query = Query(sort=(SortKey(path, down, Kind.TEXT),), limit=2)
                while (page := self.shop.find(query, self.scope, own)).records:
                    walked += [(record.id, record.version) for record in page.records]
                    query = replace(query, cursor=Cursor(page.last or "", backwards=False))
                assert walked == [place(kept) for kept in ranked]

    def teardown(self) -> None:
        """Each event is told once, in the order of the changes."""
        log = self.shop.log(self.before)
        assert [(event.collection, event.id, event.body) for event in log] == self.told

    def is_latest(self, kept: Kept) -> bool:
        versions = [k for k in self.kept if k.id == kept.id]
        return kept == max(versions, key=lambda k: (rank(k.version), self.kept.index(k)))


def document(kept: Kept, face: int) -> dict[str, str]:
    """A face: its name stands in a column, and where no index is."""
    name = kept.names[face]
    named = {} if name is None else {"name": name, "note": name}
    return {"id": kept.id, **named}


def place(kept: Kept) -> tuple[str, str]:
    return kept.id, kept.version


def in_order(kept: list[Kept], face: int, *, down: bool) -> list[Kept]:
    """Records by their names, no name as the smallest; of equal ones as they were made."""
    sign = -1 if down else 1
    return sorted(kept, key=lambda k: sign * ord(k.names[face] or "\0"))


def told(record: Record) -> tuple[str, str, dict[str, str], bool]:
    return record.id, record.version, orjson.loads(record.body), record.latest


def whole(record: Record) -> tuple[str, dict[str, str], dict[str, str], bytes | None]:
    assert record.twin is not None
    return (
        record.version, orjson.loads(record.body), orjson.loads(record.twin), record.memory
    )  # fmt: skip


def conditions() -> list[tuple[Predicate, Holds]]:
    """Conditions, and what they say of a name."""
    found: list[tuple[Predicate, Holds]] = []
    for path in (NAME, NOTE):
        equal = Comparison(path, Operator.EQ, ("x",), Kind.TEXT)
        found += [(equal, lambda name: name == "x"), (Not(equal), lambda name: name != "x")]
    found.append((Present(NOTE), lambda name: name is not None))
    return found


@pytest.mark.parametrize("kind", RUNS)
def test_both_faces_agree_with_dictionaries(kind: str, tmp_path: Path, mongo_url: str) -> None:
    def make() -> Store:
        if kind == "SQLite":
            return SqliteStore(tmp_path / "store.db")
        return MongoStore(mongo_url, patience=20.0)

    with asyncio.Runner() as runner:
        shop = Driver(make, runner)
        shop.reopen(SEVERAL)
        runs = count()
        try:
            run_state_machine_as_test(  # type: ignore[no-untyped-call]
                lambda: Faces(shop, Scope(tenant=f"run{next(runs)}")),
                settings=settings(max_examples=RUNS[kind], stateful_step_count=15, deadline=None),
            )
        finally:
            shop.run(shop.store.close())
