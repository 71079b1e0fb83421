"""Updates of several records on a sharded cluster may miss some while chunks are on the move.

So it is documented: "pauseMigrationsDuringMultiUpdates" of the cluster parameters, and "Updates
with multi" of the notes on sharded clusters. A wire makes an update miss a record once.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from persistence.errors import Stale
from persistence.mongo.store import MongoStore
from persistence.store import Event
from tests.persistence.driver import VERSIONED, Driver, draft
from tests.persistence.relay import Document, Relay

GONE = Event("ThingDeleteEvent", b"{}")


class Misses:
    """Lets a command that makes a certain change to several records miss one of them, once."""

    def __init__(self) -> None:
        self.change: tuple[str, str] | None = None
        self.missed = 0
        self.sent: list[Document] = []

    def __call__(self, command: Document) -> Document:
        if str(command.get("update")).startswith("records."):
            updates = command["updates"]
            self.sent += updates
            operator, field = self.change or ("", "")
            for update in updates:
                many = update.get("multi") or len(updates) > 1
                if many and field in update["u"].get(operator, ()):
                    self.change = None
                    self.missed += 1
                    update["q"] = {"$and": [update["q"], {"version": {"$ne": "2"}}]}
        return command


@pytest.fixture
def misses() -> Misses:
    return Misses()


@pytest.fixture
def shop(mongo_url: str, misses: Misses) -> Iterator[Driver]:
    relay = Relay(mongo_url, lambda _, reply: reply, ask=misses)
    relay.start()
    with asyncio.Runner() as runner:
        shop = Driver(lambda: MongoStore(relay.url, patience=20.0), runner)
        yield shop
        shop.run(shop.store.close())
    relay.stop()


def swept(shop: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persistence.mongo.sweep.ABANDONED", -(10**9))
    shop.store._swept = -1e9  # type: ignore[attr-defined]
    shop.run(shop.store.settle())


def test_a_load_shows_also_what_was_missed(shop: Driver, misses: Misses) -> None:
    misses.change = ("$set", "live")
    assert shop.load(*(draft("a", version) for version in "123"), collection=VERSIONED) == 3
    assert misses.missed == 1
    assert len(shop.versions("a")) == 3


def test_a_removal_takes_also_what_was_missed(
    shop: Driver, misses: Misses, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.load(*(draft("a", version) for version in "123"), collection=VERSIONED)
    misses.change = ("$set", "gone")
    seen = shop.versions("a")
    assert seen[0].version == "3"
    shop.delete(*seen, collection=VERSIONED, events=[GONE])
    assert misses.missed == 2
    assert shop.versions("a") == []
    swept(shop, monkeypatch)
    assert shop.versions("a") == []
    assert [event.type for event in shop.log()] == [GONE.type]


def test_a_removal_that_could_not_mark_all_takes_none(
    shop: Driver, misses: Misses, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.load(*(draft("a", version) for version in "123"), collection=VERSIONED)
    misses.change = ("$set", "going")
    with pytest.raises(Stale):
        shop.delete(*shop.versions("a"), collection=VERSIONED, events=[GONE])
    assert misses.missed == 1
    assert len(shop.versions("a")) == 3
    shop.delete(*shop.versions("a"), collection=VERSIONED, events=[GONE])
    assert shop.versions("a") == []


def test_each_step_of_a_removal_names_the_shard(shop: Driver, misses: Misses) -> None:
    shop.load(*(draft("a", version) for version in "123"), collection=VERSIONED)
    misses.sent.clear()
    shop.delete(*shop.versions("a"), collection=VERSIONED, events=[GONE])
    assert len(misses.sent) == 5
    for update in misses.sent:
        filters: list[Any] = update["q"].get("$or", [update["q"]])
        for each in filters:
            assert each["resource"] in ("a", {"$in": ["a"]})
            assert each["space"] == ""
