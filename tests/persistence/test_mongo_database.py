"""The database: what stands in it, which URLs are refused, what left-overs become."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from pymongo import MongoClient

from persistence.errors import Missing, StoreError, Unusable
from persistence.mongo import events as relay
from persistence.mongo import loading, patience, several
from persistence.mongo.connection import connect
from persistence.mongo.store import MongoStore
from persistence.opening import open_store
from persistence.store import Collection, Column, Draft, Event, Once, Scope
from tests.persistence.driver import THINGS, VERSIONED, Driver, draft, one
from tests.persistence.mongo_server import MongoServer, need_server, shared_server
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Present, Query, SortKey

MADE = Event("ThingCreateEvent", b"{}")
RECORDS = "records.test.v1.thing"


@pytest.fixture
def shop(mongo_url: str) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        shop = Driver(lambda: MongoStore(mongo_url, patience=20.0), runner)
        yield shop
        shop.run(shop.store.close())


@pytest.fixture
def database(mongo_url: str) -> Iterator[Any]:
    with MongoClient(mongo_url) as client:
        yield client.get_default_database()


def keys_within(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from keys_within(below)
    elif isinstance(value, list):
        for below in value:
            yield from keys_within(below)


class TestNames:
    """Names that mean something to MongoDB stay names."""

    ODD = ("$where", "$gt", "a.b", "$", "", "0", "%24", "_id", "x\ty", "größe", "$expr", "o", "p")

    @pytest.mark.parametrize("name", ODD)
    def test_an_odd_name_is_kept_and_found(self, name: str, shop: Driver) -> None:
        document = {"id": "a", name: [{name: {"$gt": ""}}, {name: 5}], "b": {"$where": "1"}}
        body = orjson.dumps(document)
        shop.create(Draft("a", document, body))
        shop.create(draft("b"))
        assert shop.get("a").body == body
        inner = Comparison(one(name, name), Operator.EQ, (5,), Kind.ANY)
        assert shop.ids(Query(inner)) == ["a"]
        assert shop.ids(Query(Present(one(name)))) == ["a"]
        assert shop.ids(Query(sort=(SortKey(one(name, name), True, Kind.ANY),))) == ["a", "b"]

    def test_no_name_of_a_client_is_a_name_in_the_database(
        self, shop: Driver, database: Any
    ) -> None:
        document = {"id": "a", **{name: {name: 1} for name in self.ODD}}
        shop.create(Draft("a", document, orjson.dumps(document)))
        (stored,) = database[RECORDS].find({})
        assert not any(key[:1] == "$" or "." in key or "\0" in key for key in keys_within(stored))

    @pytest.mark.parametrize("value", ["$where", "$name", "{$gt: ''}", "function() {return true}"])
    def test_a_value_is_never_an_operator(self, value: str, shop: Driver) -> None:
        shop.load(draft("a", name=value), draft("b", name="other"), draft(value))
        for operator in (Operator.EQ, Operator.GTE):
            for path in (one("name"), one("unknown"), one("id")):
                found = shop.ids(Query(Comparison(path, operator, (value,), Kind.TEXT)))
                assert "b" not in found or operator is Operator.GTE
        assert shop.get(value).id == value
        with pytest.raises(Missing):
            shop.get("$ne")


class TestUrls:
    """What is no use is refused at once, in one line that says why."""

    @pytest.mark.parametrize(
        ("url", "why"),
        [
            ("mongodb://", "mongodb://"),
            ("mongodb://127.0.0.1:1/tmf?serverSelectionTimeoutMS=300", "no server answers"),
            ("mongodb://127.0.0.1:99999/tmf", "[Pp]ort"),
            ("mongodb://u:se%cret@h/tmf", "mongodb://u:.*@h"),
            ("mongodb://127.0.0.1:1/tmf?w=nonsense&tls=perhaps", "tls"),
        ],
    )
    def test_a_wrong_one_is_refused(self, url: str, why: str) -> None:
        async def opened() -> None:
            store = open_store(url)
            await store.open([THINGS])

        with pytest.raises(Unusable, match=why) as refusal:
            asyncio.run(opened())
        assert "\n" not in str(refusal.value)
        assert "cret" not in str(refusal.value)

    @pytest.mark.parametrize(("path", "name"), [("", "tmf"), ("/", "tmf"), ("/other", "other")])
    def test_without_a_database_it_is_tmf(self, path: str, name: str) -> None:
        url = urlsplit(shared_server())._replace(path=path).geturl()

        async def named() -> str:
            connection = await connect(url, 5)
            await connection.close()
            return connection.database.name

        assert asyncio.run(named()) == name

    @pytest.mark.parametrize("user", ["user:wrong@", ""])
    def test_bad_credentials_are_refused(self, user: str, tmp_path: Path) -> None:
        need_server()
        server = MongoServer(tmp_path, "--auth")
        server.start()
        try:
            with pytest.raises(Unusable, match=r"the server refuses: .*authentication") as refusal:
                asyncio.run(MongoStore(f"mongodb://{user}127.0.0.1:{server.port}").open([]))
        finally:
            server.stop()
        assert "wrong" not in str(refusal.value)

    def test_a_later_layout_is_refused(self, mongo_url: str, database: Any) -> None:
        database["tmf.catalogue"].insert_one({"_id": "layout", "layout": 99})
        with pytest.raises(Unusable, match="layout 99"):
            asyncio.run(MongoStore(mongo_url).open([THINGS]))

    def test_an_old_server_is_refused(
        self, mongo_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("persistence.mongo.connection.OLDEST", (99, 0))
        with pytest.raises(Unusable, match=r"MongoDB 99\.0 or later is needed"):
            asyncio.run(MongoStore(mongo_url).open([THINGS]))


class TestChangedSpecifications:
    """Another mirror is made beside the running service, and used when it is whole."""

    def test_a_new_column_is_filled(self, shop: Driver, database: Any) -> None:
        before = [shop.create(draft(f"{n}", color=c)).record for n, c in enumerate("rgb")]
        color = Column(one("color"), Kind.TEXT, True)
        shop.run(shop.store.close())
        shop.open([replace(THINGS, columns=(*THINGS.columns, color))])
        red = Query(Comparison(one("color"), Operator.EQ, ("r",), Kind.TEXT))
        assert shop.ids(red) == ["0"]
        shop.together(shop.store._open.preparation.finished())  # type: ignore[attr-defined]
        assert shop.ids(red) == ["0"]
        assert [row["c"]["color:t"] for row in database[RECORDS].find({})] == list("rgb")
        assert shop.find().records == before
        names = database[RECORDS].index_information()
        assert any(name.startswith("c.color:t+~") for name in names)


class TestLeftOvers:
    """What a process that died left behind is finished or undone."""

    def settle(self, shop: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("persistence.mongo.sweep.ABANDONED", -(10**9))
        shop.store._swept = -1e9  # type: ignore[attr-defined]
        shop.run(shop.store.settle())

    def test_a_removal_that_was_not_decided_is_undone(
        self, shop: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for version in "12":
            shop.create(draft("a", version), collection=VERSIONED)
        seen = shop.versions("a")

        monkeypatch.setattr(several, "tombstone", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            shop.delete(*seen, collection=VERSIONED)
        monkeypatch.undo()
        self.settle(shop, monkeypatch)
        assert len(shop.versions("a")) == 2
        shop.delete(*shop.versions("a"), collection=VERSIONED)
        assert shop.versions("a") == []

    def test_a_removal_that_was_decided_is_finished(
        self, shop: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for version in "123":
            shop.create(draft("a", version), collection=VERSIONED)
        seen = shop.versions("a")

        async def dies(*_: Any, **__: Any) -> None:
            raise RuntimeError("killed")

        monkeypatch.setattr(several, "follow", dies)
        with pytest.raises(RuntimeError):
            shop.delete(*seen, collection=VERSIONED, events=[MADE])
        monkeypatch.undo()
        self.settle(shop, monkeypatch)
        assert shop.versions("a") == []
        assert len(shop.events()) == 1

    @pytest.mark.parametrize(("step", "kept"), [("_put_in", 0), ("show", 3)])
    def test_a_load_is_kept_whole_or_not_at_all(
        self, step: str, kept: int, shop: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put_in, discard = loading._put_in, loading.discard

        async def dies(*arguments: Any, **options: Any) -> None:
            if step == "_put_in":
                await put_in(*arguments, **options)
            raise RuntimeError("killed")

        async def nothing(*_: Any) -> None:
            pass

        monkeypatch.setattr(loading, step, dies)
        monkeypatch.setattr(loading, "discard", nothing)
        monkeypatch.setattr(loading, "RESTS", -(10**9))
        with pytest.raises(RuntimeError):
            shop.load(*(draft(f"{n}") for n in range(3)))
        assert shop.find().total == 0
        monkeypatch.undo()
        assert loading.discard is discard
        self.settle(shop, monkeypatch)
        assert shop.find().total == kept
        shop.load(*(draft(f"{n}") for n in range(3)), replace=True)
        assert shop.find().total == 3

    def test_nothing_of_a_deleted_record_stays(self, shop: Driver, database: Any) -> None:
        shop.delete(shop.create(draft("a"), events=[MADE]).record, events=[MADE])
        assert len(shop.events()) == 2
        assert list(database[RECORDS].find({})) == []

    def test_a_key_is_forgotten_after_its_day(
        self, shop: Driver, database: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        once = Once("key", "digest")
        shop.delete(shop.create(draft("a"), once=once).record)
        assert shop.create(draft("b"), once=once).replayed
        monkeypatch.setattr("persistence.mongo.once.LIFETIME", -(10**9))
        assert not shop.create(draft("b"), once=Once("key", "other")).replayed
        monkeypatch.setattr("persistence.mongo.sweep.LIFETIME", -(10**9))
        self.settle(shop, monkeypatch)
        self.settle(shop, monkeypatch)
        assert [row["resource"] for row in database[RECORDS].find({})] == ["b"]
        assert database[RECORDS].count_documents({"once": {"$exists": True}}) == 0

    def test_an_event_that_was_logged_but_not_cleared_is_not_logged_again(
        self, shop: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.create(draft("a"), events=[MADE])

        async def dies(*_: Any) -> None:
            raise RuntimeError("killed")

        monkeypatch.setattr("persistence.mongo.events._clear", dies)
        with pytest.raises(RuntimeError):
            shop.run(shop.store.settle())
        monkeypatch.undo()
        assert len(shop.events()) == 1


def test_a_closed_store_says_so(shop: Driver) -> None:
    shop.run(shop.store.close())
    for work in (shop.store.settle(), shop.store.last_event(), shop.store.ping()):
        with pytest.raises(StoreError, match="not open"):
            shop.run(work)
    shop.open()


def test_long_and_strange_collection_names_are_told_apart(shop: Driver) -> None:
    kinds = [Collection(f"/{'x' * 300}/{n}") for n in range(2)] + [Collection("/$a/b.c%/\0")]
    shop.run(shop.store.close())
    shop.open(kinds)
    for number, kind in enumerate(kinds):
        shop.create(draft(f"{number}"), collection=kind)
    assert [shop.ids(collection=kind) for kind in kinds] == [["0"], ["1"], ["2"]]
    assert shop.find(Query(), Scope(), kinds[0]).total == 1


class TestRelay:
    """Events that wait beside their records are moved in rounds."""

    @pytest.fixture(autouse=True)
    def _small_rounds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("persistence.mongo.events.ROUND", 3)

    def test_all_that_waits_is_moved(self, shop: Driver) -> None:
        for number in range(8):
            shop.create(draft(str(number)), events=[MADE])
        assert shop.run(shop.store.settle()) == 8
        assert [event.id for event in shop.log()] == list("01234567")
        assert shop.run(shop.store.settle()) == 0

    def test_it_ends_however_much_comes(
        self, shop: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clear, come = relay._clear, iter(range(100))

        async def clear_while_others_write(*arguments: Any) -> None:
            await clear(*arguments)
            for _ in range(3):
                new = draft(f"late-{next(come)}")
                await shop.store.create(THINGS, new, Scope(), [MADE])

        for number in range(4):
            shop.create(draft(str(number)), events=[MADE])
        monkeypatch.setattr(relay, "_clear", clear_while_others_write)
        assert 4 <= shop.run(shop.store.settle()) <= 7
        monkeypatch.undo()
        shop.run(shop.store.settle())
        assert {event.id for event in shop.log()} >= {*"0123", "late-0", "late-5"}

    def test_the_log_is_read_on_behind_forgotten_events(self, shop: Driver) -> None:
        for number in range(9):
            shop.create(draft(str(number)), events=[MADE])
        log = shop.log()
        shop.run(shop.store.forget_events(log[6].raised, {}))
        for after in (0, 3, log[5].sequence):
            assert [event.id for event in shop.run(shop.store.events(after, 2))] == ["6", "7"]


@pytest.mark.parametrize("write", ["create", "replace", "delete"])
def test_a_write_has_what_the_read_before_it_left(
    write: str, shop: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two waits of two seconds each, a client would have to bear both."""
    shop.create(draft("a"))
    seen = shop.get("a")
    lane = shop.store._open.lane  # type: ignore[attr-defined]
    run, given = lane.run, []

    def noted(work: Any, seconds: float) -> Any:
        given.append(seconds)
        return run(work, seconds)

    monkeypatch.setattr(lane, "run", noted)
    monkeypatch.setattr(patience.Patience, "left", lambda _: 1.25)
    {
        "create": lambda: shop.create(draft("b")),
        "replace": lambda: shop.replace(seen, draft("a", name="n")),
        "delete": lambda: shop.delete(seen),
    }[write]()
    assert given == [pytest.approx(1.25, abs=0.05)]
