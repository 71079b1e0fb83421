"""Bodies of the greatest size are kept, whatever their shape, with all that waits beside them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random
from string import ascii_letters, digits
from typing import Any
from uuid import uuid4

import orjson
import pytest
from pymongo import MongoClient

from persistence.errors import Duplicate, Stale, Unavailable
from persistence.mongo import beside, writes
from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from persistence.store import Draft, Event, Once
from tests.persistence.driver import EVERYONE, THINGS, VERSIONED, Driver, draft, one
from tests.persistence.large_bodies import ROOMY, life
from tests.persistence.mongo_server import GIVEN, MongoServer, database_url, need_server
from tests.persistence.relay import Document, relayed
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
    monkeypatch.setattr(writes, "ONCE_LIFETIME", -(10**9))
    monkeypatch.setattr("persistence.mongo.sweep.ONCE_LIFETIME", -(10**9))
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
    monkeypatch.setattr("persistence.mongo.events._BULKY", 2)
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
