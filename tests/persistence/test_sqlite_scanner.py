"""Long reads of clients on SQLite, in a process of their own: that of the server is for others."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Timer
from typing import TypeVar

import pytest

from persistence import arrival
from persistence.errors import TooSlow, Unavailable
from persistence.sqlite.connection import Connection
from persistence.sqlite.lane import Moment
from persistence.sqlite.scanner import Scanner
from persistence.sqlite.store import SqliteStore
from persistence.sqlite.timed import Overdue
from persistence.store import Found
from tests.persistence.driver import EVERYONE, THINGS, Driver, draft, one
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Query

T = TypeVar("T")

TEXT = "abbabaabab" * 300
RECORDS = 2_000
#: A pattern whose automaton has too many states to be built.
COSTLY = "|".join(f"(a.{{{n}}}b.{{{n + 1}}}c)" for n in range(1, 20))
#: What counts until it is stopped.
FOR_EVER = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"


def searching(pattern: str) -> Query:
    return Query(Comparison(one("comment"), Operator.REGEX, (pattern,), Kind.TEXT), limit=10)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        shop = Driver(lambda **options: SqliteStore(tmp_path / "s.db", **options), runner)
        shop.load(*(draft(f"{n}", comment=TEXT) for n in range(RECORDS)))
        yield shop
        shop.run(shop.store.close())


async def of_client(shop: Driver, query: Query) -> Found:
    """What a client finds."""

    async def asked() -> Found:
        arrival.arrive("192.0.2.1")
        return await shop.store.find(THINGS, query, EVERYONE)

    return await asyncio.create_task(asked())


def test_a_scan_of_a_client_takes_nothing_of_the_servers_time(shop: Driver) -> None:
    shop.reopen(deadline=1.0)
    before = time.process_time()
    with pytest.raises(TooSlow, match="comment"):
        shop.run(of_client(shop, searching(COSTLY)))
    assert time.process_time() - before < 0.3


def test_it_finds_what_it_finds_elsewhere(shop: Driver) -> None:
    query = searching("^(abba?)+")
    assert shop.run(of_client(shop, query)) == shop.find(query)
    assert shop.run(of_client(shop, searching("c"))) == Found([], 0)


def test_it_sees_what_was_written_before_it(shop: Driver) -> None:
    assert shop.run(of_client(shop, searching("b{3}|c"))).total == 0
    shop.create(draft("new", comment=f"{TEXT}c"))
    assert [r.id for r in shop.run(of_client(shop, searching("b{3}|c"))).records] == ["new"]


def test_there_is_no_process_before_it_is_needed_and_none_after(
    shop: Driver, tmp_path: Path
) -> None:
    assert shop.get("7").id == "7"
    assert scanning(tmp_path) == set()
    shop.run(of_client(shop, searching("b{3}c")))
    assert len(scanning(tmp_path)) == 1
    shop.reopen()
    assert scanning(tmp_path) == set()


def scanning(folder: Path) -> set[int]:
    """The processes that this one has begun to read a file of a folder."""
    tasks = Path("/proc/self/task").glob("*/children")
    begun = (number for task in tasks for number in task.read_text().split())
    return {int(number) for number in begun if os.fsencode(folder) in _command(number)}


def _command(number: str) -> bytes:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:  # It has ended.
        return b""


def test_a_process_that_dies_is_told_and_followed_by_another(shop: Driver, tmp_path: Path) -> None:
    query = searching(COSTLY)

    async def killed() -> None:
        reading = asyncio.create_task(of_client(shop, query))
        while not (numbers := scanning(tmp_path)):
            await asyncio.sleep(0.01)
        for number in numbers:
            os.kill(number, signal.SIGKILL)
        with pytest.raises(Unavailable, match="ended"):
            await reading

    shop.run(killed())
    assert shop.run(of_client(shop, searching("b{3}|^abb"))).total == RECORDS


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Scanner]:
    with asyncio.Runner() as runner:
        shop = Driver(lambda **options: SqliteStore(tmp_path / "s.db", **options), runner)
        shop.run(shop.store.close())
    scanner = Scanner(tmp_path / "s.db")
    yield scanner
    scanner.close()


def told(connection: Connection, sql: str) -> int:
    """The first value that a statement gives."""
    return int(connection.execute(sql).fetchone()[0])


def later(seconds: float) -> Moment:
    return Moment(time.monotonic() + seconds)


def test_a_read_that_nobody_waits_for_any_more_is_stopped(scanner: Scanner) -> None:
    assert scanner.run(partial(told, sql="SELECT 7"), later(60)) == 7
    began, moment = time.monotonic(), later(60)
    leaving = Timer(0.3, setattr, (moment, "until", 0.0))
    leaving.start()
    with pytest.raises(Overdue):
        scanner.run(partial(told, sql=FOR_EVER), moment)
    assert 0.3 <= time.monotonic() - began < 3
    # What stopped it does not stop the next one.
    assert scanner.run(partial(told, sql="SELECT 8"), later(60)) == 8


def test_what_a_statement_raises_comes_back(scanner: Scanner) -> None:
    with pytest.raises(Unavailable, match="no such table: y"):
        scanner.run(partial(told, sql="SELECT x FROM y"), later(60))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    scanner = Scanner(tmp_path / "none.db")
    with pytest.raises(Unavailable, match=r"none\.db"):
        scanner.run(partial(told, sql="SELECT 7"), later(60))
    scanner.close()


#: A server that reads for ever.
SERVER = """
import sys
from functools import partial
from pathlib import Path
from persistence.sqlite.scanner import Scanner
from tests.persistence.test_sqlite_scanner import FOR_EVER, later, told
Scanner(Path(sys.argv[1])).run(partial(told, sql=FOR_EVER), later(60))
"""


def test_it_ends_with_the_server_however_that_ends(tmp_path: Path, scanner: Scanner) -> None:
    with subprocess.Popen([sys.executable, "-c", SERVER, tmp_path / "s.db"]) as server:
        found = until(lambda: children_of(server.pid))
        server.kill()
    assert until(lambda: not any(Path(f"/proc/{number}").exists() for number in found))


def children_of(server: int) -> set[int]:
    text = Path(f"/proc/{server}/task/{server}/children").read_text()
    return {int(number) for number in text.split()}


def until(holds: Callable[[], T]) -> T:
    """What is there in the end."""
    ending = time.monotonic() + 10
    while not (found := holds()) and time.monotonic() < ending:
        time.sleep(0.01)
    return found
