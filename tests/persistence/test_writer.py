"""Group commit: waiting writes share a transaction, and one that fails undoes only itself."""

import asyncio
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, get_ident
from time import sleep
from typing import Any

import pytest

from persistence.errors import Stale, Unavailable
from persistence.sqlite import taking
from persistence.sqlite import writer as module
from persistence.sqlite.committing import Committed
from persistence.sqlite.connection import connect
from persistence.sqlite.file import Watch
from persistence.sqlite.taking import take
from persistence.sqlite.writer import Writer

Work = Callable[[sqlite3.Connection], Any]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    connection = connect(path, make=True)
    connection.execute("CREATE TABLE t (x INTEGER UNIQUE)")
    connection.close()
    return path


def writer_of(file: Path) -> Writer:
    watch = Watch(file)
    watch.begin()
    return Writer(file, watch)


@pytest.fixture
def writer(file: Path) -> Iterator[Writer]:
    writer = writer_of(file)
    writer.start()
    yield writer
    writer.stop()


def insert(value: int, *, then: Exception | None = None) -> Work:
    def work(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO t VALUES (?)", (value,))
        if then is not None:
            raise then
        return value

    return work


def together(writer: Writer, *works: Work, repeatable: bool = False) -> list[Any]:
    """The outcomes of writes that all wait while an earlier one, a pause, is carried out."""
    pausing, pause = Event(), Event()

    def rest(connection: sqlite3.Connection) -> None:
        pausing.set()
        pause.wait(10)

    async def outcomes() -> list[Any]:
        begun = asyncio.ensure_future(writer.write(rest))
        await asyncio.to_thread(pausing.wait)
        writes = (writer.write(work, repeatable=repeatable) for work in works)
        waiting = [asyncio.ensure_future(write) for write in writes]
        await asyncio.sleep(0.01)
        pause.set()
        await begun
        return await asyncio.gather(*waiting, return_exceptions=True)

    return asyncio.run(outcomes())


def kept(file: Path) -> list[int]:
    connection = sqlite3.connect(file)
    rows = connection.execute("SELECT x FROM t ORDER BY x").fetchall()
    connection.close()
    return [row[0] for row in rows]


def test_each_is_answered_with_what_it_returns(writer: Writer, file: Path) -> None:
    assert together(writer, *map(insert, range(20))) == list(range(20))
    assert kept(file) == list(range(20))


@pytest.mark.parametrize("repeatable", [False, True])
def test_a_failing_write_undoes_nothing_of_the_others(
    writer: Writer, file: Path, repeatable: bool
) -> None:
    works = [
        insert(1),
        insert(2, then=Stale("2")),
        insert(1),
        insert(3),
        insert(4, then=KeyError()),
    ]
    first, stale, doubled, third, odd = together(writer, *works, repeatable=repeatable)
    assert (first, third) == (1, 3)
    assert isinstance(stale, Stale)
    assert isinstance(doubled, Unavailable)
    assert isinstance(odd, KeyError)
    assert kept(file) == [1, 3]


@pytest.mark.parametrize(("repeatable", "times"), [(False, 1), (True, 2)])
def test_only_a_write_that_can_be_run_again_is_when_another_fails(
    writer: Writer, file: Path, repeatable: bool, times: int
) -> None:
    ran: list[int] = []

    def work(connection: sqlite3.Connection) -> None:
        ran.append(insert(1)(connection))

    together(writer, work, insert(2, then=Stale("2")), repeatable=repeatable)
    assert ran == [1] * times
    assert kept(file) == [1]


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many writes each transaction has had."""
    sizes: list[int] = []
    commit = module.commit

    def counted(connection: sqlite3.Connection, group: list[Any], watch: Watch) -> Committed:
        sizes.append(len(group))
        return commit(connection, group, watch)

    monkeypatch.setattr(module, "commit", counted)
    return sizes


def test_waiting_writes_share_transactions(
    writer: Writer, sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_GROUP", 8)
    together(writer, *map(insert, range(20)))
    assert sizes == [1, 8, 8, 4]


@pytest.fixture
def _patient() -> Iterator[None]:
    """No thread is interrupted by another one of the interpreter's."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("_patient")
def test_writes_of_one_turn_of_the_loop_share_a_transaction(
    writer: Writer, sizes: list[int]
) -> None:
    async def turn() -> list[Any]:
        # One that takes its time must not have the first written alone.
        async def late(value: int) -> Any:
            sleep(0.02)
            return await writer.write(insert(value))

        return await asyncio.gather(*map(late, range(5)))

    assert asyncio.run(turn()) == list(range(5))
    assert sizes == [5]


def test_a_write_of_the_turn_that_closes_is_kept(writer: Writer, file: Path) -> None:
    async def turn() -> Any:
        written = asyncio.ensure_future(writer.write(insert(1)))
        asyncio.get_running_loop().call_soon(writer.stop)
        return await written

    assert asyncio.run(asyncio.wait_for(turn(), 10)) == 1
    assert kept(file) == [1]


def test_they_run_in_one_thread_of_their_own_in_order(writer: Writer) -> None:
    seen: list[tuple[int, int]] = []

    def note(number: int) -> Work:
        return lambda connection: seen.append((number, get_ident()))

    together(writer, *map(note, range(5)))
    assert [number for number, _ in seen] == list(range(5))
    assert {thread for _, thread in seen} != {get_ident()}
    assert len({thread for _, thread in seen}) == 1


def test_answered_means_that_others_see_it(writer: Writer, file: Path) -> None:
    async def each_seen() -> None:
        for number in range(5):
            await writer.write(insert(number))
            assert kept(file)[-1] == number

    asyncio.run(each_seen())


def test_stopping_finishes_what_was_accepted(file: Path) -> None:
    writer = writer_of(file)
    writer.start()
    pause = Event()

    async def stopped() -> list[Any]:
        begun = asyncio.ensure_future(writer.write(lambda connection: pause.wait(10)))
        waiting = [asyncio.ensure_future(writer.write(insert(n))) for n in range(5)]
        await asyncio.sleep(0.01)
        pause.set()
        await asyncio.to_thread(writer.stop)
        with pytest.raises(Unavailable):
            await writer.write(insert(9))
        return [await begun, *await asyncio.gather(*waiting)]

    assert asyncio.run(stopped())[1:] == [0, 1, 2, 3, 4]
    assert kept(file) == [0, 1, 2, 3, 4]


def test_a_caller_that_went_away_harms_nobody(writer: Writer, file: Path) -> None:
    async def left() -> None:
        gone = asyncio.ensure_future(writer.write(insert(1)))
        await asyncio.sleep(0)
        gone.cancel()
        await writer.write(insert(2))

    asyncio.run(left())
    assert kept(file) == [1, 2]


def test_a_loop_that_ended_harms_nobody(writer: Writer, file: Path) -> None:
    pause = Event()

    async def abandoned() -> None:
        waiting = asyncio.ensure_future(writer.write(lambda connection: pause.wait(10)))
        await asyncio.sleep(0.01)
        assert not waiting.done()

    asyncio.run(abandoned())
    pause.set()
    assert asyncio.run(writer.write(insert(1))) == 1


def test_writers_of_one_file_wait_for_each_other(writer: Writer, file: Path) -> None:
    other = writer_of(file)
    other.start()

    async def both() -> None:
        works = [(writer, insert(n)) for n in range(0, 100, 2)]
        works += [(other, insert(n)) for n in range(1, 100, 2)]
        await asyncio.gather(*(which.write(work) for which, work in works))

    asyncio.run(both())
    other.stop()
    assert kept(file) == list(range(100))


def test_a_short_gap_between_writes_of_others_is_enough(writer: Writer, file: Path) -> None:
    """A load leaves the file alone for moments only."""
    other, gaps = connect(file, waits=False), 0

    async def waits() -> None:
        nonlocal gaps
        take(other)
        waiting = asyncio.ensure_future(writer.write(insert(gaps)))
        await asyncio.sleep(0.4)
        while not waiting.done():
            other.execute("COMMIT")
            gaps += 1
            await asyncio.sleep(0.02)
            await asyncio.to_thread(take, other)
            await asyncio.sleep(0.06)
        other.execute("COMMIT")

    for _ in range(5):
        asyncio.run(waits())
    other.close()
    assert gaps <= 8


def test_a_lock_that_stays_answers_unavailable(
    writer: Writer, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "BUSY_SECONDS", 0.1)
    other = connect(file)
    take(other)
    with pytest.raises(Unavailable, match=r"^database is locked$"):
        asyncio.run(writer.write(insert(1)))
    other.close()
    assert asyncio.run(writer.write(insert(1))) == 1


def test_a_file_that_cannot_be_written_answers_unavailable(
    writer: Writer, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 1")
        connection.execute("INSERT INTO t SELECT value FROM generate(5000)")

    (outcome,) = together(writer, full)
    assert isinstance(outcome, Unavailable)
    assert together(writer, insert(1)) == [1]


class TestRiders:
    """Small writes that no client waits for go along with those of clients."""

    def test_where_no_client_writes_it_is_written_at_once(
        self, writer: Writer, sizes: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "EXPECTED", 60.0)
        writer._came = -60.0
        assert asyncio.run(writer.ride(insert(1))) == 1
        assert sizes == [1]

    def test_where_clients_write_it_goes_along_with_the_next(
        self, writer: Writer, file: Path, sizes: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "EXPECTED", 60.0)

        async def work() -> list[Any]:
            await writer.write_for_client(insert(1))
            riding = [asyncio.ensure_future(writer.ride(insert(n))) for n in (2, 3)]
            await asyncio.sleep(0.05)
            assert kept(file) == [1]
            return await asyncio.gather(writer.write_for_client(insert(4)), *riding)

        assert asyncio.run(work()) == [4, 2, 3]
        assert sizes == [1, 3]

    def test_some_go_along_at_a_time(
        self, writer: Writer, sizes: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "EXPECTED", 60.0)
        monkeypatch.setattr(module, "RIDERS", 2)

        async def work() -> None:
            await writer.write_for_client(insert(0))
            riding = [asyncio.ensure_future(writer.ride(insert(n))) for n in range(1, 6)]
            await asyncio.sleep(0)
            for n in range(6, 9):
                await writer.write_for_client(insert(n))
            await asyncio.gather(*riding)

        asyncio.run(work())
        assert sizes == [1, 3, 3, 2]

    def test_clients_that_come_no_more_are_waited_for_no_longer(
        self, writer: Writer, sizes: list[int]
    ) -> None:
        async def work() -> list[Any]:
            await writer.write_for_client(insert(1))
            return await asyncio.gather(*(writer.ride(insert(n)) for n in (2, 3)))

        assert asyncio.run(asyncio.wait_for(work(), 5)) == [2, 3]
        assert sizes == [1, 2]

    def test_what_waits_is_written_before_the_end(
        self, writer: Writer, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "EXPECTED", 60.0)

        async def work() -> Any:
            await writer.write_for_client(insert(1))
            riding = asyncio.ensure_future(writer.ride(insert(2)))
            await asyncio.sleep(0)
            await asyncio.to_thread(writer.stop)
            return await riding

        assert asyncio.run(work()) == 2
        assert kept(file) == [1, 2]
