"""What a server says went wrong: of this moment, late, or refused for good.

The replies are those of MongoDB's documentation: "Error codes", and the specifications of
retryable reads and writes; they come over a wire that puts them in place of the server's own.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from bson import Int64

from persistence.errors import Duplicate, Refused, StoreError, TooSlow, Unavailable, Unsupported
from persistence.mongo.store import MongoStore
from persistence.store import Once
from tests.persistence.driver import EVERYONE, THINGS, VERSIONED, Driver, draft
from tests.persistence.relay import Document, Relay
from tmf_apis.tmf630.query import Query


class Wire:
    """Answers a command about records as a test has put in for it, else as the server does."""

    def __init__(self) -> None:
        self.instead: dict[str, Any] = {}

    def __call__(self, command: Document, reply: Document) -> Document:
        name, about = next(iter(command.items()))
        change = self.instead.get(name)
        if change is None or not str(about).startswith("records."):
            return reply
        return change(reply) if callable(change) else change


def failure(code: int, message: str = "so it is", **more: Any) -> Document:
    return {"ok": 0.0, "code": code, "errmsg": message, **more}


def write_concern(code: int) -> Document:
    """What a write answers that was done and not confirmed (docs: "Write Concern", wtimeout)."""
    return {"ok": 1.0, "n": 1, "writeConcernError": {"code": code, "errmsg": "not confirmed"}}


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def shop(mongo_url: str, wire: Wire) -> Iterator[Driver]:
    relay = Relay(mongo_url, wire)
    relay.start()
    with asyncio.Runner() as runner:
        shop = Driver(lambda: MongoStore(relay.url, patience=20.0), runner)
        shop.create(draft("a"))
        shop.create(draft("v", "1"), collection=VERSIONED)
        yield shop
        wire.instead = {}
        shop.run(shop.store.close())
    relay.stop()


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (failure(2, "unknown operator"), Unsupported),
        (failure(51091, "Regular expression is invalid"), Unsupported),
        (failure(13, "not authorized on tmf"), Refused),
        (failure(8000, "of a hosted server"), Refused),
        (failure(50, "operation exceeded time limit"), TooSlow),
        (failure(262, "of its own"), Unavailable),
        (failure(16500, "Request rate is large"), Unavailable),
        (failure(133, "no primary"), Unavailable),
        (failure(999, "odd", errorLabels=["RetryableReadError"]), Unavailable),
        (failure(999, "odd"), Refused),
    ],
)
def test_a_list_is_told_why(
    reply: Document, told: type[StoreError], wire: Wire, shop: Driver
) -> None:
    wire.instead = {"aggregate": reply}
    with pytest.raises(StoreError) as refusal:
        shop.find(Query(limit=1))
    assert type(refusal.value) is told
    assert "tmf" not in str(refusal.value)


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (failure(13, "not authorized"), Refused),
        (failure(10334, "BSONObj size is invalid"), Refused),
        (failure(14031, "no space left"), Unavailable),
        (write_concern(64), Unavailable),
        (write_concern(100), Refused),
    ],
)
def test_a_write_is_told_why(
    reply: Document, told: type[StoreError], wire: Wire, shop: Driver
) -> None:
    wire.instead = {"insert": reply}
    with pytest.raises(told):
        shop.create(draft("b"))


def test_a_load_that_is_not_confirmed_is_no_duplicate(wire: Wire, shop: Driver) -> None:
    wire.instead = {"insert": lambda reply: {**reply, **write_concern(64)}}
    with pytest.raises(Unavailable):
        shop.load(draft("b"), draft("c"))
    wire.instead = {}
    assert shop.find().total == 1


@pytest.mark.parametrize(
    ("code", "told"), [(11000, Duplicate), (189, Unavailable), (2, StoreError)]
)
@pytest.mark.parametrize("method", ["load", "import_"])
def test_a_bulk_is_a_duplicate_only_by_its_code(
    method: str, code: int, told: type[StoreError], wire: Wire, shop: Driver
) -> None:
    """docs: "insert" command, `writeErrors`."""
    fault = {"index": 1, "code": code, "errmsg": "E11000 or not"}
    batches = shop.run(_exported(shop))

    def refused(reply: Document) -> Document:
        return {"ok": 1.0, "n": 1, "writeErrors": [fault]} if reply.get("n") == 2 else reply

    wire.instead = {"insert": refused}
    work = {
        "load": lambda: shop.load(draft("b"), draft("c")),
        "import_": lambda: shop.run(
            shop.store.import_(THINGS, [kept._replace(key=kept.key + n) for kept, n in batches])
        ),
    }[method]
    with pytest.raises(told) as refusal:
        work()
    if told is not Duplicate:
        assert not isinstance(refusal.value, Duplicate)


async def _exported(shop: Driver) -> list[tuple[Any, int]]:
    """The one record, twice, as another store would give it."""
    (kept,) = [kept async for batch in shop.store.export(THINGS, 0, 10) for kept in batch]
    return [(kept._replace(id=f"x{n}"), n) for n in (1, 2)]


class TestDuplicates:
    """A server tells the index that refuses by `keyPattern`; some tell nothing but the code."""

    @pytest.fixture(autouse=True)
    def _tells_little(self, wire: Wire, shop: Driver) -> None:
        def bare(reply: Document) -> Document:
            for fault in reply.get("writeErrors", ()):
                fault.pop("keyPattern", None)
                fault.pop("keyValue", None)
                fault["errmsg"] = "Duplicate key violation"
            return reply

        wire.instead = {"insert": bare, "update": bare}

    def test_of_an_id(self, shop: Driver) -> None:
        with pytest.raises(Duplicate, match="a"):
            shop.create(draft("a"))

    def test_of_an_entity_version(self, shop: Driver) -> None:
        with pytest.raises(Duplicate, match="v in the version 1"):
            shop.create(draft("v", "1"), collection=VERSIONED)
        assert shop.create(draft("v", "2"), collection=VERSIONED)

    def test_of_an_idempotency_key(self, shop: Driver) -> None:
        once = Once("key", "digest")
        made = shop.create(draft("b"), once=once)
        again = shop.create(draft("c"), once=once)
        assert again.replayed
        assert again.record == made.record

    def test_of_a_key_of_the_store(self, shop: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        taken = shop.get("a").key
        clock = shop.store._clock  # type: ignore[attr-defined]
        key, keys = clock.key, [Int64(taken)]
        monkeypatch.setattr(clock, "key", lambda: keys.pop() if keys else key())
        made = shop.create(draft("b")).record
        assert made.key != taken
        assert shop.run(shop.store.get(THINGS, "b", EVERYONE)) == made
