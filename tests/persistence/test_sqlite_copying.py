"""The log is copied into the file while nobody writes."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from persistence.errors import Unavailable
from persistence.sqlite.connection import connect, write_ahead
from persistence.sqlite.copying import WORTH, Copying
from persistence.sqlite.file import Watch
from persistence.sqlite.writer import Writer


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    connection = connect(path, make=True)
    write_ahead(connection)
    connection.execute("CREATE TABLE t (x INTEGER)")
    connection.close()
    return path


@pytest.fixture
def writer(file: Path) -> Iterator[Writer]:
    watch = Watch(file)
    watch.begin()
    writer = Writer(file, watch)
    writer.start()
    yield writer
    writer.stop()


async def _write(writer: Writer, count: int) -> None:
    for number in range(count):
        await writer.write(lambda c, n=number: c.execute("INSERT INTO t VALUES (?)", (n,)))


def in_file(file: Path) -> int:
    """How many rows the file has without its log."""
    alone = file.with_name("alone.db")
    shutil.copy(file, alone)
    connection = sqlite3.connect(f"file:{alone}?immutable=1", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM t").fetchone()[0])
    finally:
        connection.close()


def copied(file: Path, rows: int) -> bool:
    """Whether the file has so many rows, at once or soon."""
    until = monotonic() + 5
    while in_file(file) != rows:
        if monotonic() > until:
            return False
        sleep(0.01)
    return True


def test_enough_writes_are_copied_in_a_quiet_moment(writer: Writer, file: Path) -> None:
    asyncio.run(_write(writer, WORTH))
    assert copied(file, WORTH)


def test_a_few_writes_are_left_in_the_log(writer: Writer, file: Path) -> None:
    asyncio.run(_write(writer, WORTH - 1))
    sleep(0.1)
    assert in_file(file) == 0


def test_who_writes_afterwards_is_served(writer: Writer, file: Path) -> None:
    asyncio.run(_write(writer, WORTH))
    assert copied(file, WORTH)
    asyncio.run(_write(writer, WORTH))
    assert copied(file, 2 * WORTH)


def test_who_ends_while_copying_leaves_a_file_that_others_know(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, others = Watch(file), Watch(file)
    connection = connect(file)
    for watch in (mine, others):
        watch.begin()
        watch.look()
    connection.execute("INSERT INTO t VALUES (1)")
    others.committed()

    def ended() -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(mine, "committed", ended)
    sleep(0.05)  # The file is to be newer than its log, as the clock of files counts.
    with pytest.raises(KeyboardInterrupt):
        Copying(mine).copy(connection)
    began = monotonic()
    assert in_file(file) == 1
    others.look()
    assert monotonic() - began < 1, "it waited for the end of the copying"
    connection.close()


def test_a_file_that_is_gone_is_told_to_who_writes_next(writer: Writer, file: Path) -> None:
    asyncio.run(_write(writer, WORTH - 1))
    os.rename(file, file.with_name("away.db"))
    with pytest.raises(Unavailable, match="was removed"):
        asyncio.run(_write(writer, 1))
    sleep(0.05)
    os.rename(file.with_name("away.db"), file)
    asyncio.run(_write(writer, 1))
