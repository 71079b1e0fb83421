"""What a URL says, and what holds whatever it says."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from persistence.errors import Unusable
from persistence.mongo import connection
from persistence.mongo.connection import connect
from persistence.mongo.store import MongoStore
from persistence.store import Event
from tests.persistence.driver import Driver, draft
from tests.persistence.mongo_server import database_url
from tests.persistence.relay import Document, relayed
from tmf_apis.tmf630.query import Query


def with_options(url: str, options: str) -> str:
    parts = urlsplit(url)
    return parts._replace(query=f"{parts.query}&{options}".lstrip("&")).geturl()


def plain(url: str, netloc: str = "") -> str:
    """A URL without options, but with its user; of another server where one is named."""
    parts = urlsplit(url)
    user, at, own = parts.netloc.rpartition("@")
    query = "authSource=admin" if user else ""
    return parts._replace(netloc=f"{user}{at}{netloc or own}", query=query).geturl()


def options_of(url: str) -> Any:
    async def opened() -> Any:
        connected = await connect(url, 6)
        await connected.close()
        return connected._client.options, connected.width

    return asyncio.run(opened())


def test_what_a_url_says_goes_before(mongo_url: str) -> None:
    said = (
        "serverSelectionTimeoutMS=15000&maxPoolSize=7&socketTimeoutMS=120000"
        "&connectTimeoutMS=9000&appName=mine&heartbeatFrequencyMS=2000&maxConnecting=3"
    )
    options, width = options_of(with_options(plain(mongo_url), said))
    pool = options.pool_options
    assert options.server_selection_timeout == 15
    assert (pool.max_pool_size, width) == (7, 5)
    assert (pool.socket_timeout, pool.connect_timeout) == (120, 9)
    assert (pool.appname, pool.max_connecting) == ("mine", 3)


def test_what_a_url_does_not_say_is_ours(mongo_url: str) -> None:
    options, width = options_of(plain(mongo_url))
    pool = options.pool_options
    assert options.server_selection_timeout == 1.2
    assert (pool.max_pool_size, width) == (52, 50)
    assert (pool.socket_timeout, pool.connect_timeout) == (6, 3)
    assert (pool.appname, pool.max_connecting) == ("tmf-apis", 10)
    assert pool.wait_queue_timeout is None


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("mongodb://h", "mongodb://h/test"),
        ("mongodb://a,b/?replicaSet=rs", "mongodb://a,b/test?replicaSet=rs"),
        ("mongodb://u:p%40@h:1/x?tls=true", "mongodb://u:p%40@h:1/test?tls=true&authSource=admin"),
        ("mongodb://u:p@h/x?authSource=y", "mongodb://u:p@h/test?authSource=y"),
    ],
)
def test_tests_run_on_a_url_with_user_and_options(server: str, expected: str) -> None:
    assert database_url(server, "test") == expected


class Commands:
    """A wire that notes what is sent over it."""

    def __init__(self) -> None:
        self.sent: list[Document] = []

    def __call__(self, command: Document, reply: Document) -> Document:
        self.sent.append(command)
        return reply

    def named(self, *names: str) -> list[Document]:
        return [command for command in self.sent if next(iter(command)) in names]


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
def shop(mongo_url: str, commands: Commands) -> Iterator[Driver]:
    options = "readPreference=secondaryPreferred&w=1&readConcernLevel=local"
    with relayed(with_options(mongo_url, options), commands) as url, asyncio.Runner() as runner:
        shop = Driver(lambda: MongoStore(url, patience=20.0), runner)
        yield shop
        shop.run(shop.store.close())


def test_reads_are_of_the_primary_and_of_what_stays(shop: Driver, commands: Commands) -> None:
    seen = shop.create(draft("a"), events=[Event("E", b"{}")]).record
    commands.sent.clear()
    shop.get("a")
    shop.find(Query(limit=1))
    shop.replace(seen, draft("a", name="n"))
    shop.log()
    reads = commands.named("find", "aggregate", "count")
    assert len(reads) >= 5
    for read in reads:
        # The driver prefers the primary of a server that was named directly.
        assert read["$readPreference"]["mode"] in ("primary", "primaryPreferred")
        assert read["readConcern"]["level"] == "majority", read


def test_writes_are_durable_whatever_the_url_says(shop: Driver, commands: Commands) -> None:
    commands.sent.clear()
    seen = shop.create(draft("a"), events=[Event("E", b"{}")]).record
    shop.replace(seen, draft("a", name="n"))
    shop.log()
    for write in commands.named("insert", "update", "delete"):
        assert write["writeConcern"] == {"w": "majority", "j": True}


def test_a_write_tells_the_server_how_long_it_may_take(shop: Driver, commands: Commands) -> None:
    shop.create(draft("a"))
    commands.sent.clear()
    shop.create(draft("b"))
    shop.find(Query(limit=1))
    limits = [command["maxTimeMS"] for command in commands.named("insert", "aggregate")]
    assert all(0 < limit <= 30_000 for limit in limits)
    assert len(limits) >= 2


def test_bulk_work_may_take_longer_than_a_list(shop: Driver, commands: Commands) -> None:
    """Nothing but its own limit stops it: not that of the socket, which is of lists."""
    commands.sent.clear()
    shop.load(draft("a"), draft("b"))
    limits = [command["maxTimeMS"] for command in commands.named("update")]
    assert all(limit > 60_000 for limit in limits)
    (made,) = commands.named("createIndexes")
    assert made["maxTimeMS"] > 3_600_000


def test_a_server_that_starts_is_waited_for(mongo_url: str) -> None:
    """It may start at the same time, on the same machine."""
    port = free_port()
    ended = threading.Event()

    def later() -> None:
        time.sleep(2.5)
        with relayed(mongo_url, lambda _, reply: reply, port):
            ended.wait(30)

    thread = threading.Thread(target=later)
    thread.start()
    try:
        url = plain(mongo_url, f"127.0.0.1:{port}")
        asyncio.run(opened(with_options(url, "directConnection=true")))
    finally:
        ended.set()
        thread.join()


def test_one_that_does_not_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "START", 0.5)
    with pytest.raises(Unusable, match="no server answers"):
        asyncio.run(opened(f"mongodb://127.0.0.1:{free_port()}/tmf"))


@pytest.mark.parametrize(("soon", "told"), [(0.1, True), (5, False)])
def test_who_waits_for_one_is_told_so_and_how_long(
    soon: float, told: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connection, "SOON", soon)
    shown = f"127.0.0.1:{free_port()}/tmf?serverSelectionTimeoutMS=1500"
    with pytest.raises(Unusable, match="no server answers"):
        asyncio.run(opened(f"mongodb://user:secret@{shown}"))
    said = [one.getMessage() for one in caplog.records if one.name == connection.__name__]
    wait = f"waiting for mongodb://user:***@{shown}, up to 1.5 s"
    assert said == ([wait] if told else [])


def test_one_that_answers_is_not_told_of(mongo_url: str, caplog: pytest.LogCaptureFixture) -> None:
    asyncio.run(opened(mongo_url))
    assert [one for one in caplog.records if one.name == connection.__name__] == []


def test_names_are_looked_up_beside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """`mongodb+srv` asks a name server, which may take its time."""

    def slow(*_: object, **__: object) -> None:
        time.sleep(0.3)
        raise ValueError("no such name")

    monkeypatch.setattr(connection, "parse_uri", slow)

    async def ticking() -> int:
        ticks = 0
        opening = asyncio.create_task(opened("mongodb+srv://cluster.example.org/tmf"))
        while not opening.done():
            await asyncio.sleep(0.01)
            ticks += 1
        with pytest.raises(Unusable, match="no such name"):
            await opening
        return ticks

    assert asyncio.run(ticking()) > 3


async def opened(url: str) -> None:
    connected = await connect(url, 6)
    await connected.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
