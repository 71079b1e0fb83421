"""Long lists on MongoDB: bounded in number, their deadline from the arrival of the request, and
never to the loss of short ones.
"""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from typing import Any

import pytest

from persistence import arrival
from persistence.errors import Busy, StoreError, TooSlow
from persistence.mongo.opened import _PLACES
from persistence.mongo.store import MongoStore
from tests.persistence.driver import EVERYONE, THINGS, Driver, draft, one
from tests.persistence.relay import Document, Relay
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Query


def asking(attribute: str, value: str = "x") -> Query:
    return Query(Comparison(one(attribute), Operator.EQ, (value,), Kind.TEXT), limit=10)


#: What no index serves, and what one does.
SCAN, QUICK = asking("comment"), asking("state")


class Slow:
    """A server that takes its time for lists by an attribute without index."""

    def __init__(self) -> None:
        self.seconds = 0.0
        #: How long the server may take for each list, in milliseconds.
        self.told: list[int] = []

    def __call__(self, command: Document, reply: Document) -> Any:
        if "aggregate" in command and "comment" in str(command["pipeline"]):
            self.told.append(command["maxTimeMS"])
            return self._held(reply)
        return reply

    async def _held(self, reply: Document) -> Document:
        await asyncio.sleep(self.seconds)
        return reply


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def shop(mongo_url: str, slow: Slow) -> Iterator[Driver]:
    relay = Relay(mongo_url, slow)
    relay.start()
    with asyncio.Runner() as runner:
        shop = Driver(lambda **options: MongoStore(relay.url, **options), runner)
        shop.load(draft("a", comment="x", state="x"), draft("b"))
        yield shop
        slow.seconds = 0.0
        shop.run(shop.store.close())
    relay.stop()


async def client(shop: Driver, query: Query, address: str = "192.0.2.1") -> str:
    """What a client gets for a list: the ids, or what kind of refusal."""
    arrival.arrive(address)
    try:
        found = await shop.store.find(THINGS, query, EVERYONE)
    except StoreError as error:
        return type(error).__name__
    return "".join(record.id for record in found.records)


def apart(shop: Driver, work: Coroutine[Any, Any, str]) -> str:
    """What a task of its own gives, so that nothing after it is done for its client."""

    async def tasked() -> str:
        return await asyncio.create_task(work)

    return shop.run(tasked())


def test_of_lists_that_were_long_a_moment_ago_only_so_many_are_taken(
    shop: Driver, slow: Slow
) -> None:
    slow.seconds = 0.2
    assert apart(shop, client(shop, SCAN)) == "a"

    async def crowd() -> tuple[list[str], str, float, str]:
        scans = [asyncio.create_task(client(shop, SCAN)) for _ in range(_PLACES + 5)]
        await asyncio.sleep(0.05)
        began = time.monotonic()
        quick = await asyncio.create_task(client(shop, QUICK))
        took = time.monotonic() - began
        own = await own_read()
        return list(await asyncio.gather(*scans)), quick, took, own

    async def own_read() -> str:
        return "".join(r.id for r in (await shop.store.find(THINGS, SCAN, EVERYONE)).records)

    scans, quick, took, own = shop.run(crowd())
    assert sorted(scans) == [*[Busy.__name__] * 5, *["a"] * _PLACES]
    assert (quick, own) == ("a", "a")
    assert took < 0.15


def test_one_client_does_not_push_out_another(shop: Driver, slow: Slow) -> None:
    slow.seconds = 0.2
    assert apart(shop, client(shop, SCAN)) == "a"

    async def crowd() -> tuple[list[str], str]:
        scans = [asyncio.create_task(client(shop, SCAN)) for _ in range(_PLACES)]
        await asyncio.sleep(0.05)
        other = await asyncio.create_task(client(shop, SCAN, "192.0.2.2"))
        return list(await asyncio.gather(*scans)), other

    scans, other = shop.run(crowd())
    assert other == "a"
    assert scans == [*["a"] * (_PLACES - 1), Busy.__name__]


def test_lists_that_are_short_have_no_such_bound(shop: Driver) -> None:
    async def crowd() -> list[str]:
        return await asyncio.gather(*(client(shop, SCAN) for _ in range(_PLACES + 5)))

    assert apart(shop, client(shop, SCAN)) == "a"
    assert shop.run(crowd()) == ["a"] * (_PLACES + 5)


@pytest.mark.parametrize("waited", [0.0, 0.5, 0.7])
def test_the_deadline_counts_from_the_arrival(waited: float, shop: Driver, slow: Slow) -> None:
    shop.reopen(deadline=0.6)
    slow.told.clear()
    slow.seconds = 2.0

    async def late() -> float:
        arrival.arrive()
        await asyncio.sleep(waited)
        began = time.monotonic()
        with pytest.raises(TooSlow, match="comment"):
            await shop.store.find(THINGS, SCAN, EVERYONE)
        return time.monotonic() - began

    left = 0.6 - waited
    assert max(0, left) <= shop.run(late()) + 0.05 < left + 0.5
    assert all(told <= max(1, left * 1000) for told in slow.told)


def test_past_its_deadline_a_list_asks_for_nothing_more(shop: Driver, slow: Slow) -> None:
    """Its place is then free for others: an answer to what nobody waits for may be late, too."""
    shop.load(*(draft(str(n), comment="x") for n in range(20)))
    whole = replace(SCAN, limit=2)
    assert apart(shop, client(shop, whole)) == "a0"
    page_and_total = len(slow.told)
    assert page_and_total == 2
    shop.reopen(deadline=0.3)
    slow.told.clear()
    slow.seconds = 0.6

    async def late() -> str:
        found = await asyncio.create_task(client(shop, whole))
        await asyncio.sleep(0.8)
        return found

    assert shop.run(late()) == TooSlow.__name__
    assert len(slow.told) == 1


def test_what_the_server_does_by_itself_has_all_of_it(shop: Driver, slow: Slow) -> None:
    shop.reopen(deadline=0.6)
    slow.seconds = 0.4
    assert shop.ids(SCAN) == ["a"]
    slow.seconds = 2.0
    with pytest.raises(TooSlow):
        shop.find(SCAN)
