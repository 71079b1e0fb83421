"""How many commands each operation sends to MongoDB, its events included."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import monitoring
from rich.console import Console
from rich.table import Table

from persistence.mongo.store import MongoStore
from persistence.store import Event, Once
from tests.persistence.driver import THINGS, VERSIONED, Driver, draft, first, one
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Query

CHANGED = Event("ThingChangeEvent", b"{}")
EQUAL = Comparison(one("state"), Operator.EQ, ("x",), Kind.TEXT)


class Commands(monitoring.CommandListener):
    """The names of the commands that were sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.sent.append(event.command_name)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


COMMANDS = Commands()
monitoring.register(COMMANDS)


@pytest.fixture
def shop(mongo_url: str) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        shop = Driver(lambda: MongoStore(mongo_url), runner)
        shop.load(*(draft(f"{n}", state="x") for n in range(7)))
        shop.load(draft("v", "1"), draft("v", "2"), collection=VERSIONED)
        yield shop
        shop.run(shop.store.close())


def patched(shop: Driver) -> None:
    shop.replace(shop.get("1"), draft("1", state="y"), events=[CHANGED])


def removed(shop: Driver) -> None:
    shop.delete(shop.get("2"), events=[CHANGED])


def renamed(shop: Driver) -> None:
    shop.replace(shop.versions("v")[1], draft("v", "9"), collection=VERSIONED)


def removed_the_latest(shop: Driver) -> None:
    shop.delete(shop.get("v", collection=VERSIONED), events=[CHANGED], collection=VERSIONED)


def removed_with_all_versions(shop: Driver) -> None:
    shop.delete(*shop.versions("v"), events=[CHANGED], collection=VERSIONED)


#: What a request does with the store, and the commands it may take.
OPERATIONS: dict[str, tuple[Callable[[Driver], Any], int]] = {
    "GET": (lambda shop: shop.get("1"), 1),
    "GET of the latest version": (lambda shop: shop.get("v", collection=VERSIONED), 1),
    "GET of one version": (lambda shop: shop.get("v", version="1", collection=VERSIONED), 2),
    "list of versions": (lambda shop: shop.find(collection=VERSIONED), 2),
    "list, a short page": (lambda shop: shop.find(Query(EQUAL, limit=20)), 1),
    "list, all": (lambda shop: shop.find(Query()), 1),
    "list, the last page": (lambda shop: shop.find(Query(EQUAL, offset=5, limit=5)), 1),
    "list, a full page": (lambda shop: shop.find(Query(EQUAL, limit=5)), 2),
    "list, only the total": (lambda shop: shop.find(Query(EQUAL, limit=0)), 1),
    "POST": (lambda shop: shop.create(draft("a"), events=[CHANGED]), 1),
    "POST with a key": (lambda shop: shop.create(draft("b"), once=Once("k", "d")), 1),
    "POST of a version": (lambda shop: shop.create(first("w", "1"), collection=VERSIONED), 1),
    "POST of a version, its place unknown": (
        lambda shop: shop.create(draft("x", "1"), collection=VERSIONED),
        2,
    ),
    "POST of a later version": (
        lambda shop: shop.create(draft("v", "4"), collection=VERSIONED),
        3,
    ),
    "PATCH": (patched, 2),
    "PATCH of a version's name": (renamed, 4),
    "DELETE": (removed, 2),
    "DELETE of the latest version": (removed_the_latest, 4),
    "DELETE of all versions": (removed_with_all_versions, 5),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_takes_few_commands(name: str, shop: Driver) -> None:
    work, allowed = OPERATIONS[name]
    COMMANDS.sent.clear()
    work(shop)
    assert 0 < len(COMMANDS.sent) <= allowed, COMMANDS.sent


def test_the_table_of_commands(shop: Driver) -> None:
    table = Table("Operation", "Commands", "Which", box=None)
    for name, (work, allowed) in OPERATIONS.items():
        COMMANDS.sent.clear()
        work(shop)
        assert len(COMMANDS.sent) == allowed, name
        table.add_row(name, str(len(COMMANDS.sent)), ", ".join(COMMANDS.sent))
    Console(width=100).print(table)


@pytest.mark.parametrize("index", ["state", "date", "party.id"])
def test_what_is_indexed_is_declared(index: str, shop: Driver) -> None:
    models = shop.store._open.tables[THINGS.name].indexes  # type: ignore[attr-defined]
    names = {model.document["name"].partition("~")[0] for model in models}
    wanted = {"state": "c.state:t+", "date": "c.date:i-", "party.id": "mentions"}
    assert wanted[index] in names
