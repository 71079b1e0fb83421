"""Totals are remembered while nothing is written, and never a moment longer.

Answers tell their time as MongoDB's documentation of `operationTime` says (docs: "Database
Commands", response): with read concern majority that of the latest entry the majority has.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from persistence.mongo import totals
from persistence.mongo.store import MongoStore
from persistence.store import Event, Scope
from tests.persistence.driver import EVERYONE, OTHERS, THINGS, Driver, draft, one
from tests.persistence.mongo_server import MongoServer, database_url, need_server
from tests.persistence.relay import Document, Relay
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Predicate, Query

RED: Predicate = Comparison(one("color"), Operator.EQ, ("red",), Kind.TEXT)
ONE: Predicate = Comparison(one("x"), Operator.EQ, (1,), Kind.ANY)
TRUE: Predicate = Comparison(one("x"), Operator.EQ, (True,), Kind.ANY)
FULL = Query(limit=2)


def is_page(command: Document) -> bool:
    return "aggregate" in command and not is_count(command)


def is_count(command: Document) -> bool:
    """A count is sent as a pipeline that ends in a group (specification of CRUD)."""
    return "aggregate" in command and "$group" in command["pipeline"][-1]


class Wire:
    """Counts the counts of a list; a reply may be changed, or something may happen before it."""

    def __init__(self) -> None:
        self.counts: list[Document] = []
        self.replies: list[Document] = []
        self.change: Callable[[Document], Any] = lambda reply: None
        self.before_page: Callable[[], Awaitable[Any]] | None = None

    async def __call__(self, command: Document, reply: Document) -> Document:
        self.change(reply)
        if is_count(command):
            self.counts.append(command)
        if is_page(command):
            self.replies.append(reply)
            if (happens := self.before_page) is not None:
                self.before_page = None
                await happens()
        return reply

    def counted(self, work: Callable[[], Any]) -> tuple[int, Any]:
        """How many times a piece of work had something counted, and what it gave."""
        self.counts.clear()
        self.replies.clear()
        given = work()
        return len(self.counts), given


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "SETTLED", 0)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def shop(mongo_url: str, wire: Wire) -> Iterator[Driver]:
    with over(mongo_url, wire) as shop:
        yield shop


@contextmanager
def over(url: str, wire: Wire) -> Iterator[Driver]:
    relay = Relay(url, wire)
    relay.start()
    with asyncio.Runner() as runner:
        shop = Driver(lambda: MongoStore(relay.url, patience=20.0), runner)
        for number in range(6):
            shop.create(draft(f"{number}", color="red" if number % 2 else "blue"))
        yield shop
        wire.change = lambda reply: None
        shop.run(shop.store.close())
    relay.stop()


def test_a_total_is_counted_once_while_nothing_is_written(shop: Driver, wire: Wire) -> None:
    assert wire.counted(lambda: shop.find(FULL).total) == (1, 6)
    assert wire.counted(lambda: shop.find(FULL).total) == (0, 6)
    assert wire.counted(lambda: shop.find(Query(limit=2, offset=2)).total) == (0, 6)
    assert wire.counted(lambda: shop.find(Query(RED, limit=2)).total) == (1, 3)
    assert wire.counted(lambda: shop.find(Query(RED, limit=1)).total) == (0, 3)
    assert wire.counted(lambda: shop.find(FULL).total) == (0, 6)


def test_it_is_counted_at_no_earlier_moment_than_the_page(shop: Driver, wire: Wire) -> None:
    wire.counted(lambda: shop.find(FULL))
    (count,), (page,) = wire.counts, wire.replies
    concern = count["readConcern"]
    assert concern == {"level": "majority", "afterClusterTime": page["operationTime"]}


WRITES: dict[str, tuple[Callable[[Driver], Any], int]] = {
    "create": (lambda shop: shop.create(draft("new")), 7),
    "replace": (lambda shop: shop.replace(shop.get("1"), draft("1", color="blue")), 6),
    "delete": (lambda shop: shop.delete(shop.get("1")), 5),
    "load": (lambda shop: shop.load(draft("new"), draft("more")), 8),
    "another collection": (lambda shop: shop.create(draft("new"), collection=OTHERS), 6),
}


@pytest.mark.parametrize("name", WRITES)
def test_it_is_counted_anew_after_a_write(name: str, shop: Driver, wire: Wire) -> None:
    write, total = WRITES[name]
    red = Query(RED, limit=1)
    shop.find(FULL), shop.find(red)
    write(shop)
    assert wire.counted(lambda: shop.find(FULL).total) == (1, total)
    expected = 2 if name in ("replace", "delete") else 3
    assert wire.counted(lambda: shop.find(red).total) == (1, expected)
    assert wire.counted(lambda: shop.find(red).total) == (0, expected)


def test_writes_of_others_are_noticed(mongo_url: str, shop: Driver, wire: Wire) -> None:
    async def written() -> None:
        store = MongoStore(mongo_url, patience=20.0)
        await store.open([THINGS])
        await store.create(THINGS, draft("new"), EVERYONE, [Event("E", b"{}")])
        await store.close()

    shop.find(FULL)
    shop.run(written())
    assert wire.counted(lambda: shop.find(FULL).total) == (1, 7)


def test_a_total_of_two_moments_is_not_remembered(mongo_url: str, shop: Driver, wire: Wire) -> None:
    """Between the page and the count another process writes."""

    async def written() -> None:
        store = MongoStore(mongo_url, patience=20.0)
        await store.open([THINGS])
        await store.create(THINGS, draft("new"), EVERYONE)
        await store.close()

    wire.before_page = written
    assert wire.counted(lambda: shop.find(FULL).total) == (1, 7)
    assert wire.counted(lambda: shop.find(FULL).total) == (1, 7)
    assert wire.counted(lambda: shop.find(FULL).total) == (0, 7)


def test_it_is_remembered_when_the_last_write_is_a_while_ago(
    shop: Driver, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server may tell the time of a change a moment before it shows it."""
    monkeypatch.setattr(totals, "SETTLED", 0.3)
    for _ in range(2):
        assert wire.counted(lambda: shop.find(FULL).total) == (1, 6)
    shop.run(asyncio.sleep(0.4))
    # A slow machine may need another look until what was counted is old enough to be kept.
    looks = [wire.counted(lambda: shop.find(FULL).total) for _ in range(10)]
    assert looks[0] == (1, 6)
    assert looks[-1] == (0, 6)


def test_what_is_alike_to_python_is_told_apart(shop: Driver, wire: Wire) -> None:
    shop.load(draft("a", x=1), draft("b", x=1), draft("c", x=True))
    assert shop.find(Query(ONE, limit=1)).total == 2
    assert shop.find(Query(TRUE, limit=1)).total == 1


def test_scopes_are_told_apart(shop: Driver) -> None:
    shop.create(draft("a"), scope=Scope(parent="p"))
    shop.create(draft("b"), scope=Scope(parent="p"))
    assert shop.find(FULL).total == 6
    assert shop.find(Query(limit=1), Scope(parent="p")).total == 2
    assert shop.find(Query(limit=1), Scope(where=RED)).total == 3


def without(name: str) -> Callable[[Document], Any]:
    return lambda reply: reply.pop(name, None)


@pytest.mark.parametrize("name", ["operationTime", "$clusterTime"])
def test_a_server_that_tells_no_time_counts_each_time(name: str, shop: Driver, wire: Wire) -> None:
    """Hosted servers of the same protocol tell times by the second, and none of a cluster."""
    wire.change = without(name)
    shop.run(shop.store.close())
    shop.open()
    for _ in range(2):
        assert wire.counted(lambda: shop.find(FULL).total) == (1, 6)


def test_a_cluster_of_shards_counts_each_time(shop: Driver, wire: Wire) -> None:
    """docs: `hello`, of a mongos. Each shard has a time of its own."""

    def mongos(reply: Document) -> None:
        if "setName" in reply:
            for name in ("setName", "setVersion", "hosts", "primary", "me"):
                reply.pop(name, None)
            reply["msg"] = "isdbgrid"

    shop.run(shop.store.close())
    wire.change = mongos
    shop.open()
    for _ in range(2):
        assert wire.counted(lambda: shop.find(FULL).total) == (1, 6)


def test_a_server_alone_counts_each_time(tmp_path: Path, wire: Wire) -> None:
    need_server()
    server = MongoServer(tmp_path, "--standalone")
    server.start()
    try:
        with over(database_url(server.url, "tmf"), wire) as shop:
            for _ in range(2):
                assert wire.counted(lambda: shop.find(FULL).total) == (1, 6)
    finally:
        server.stop()
