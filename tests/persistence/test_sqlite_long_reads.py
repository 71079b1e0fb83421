"""Long reads on SQLite: bounded in time and number, and never to the loss of short ones."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from persistence import arrival
from persistence.errors import Busy, StoreError, TooSlow, Unsupported
from persistence.sqlite.connection import Connection
from persistence.sqlite.lane import Lane, Moment
from persistence.sqlite.reader import PLACES, THREADS
from persistence.sqlite.store import SqliteStore
from persistence.sqlite.timed import Overdue
from tests.peak import peak, started_peak
from tests.persistence.driver import EVERYONE, THINGS, Driver, draft, one
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Query, SortKey

#: A pattern whose automaton has too many states to be built, and a text it goes on in for long.
COSTLY = "|".join(f"(a.{{{n}}}b.{{{n + 1}}}c)" for n in range(1, 20))
TEXT = "abbabaabab" * 100


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        shop = Driver(lambda **options: SqliteStore(tmp_path / "s.db", **options), runner)
        yield shop
        shop.run(shop.store.close())


def searching(pattern: str, attribute: str = "comment") -> Query:
    return Query(Comparison(one(attribute), Operator.REGEX, (pattern,), Kind.TEXT), limit=10)


async def stalled(loop_is_watched: asyncio.Event) -> float:
    """The longest time that the loop was held, in seconds, until told to stop."""
    longest, last = 0.0, time.monotonic()
    while not loop_is_watched.is_set():
        await asyncio.sleep(0.001)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    return longest


class TestPatterns:
    def test_a_scan_ends_at_the_deadline_and_holds_up_nobody(self, shop: Driver) -> None:
        shop.load(*(draft(f"{n}", comment=TEXT) for n in range(2000)))
        shop.reopen(deadline=0.5)

        async def both() -> tuple[float, float]:
            done = asyncio.Event()
            watched = asyncio.create_task(stalled(done))
            began = time.monotonic()
            with pytest.raises(TooSlow, match="comment"):
                await shop.store.find(THINGS, searching(COSTLY), EVERYONE)
            took = time.monotonic() - began
            done.set()
            return took, await watched

        took, longest = shop.run(both())
        assert 0.3 < took < 1.0
        assert longest < 0.1

    def test_a_text_that_is_too_long_for_a_pattern_is_told(self, shop: Driver) -> None:
        shop.create(draft("1", comment=TEXT * 500))
        with pytest.raises(Unsupported, match="is too costly for a text of 500000 bytes"):
            shop.find(searching(COSTLY))
        assert shop.ids(searching("bb+ab")) == ["1"]
        assert shop.ids(searching(COSTLY, "name")) == []


class TestPlaces:
    def test_more_reads_than_there_are_places_are_shed_at_once(self, shop: Driver) -> None:
        shop.load(*(draft(f"{n}", comment=TEXT) for n in range(2000)))
        shop.reopen(deadline=1.0)

        async def client(number: int) -> tuple[str, float]:
            arrival.arrive()
            began = time.monotonic()
            try:
                await shop.store.find(THINGS, searching(f"{COSTLY}|{number}"), EVERYONE)
            except StoreError as error:
                return type(error).__name__, time.monotonic() - began
            return "found", time.monotonic() - began

        async def all_at_once() -> list[tuple[str, float]]:
            return await asyncio.gather(*(client(number) for number in range(PLACES + 20)))

        ends = shop.run(all_at_once())
        shed = [seconds for what, seconds in ends if what == "Busy"]
        late = [seconds for what, seconds in ends if what == "TooSlow"]
        assert (len(shed), len(late)) == (20, PLACES)
        assert max(shed) < 0.3
        # Those who waited for a thread waited no longer than those who had one.
        assert max(late) < 1.5
        assert shop.get("7").id == "7"

    def test_one_client_does_not_push_out_another(self, shop: Driver) -> None:
        shop.load(*(draft(f"{n}", comment=TEXT) for n in range(300)))

        async def client(address: str, pattern: str) -> str:
            arrival.arrive(address)
            try:
                found = await shop.store.find(THINGS, searching(pattern), EVERYONE)
            except StoreError as error:
                return type(error).__name__
            return f"{found.total}"

        async def crowd() -> tuple[list[str], str]:
            several = [
                asyncio.create_task(client("192.0.2.1", f"{COSTLY}|{number}"))
                for number in range(PLACES)
            ]
            await asyncio.sleep(0.1)
            other = asyncio.create_task(client("192.0.2.2", "^(bb?a+)*c|b$"))
            return list(await asyncio.gather(*several)), await other

        several, other = shop.run(crowd())
        assert other == "300"
        assert several[-1] == "Busy"
        assert several.count("Busy") == 1

    def test_the_deadline_counts_from_the_arrival(self, shop: Driver) -> None:
        shop.load(*(draft(f"{n}", comment=TEXT) for n in range(300)))
        shop.reopen(deadline=0.6)

        async def late() -> float:
            arrival.arrive()
            await asyncio.sleep(0.5)
            began = time.monotonic()
            with pytest.raises(TooSlow):
                await shop.store.find(THINGS, searching(COSTLY), EVERYONE)
            return time.monotonic() - began

        assert shop.run(late()) < 0.3

    def test_a_short_read_that_was_held_up_by_the_machine_stays_on_the_loop(
        self, shop: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A process that has to wait for its processor is not at work."""
        reader = shop.store._read
        trials: list[str] = []
        monkeypatch.setattr(reader._trials, "held_up", lambda shape: trials.append("held up"))
        monkeypatch.setattr(reader._trials, "failed", lambda shape: trials.append("long"))

        def waits(connection: Connection) -> int:
            if not trials:
                time.sleep(0.01)
                raise Overdue
            return 1

        def works(connection: Connection) -> int:
            until = time.thread_time() + 0.01
            while len(trials) < 2 and time.thread_time() < until:
                pass
            if len(trials) < 2:
                raise Overdue
            return 1

        async def both() -> None:
            await reader.run(waits, None, "waits")
            await reader.run(works, None, "works")

        shop.run(both())
        assert trials == ["held up", "long"]

    def test_the_servers_own_reads_wait_for_no_clients(self, shop: Driver) -> None:
        shop.load(*(draft(f"{n}", comment=TEXT) for n in range(2000)))
        shop.reopen(deadline=3.0)

        async def client() -> None:
            arrival.arrive()
            await shop.store.find(THINGS, searching(COSTLY), EVERYONE)

        async def own() -> float:
            clients = [asyncio.create_task(client()) for _ in range(THREADS * 3)]
            await asyncio.sleep(0.05)
            began = time.monotonic()
            await shop.store.find(THINGS, searching("a{7}", "comment"), EVERYONE)
            took = time.monotonic() - began
            for each in clients:
                each.cancel()
            await asyncio.gather(*clients, return_exceptions=True)
            return took

        assert shop.run(own()) < 1.0


class TestSorting:
    @pytest.mark.parametrize("attribute", ["description", "comment"])
    def test_texts_of_megabytes_are_sorted_in_little_memory(
        self, shop: Driver, attribute: str
    ) -> None:
        """Exactly, though they differ only at their ends, and whether they are mirrored or not."""
        same, numbers = "same " * 200_000, [n * 7919 % 200 for n in range(200)]
        shop.load(*(draft(f"{n}", **{attribute: f"{same}{n:03}"}) for n in numbers))
        shop.reopen(deadline=60.0)
        query = Query(sort=(SortKey(one(attribute), True, Kind.TEXT),), room=8_000_000)
        before = started_peak()
        found = shop.find(query)
        assert [record.id for record in found.records] == ["199", "198", "197", "196", "195",
                                                           "194", "193"]  # fmt: skip
        assert peak() - before < 180


class TestLane:
    def test_who_goes_away_frees_the_place(self) -> None:
        async def scenario() -> list[str]:
            lane = Lane("test", 1, 1)
            first = asyncio.create_task(lane.run(_until_stopped, time.monotonic() + 30))
            await asyncio.sleep(0.05)
            with pytest.raises(Busy, match="1 long reads are under way"):
                await lane.run(lambda _: "", time.monotonic() + 1)
            first.cancel()
            await asyncio.sleep(0.1)
            found = [await lane.run(lambda _: "found", time.monotonic() + 1)]
            lane.close()
            return found

        assert asyncio.run(scenario()) == ["found"]

    def test_waiting_ends_at_the_moment(self) -> None:
        async def scenario() -> float:
            lane = Lane("test", 1, 5)
            first = asyncio.create_task(lane.run(_until_stopped, time.monotonic() + 0.5))
            await asyncio.sleep(0.02)
            began = time.monotonic()
            with pytest.raises(Overdue):
                await lane.run(lambda _: "", began + 0.1)
            waited = time.monotonic() - began
            with pytest.raises(Overdue):
                await first
            lane.close()
            return waited

        assert 0.09 < asyncio.run(scenario()) < 0.4


def _until_stopped(turn: Moment) -> str:
    while time.monotonic() < turn.until:
        time.sleep(0.005)
    raise Overdue
