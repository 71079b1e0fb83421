"""Bodies of the greatest size are kept, whatever their shape, with all that waits beside them."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from string import ascii_letters, digits
from typing import Any
from uuid import uuid4

import orjson
import pytest
from pymongo import MongoClient

from persistence.copying import copy
from persistence.errors import Duplicate, Stale, Unavailable
from persistence.mongo import beside
from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from persistence.store import Collection, Draft, Event, Facet, Once
from tests.persistence.driver import EVERYONE, THINGS, VERSIONED, Driver, draft, one
from tests.persistence.large_bodies import ROOMY, life
from tests.persistence.mongo_server import GIVEN, MongoServer, database_url, need_server
from tests.persistence.relay import Document, relayed
from tests.persistence.twin_store import TwinStore
from tests.persistence.twins import ALL, NEW, OLD, seen
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Query

RECORDS = "records.test.v1.thing"
#: What compresses badly, as long as a body may be; and enough of it to stand beside a record.
LONGEST = "".join(Random(1).choices(ascii_letters + digits, k=4_000_000))
BULK = LONGEST[:50_000]
ONCE = Once("key", "digest")
#: Some of the shapes; the proof `mongodb_shapes` takes two hundred.
SHAPES = (1, 4, 8)


@pytest.fixture(scope="module")
def roomy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server with room for large bodies: it keeps all in memory."""
    if GIVEN:
        yield GIVEN
        return
    need_server()
    server = MongoServer(tmp_path_factory.mktemp("roomy"), *ROOMY)
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def mongo_url(roomy: str) -> Iterator[str]:
    name = f"test-{uuid4().hex[:12]}"
    yield database_url(roomy, name)
    with MongoClient(roomy) as client:
        client.drop_database(name)


@pytest.fixture
def shop(mongo_url: str) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        shop = Driver(lambda: MongoStore(mongo_url, patience=60.0, deadline=60.0), runner)
        yield shop
        shop.run(shop.store.close())


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Driver]:
    """The same on SQLite."""
    with asyncio.Runner() as runner:
        shop = Driver(lambda: SqliteStore(tmp_path / "t.db"), runner)
        yield shop
        shop.run(shop.store.close())


@pytest.fixture
def database(mongo_url: str) -> Iterator[Any]:
    with MongoClient(mongo_url) as client:
        yield client.get_default_database()


def bulky(id: str, **attributes: Any) -> Draft:
    return draft(id, note=BULK, **attributes)


def told(type: str, body: bytes | str = BULK) -> Event:
    return Event(type, body.encode() if isinstance(body, str) else body)


def settled(shop: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a sweep that takes all that stands beside for old."""
    monkeypatch.setattr(beside, "UNNAMED", -(10**9))
    shop.store._swept = -1e9  # type: ignore[attr-defined]
    shop.run(shop.store.settle())


@pytest.mark.parametrize("number", SHAPES)
def test_both_stores_answer_alike(number: int, shop: Driver, plain: Driver) -> None:
    assert life(shop, number)[0] == life(plain, number)[0]


def test_events_wait_one_upon_the_other(shop: Driver, database: Any) -> None:
    made = draft("a", note=LONGEST)
    shop.create(made, events=[told("0", LONGEST)], once=ONCE)
    for number in range(1, 4):
        changed = draft("a", note=LONGEST, n=number)
        shop.replace(shop.get("a"), changed, events=[told(f"{number}", LONGEST)])
    assert database["tmf.beside"].count_documents({}) == 5
    assert shop.events() == [(f"{number}", "a", LONGEST.encode()) for number in range(4)]
    assert database["tmf.beside"].count_documents({}) == 1
    assert shop.create(draft("b"), once=ONCE).record.body == made.body


def test_small_ones_stand_in_the_record(shop: Driver, database: Any) -> None:
    shop.create(draft("a", note=BULK[:9_000]), events=[told("E", BULK[:9_000])], once=ONCE)
    assert "tmf.beside" not in database.list_collection_names()
    assert len(shop.events()) == 1
    assert shop.create(draft("b"), once=ONCE).replayed


@pytest.mark.parametrize("name", ["note", "description"])
def test_a_long_text_has_a_copy(name: str, shop: Driver) -> None:
    """Also one whose commas look like values."""
    for id, text in (("a", LONGEST), ("b", "a, b, c, " * 430_000)):
        shop.create(draft(id, **{name: text, "mark": id}), events=[told("E")])
        by_mark = Query(Comparison(one("mark"), Operator.EQ, (id,), Kind.TEXT))
        by_text = Query(Comparison(one(name), Operator.EQ, (text,), Kind.TEXT))
        assert shop.ids(by_mark) == shop.ids(by_text) == [id]


@pytest.mark.parametrize("write", ["delete", "delete of several", "load"])
def test_each_write_keeps_bulky_events(write: str, shop: Driver, database: Any) -> None:
    event = told("E")
    if write == "load":
        raising = lambda made, later: [event]  # noqa: E731
        shop.run(shop.store.load(THINGS, [draft("a"), draft("b")], EVERYONE, raising=raising))
        assert shop.events() == [("E", id, event.body) for id in "ab"]
    else:
        shop.create(draft("a", "1"), collection=VERSIONED)
        if write == "delete of several":
            shop.create(draft("a", "2"), collection=VERSIONED)
        shop.delete(*shop.versions("a"), events=[event], collection=VERSIONED)
        assert shop.events() == [("E", "a", event.body)]
    assert database["tmf.beside"].count_documents({}) == 0


def test_a_refused_write_leaves_nothing(shop: Driver, database: Any) -> None:
    old = shop.create(draft("a")).record
    shop.create(draft("b"), once=ONCE)
    shop.replace(old, draft("a", name="n"))
    for refused in (
        lambda: shop.replace(old, bulky("a"), events=[told("E")]),
        lambda: shop.delete(old, events=[told("E")]),
    ):
        with pytest.raises(Stale):
            refused()
    with pytest.raises(Duplicate):
        shop.create(bulky("a"), events=[told("E")])
    assert shop.create(bulky("c"), events=[told("E")], once=ONCE).replayed
    assert database["tmf.beside"].count_documents({}) == 0
    assert shop.events() == []


def test_what_a_process_that_died_left_is_removed(
    shop: Driver, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: Any) -> None:
        raise RuntimeError("killed")

    shop.create(bulky("a"), events=[told("E")], once=ONCE)
    with monkeypatch.context() as patched:
        patched.setattr("pymongo.asynchronous.collection.AsyncCollection.insert_one", dies)
        with pytest.raises(RuntimeError):
            shop.create(bulky("b"), events=[told("E")])
    assert database["tmf.beside"].count_documents({}) == 3
    # What a record names stays, however old it is.
    settled(shop, monkeypatch)
    assert database["tmf.beside"].count_documents({}) == 1
    assert shop.events() == [("E", "a", BULK.encode())]
    settled(shop, monkeypatch)
    assert shop.create(draft("c"), once=ONCE).record.body == bulky("a").body
    monkeypatch.setattr("persistence.mongo.once.LIFETIME", -(10**9))
    monkeypatch.setattr("persistence.mongo.sweep.LIFETIME", -(10**9))
    for _ in range(2):
        settled(shop, monkeypatch)
    assert database["tmf.beside"].count_documents({}) == 0


def test_an_event_that_waits_is_not_swept_away(
    shop: Driver, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody moved it for longer than anything may stand beside unnamed."""
    shop.create(bulky("a"), events=[told("E")])
    monkeypatch.setattr(beside, "UNNAMED", -(10**9))
    connection = shop.store._open.connection  # type: ignore[attr-defined]
    shop.run(beside.tidy(connection.database, 2 * 10**15))
    assert database["tmf.beside"].count_documents({}) == 1
    assert shop.events() == [("E", "a", BULK.encode())]


def test_of_two_relays_each_event_is_logged_once(
    mongo_url: str, shop: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one finds the body gone, because the first has logged the event."""
    other = MongoStore(mongo_url, patience=60.0)
    for number in range(3):
        shop.create(draft(f"{number}"), events=[told(f"{number}")])
    bodies, asked = beside.bodies, []

    async def first_another(database: Any, parts: Any) -> Any:
        asked.append(parts)
        if len(asked) == 1:
            await other.open([THINGS])
            assert await other.settle() == 3
            await other.close()
        return await bodies(database, parts)

    monkeypatch.setattr(beside, "bodies", first_another)
    assert shop.run(shop.store.settle()) == 0
    assert shop.events() == [(f"{n}", f"{n}", BULK.encode()) for n in range(3)]


def test_one_event_whose_body_is_gone_keeps_no_other(
    shop: Driver, database: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        shop.create(draft(f"{number}"), events=[told(f"{number}")])
    (key,) = (row["_id"] for row in database[RECORDS].find({"resource": "1"}))
    database["tmf.beside"].delete_one({"key": key})
    assert [event.id for event in shop.log()] == ["0", "2"]
    assert "is not there" in caplog.text


def test_many_bulky_events_are_moved_some_at_a_time(
    shop: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.mongo.beside._BULKY", 2)
    for number in range(7):
        shop.create(draft(f"{number}"), events=[told(f"{number}", BULK)])
    shop.create(draft("small"), events=[told("small", "{}")])
    assert shop.run(shop.store.settle()) == 8
    assert [event.id for event in shop.log()] == [*"0123456", "small"]


def test_a_record_on_which_too_much_waits_is_tried_again_later(mongo_url: str) -> None:
    """docs: the server's error codes, 17419: "Resulting document after update is larger than
    16777216". The relay is about to make room.
    """
    full = {"index": 0, "code": 17419, "errmsg": "Resulting document after update is larger"}

    def answer(command: Document, reply: Document) -> Document:
        if str(command.get("update")).startswith("records."):
            return {"ok": 1.0, "n": 0, "nModified": 0, "writeErrors": [full]}
        return reply

    with relayed(mongo_url, answer) as url, asyncio.Runner() as runner:
        shop = Driver(lambda: MongoStore(url, patience=20.0), runner)
        seen = shop.create(draft("a")).record
        with pytest.raises(Unavailable):
            shop.replace(seen, draft("a", name="n"), events=[told("E")])
        shop.run(shop.store.close())


def test_more_mentions_than_there_is_room_for_are_left_out(
    shop: Driver, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.mongo.mirror._ROOM", 1_000)
    made = draft("a", party=[{"id": f"{n:04}"} for n in range(100)])
    assert shop.create(made)
    (row,) = database[RECORDS].find({})
    assert len(row["m"]) == 1_000 // (16 + len("party.id\x1f0000"))
    first = Query(Comparison((*one("party"), *one("id")), Operator.EQ, ("0000",), Kind.TEXT))
    assert shop.ids(first) == ["a"]
    assert orjson.loads(shop.get("a").body) == made.document


class TestTwoFaces:
    """Each of two faces may be as large as any; their bodies stand beside, if they have to."""

    #: What has neither room for its body beside its mirror, nor for its copy.
    LARGE = {"description": LONGEST, "name": "large"}
    #: What has, but for another of the kind.
    NOTED = {"note": LONGEST, "name": "large"}

    @pytest.mark.parametrize("number", SHAPES[1:2])
    def test_one_has_room_beside_the_other(
        self, number: int, mongo_url: str, plain: Driver
    ) -> None:
        store = TwinStore(MongoStore(mongo_url, patience=60.0, deadline=60.0), self.LARGE)
        with asyncio.Runner() as runner:
            shop = Driver(lambda: store, runner)  # type: ignore[arg-type,return-value]
            assert life(shop, number)[0] == life(plain, number)[0]
            runner.run(store.close())

    @pytest.mark.parametrize(
        ("face", "large"), [(OLD, NOTED), (NEW, LARGE)], ids=["not declared", "declared"]
    )
    def test_both_are_kept_and_found(
        self, large: Document, face: Collection, shop: Driver, database: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        shop.reopen(ALL)
        own, its = two("a", large, {**large, "name": "larger"})
        made = shop.create(twins(own, its), collection=face).record
        assert seen(shop, face, "a") == made
        assert (made.body, made.twin) == (own.body, its.body)
        assert database["tmf.beside"].count_documents({}) == 2
        settled(shop, monkeypatch)
        assert database["tmf.beside"].count_documents({}) == 2
        end = next(iter({"description", "note"} & large.keys()))
        ending = Comparison(one(end), Operator.REGEX, (f"{LONGEST[-30:]}$",), Kind.TEXT)
        for each, body in ((face, own.body), (twin_of(face), its.body)):
            (record,) = shop.find(Query(ending), collection=each).records
            assert record.body == body
            assert shop.get("a", collection=each).body == body
        small, other = two("a", {"name": "s"}, large)
        changed = shop.replace(made, twins(small, other), collection=face)
        assert seen(shop, face, "a") == changed
        settled(shop, monkeypatch)
        assert database["tmf.beside"].count_documents({}) == 1
        again = shop.replace(changed, twins(own, its), collection=face)
        assert seen(shop, face, "a") == again
        shop.delete(again, collection=face)
        settled(shop, monkeypatch)
        assert database["tmf.beside"].count_documents({}) == 0

    @pytest.mark.parametrize("face", [NEW], ids=["v5"])
    def test_they_are_loaded_remade_and_copied(
        self, face: Collection, shop: Driver, database: Any, tmp_path: Path
    ) -> None:
        shop.reopen(ALL)
        large, larger = two("a", self.LARGE, self.LARGE)
        small, other = two("a", {"name": "x"}, {"name": "y"})
        shop.create(twins(small, other), collection=face)
        for own, its in ((large, larger), (small, larger), (large, other)):
            shop.load(twins(own, its), replace=True, collection=face)
            record = seen(shop, face, "a")
            assert (record.body, record.twin) == (own.body, its.body)
        several = [twins(*two(id, self.LARGE, self.LARGE)) for id in "bc"]
        shop.load(*several, collection=face)
        more = [replace(each, columns=each.columns[1:]) for each in ALL[:2]]
        before = [seen(shop, face, id) for id in "abc"]
        shop.reopen(more)
        shop.run(shop.store._open.preparation.finished())  # type: ignore[attr-defined]
        assert [seen(shop, face, id) for id in "abc"] == before
        plain = SqliteStore(tmp_path / "plain.db")
        shop.run(plain.open(more))
        copied = shop.run(copy(shop.store, plain, more, lambda _: None))
        database.client.drop_database(database.name)
        shop.reopen(more)
        copied += shop.run(copy(plain, shop.store, more, lambda _: None))
        shop.run(plain.close())
        assert [each.source[0] for each in copied if each.equal] == [3, 3, 0, 3, 3, 0]
        assert [seen(shop, face, id) for id in "abc"] == before

    def test_a_page_ends_where_there_is_no_room(self, shop: Driver) -> None:
        shop.reopen(ALL)
        for id in "abc":
            shop.create(twins(*two(id, self.LARGE, self.LARGE)), collection=OLD)
        for room, ids in ((None, "abc"), (9_000_000, "ab"), (10, "a")):
            page = shop.find(Query(room=room), collection=NEW)
            assert [record.id for record in page.records] == list(ids)
            assert (page.total, page.more) == (3, len(ids) < 3)


def two(id: str, own: Document, its: Document) -> tuple[Draft, Draft]:
    return draft(id, **own), draft(id, **its)


def twins(own: Draft, its: Draft) -> Draft:
    return own._replace(twin=Facet(its.document, its.body))


def twin_of(face: Collection) -> Collection:
    return NEW if face is OLD else OLD
