"""What becomes of a file that is taken away, replaced, put back, broken, or on a disk that is full.

Whoever asks is told within moments; nothing is acknowledged that is not kept, and no file gets
what was meant for another.
"""

import asyncio
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from persistence.errors import Unavailable, Unusable
from persistence.sqlite import file as file_module
from persistence.sqlite import health
from persistence.sqlite.store import SqliteStore
from tests.persistence.driver import THINGS, Driver, draft

IDS = """
import sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("SELECT id FROM r1 ORDER BY key")
print(*(id for (id,) in rows))
"""


@pytest.fixture(autouse=True)
def _prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look at each read and each question, and short waits."""
    monkeypatch.setattr(file_module, "GLANCE", 0)
    monkeypatch.setattr(file_module, "COPYING", 0.05)
    monkeypatch.setattr(health, "HOLDS", 0)
    monkeypatch.setattr(health, "EVERY", 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def shop(path: Path) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        shop = Driver(lambda: SqliteStore(path), runner)
        shop.create(draft("a", name="before"))
        yield shop
        shop.run(shop.store.close())


def ids(path: Path) -> list[str]:
    """What a file holds, with its log, for another process."""
    done = subprocess.run(
        [sys.executable, "-c", IDS, str(path)], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def copy_of(path: Path, name: str) -> Path:
    """A copy of the file as it is, made as backups are."""
    copy = path.with_name(name)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def later() -> None:
    """Let the clock of the file system move on."""
    sleep(0.02)


def remove(path: Path, backup: Path) -> None:
    path.unlink()


def move_over(path: Path, backup: Path) -> None:
    backup.replace(path)


def write_over(path: Path, backup: Path) -> None:
    with path.open("r+b") as file:
        file.write(backup.read_bytes())
        file.truncate()


@pytest.mark.parametrize(
    ("done", "said"),
    [(remove, "removed"), (move_over, "replaced"), (write_over, "written to by another")],
)
class TestTakenAway:
    """The file under a store that is open."""

    def test_nothing_is_written_and_nobody_is_told_that_it_was(
        self, done: Any, said: str, path: Path, shop: Driver
    ) -> None:
        backup = copy_of(path, "backup.db")
        shop.create(draft("b"))
        later()
        done(path, backup)
        for _ in range(2):
            with pytest.raises(Unavailable, match=said):
                shop.create(draft("c"))
            with pytest.raises(Unavailable, match=said):
                shop.run(shop.store.ping())
            for read in (lambda: shop.get("a"), shop.find):
                with pytest.raises(Unavailable, match=said):
                    read()
        assert not path.exists() or done is not remove

    def test_a_file_that_was_put_back_does_not_get_what_the_log_holds(
        self, done: Any, said: str, path: Path, shop: Driver
    ) -> None:
        backup = copy_of(path, "backup.db")
        keep = shutil.copy(backup, path.with_name("keep.db"))
        shop.create(draft("b"))
        later()
        done(path, backup)
        with pytest.raises(Unavailable):
            shop.create(draft("c"))
        if done is remove:
            shutil.copy(keep, path)
        shop.run(shop.store.close())
        opened = subprocess.run(
            [sys.executable, "-c", OPEN, str(path)], capture_output=True, text=True, check=False
        )
        assert "as if put back from a copy" in opened.stderr
        path.with_name("store.db-wal").unlink()
        path.with_name("store.db-shm").unlink()
        assert ids(path) == ["a"]


OPEN = """
import asyncio, sys
from pathlib import Path
from persistence.errors import Unusable
from persistence.sqlite.store import SqliteStore
from tests.persistence.driver import THINGS

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    await store.open([THINGS])
    await store.close()

try:
    asyncio.run(main())
except Unusable as error:
    sys.exit(str(error))
"""


def test_a_file_that_comes_back_is_gone_on_with(path: Path, shop: Driver) -> None:
    aside = path.rename(path.with_name("aside.db"))
    with pytest.raises(Unavailable):
        shop.create(draft("b"))
    aside.rename(path)
    for _ in range(2):
        assert shop.ids() == ["a"]
        sleep(2 * file_module.COPYING)
    shop.create(draft("c"))
    assert shop.ids() == ["a", "c"]


def test_a_file_that_was_written_over_is_noticed_without_a_write(path: Path, shop: Driver) -> None:
    backup = copy_of(path, "backup.db")
    shop.create(draft("b"))
    later()
    write_over(path, backup)
    shop.get("a")
    sleep(2 * file_module.COPYING)
    with pytest.raises(Unavailable, match="written to by another"):
        shop.get("a")


def test_a_file_that_another_process_of_ours_copies_its_log_into_is_left_alone(
    path: Path, shop: Driver
) -> None:
    """For moments it is newer than the log."""
    later()
    os.utime(path)
    assert shop.ids() == ["a"]
    os.utime(path.with_name("store.db-wal"))
    sleep(2 * file_module.COPYING)
    assert shop.ids() == ["a"]
    shop.create(draft("b"))


WRITE_AND_DIE = """
import asyncio, os, signal, sys
from pathlib import Path
from persistence.sqlite.store import SqliteStore
from persistence.store import Scope
from tests.persistence.driver import OTHERS, THINGS, VERSIONED, draft

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    await store.open([THINGS, OTHERS, VERSIONED])
    for number in range(int(sys.argv[2])):
        await store.create(THINGS, draft(f"n{number}", comment="x" * 3000), Scope())
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def die(path: Path, writes: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITE_AND_DIE, str(path), str(writes)], check=False
    )
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("writes", [1, 2000], ids=["in the log", "partly in the file"])
def test_the_log_of_a_process_that_died_is_taken_up(path: Path, writes: int) -> None:
    die(path, writes)
    assert path.with_name("store.db-wal").stat().st_size
    later()
    with asyncio.Runner() as runner:
        shop = Driver(lambda: SqliteStore(path), runner)
        assert len(shop.ids()) == writes
        shop.run(shop.store.close())


@pytest.mark.parametrize("put_back", [move_over, write_over], ids=lambda f: f.__name__)
def test_the_log_of_a_process_that_died_is_not_for_a_file_that_was_put_back(
    path: Path, put_back: Any, shop: Driver
) -> None:
    backup = copy_of(path, "backup.db")
    shop.run(shop.store.close())
    die(path, 3)
    log = path.with_name("store.db-wal")
    sleep(2 * file_module.COPYING)
    put_back(path, backup)
    with pytest.raises(Unusable, match=f"touch {log}"):
        shop.run(SqliteStore(path).open([THINGS]))
    os.utime(log)
    file_module.refuse_log_of_another(path)
    log.unlink()
    path.with_name("store.db-shm").unlink()
    assert ids(path) == ["a"]
    shop.reopen()


class TestReady:
    """What `/ready` asks."""

    def test_it_writes_and_reads(self, path: Path, shop: Driver) -> None:
        marks = []
        for _ in range(2):
            shop.run(shop.store.ping())
            with closing(sqlite3.connect(path)) as connection:
                marks += connection.execute("SELECT at FROM beat").fetchall()
        assert marks[0] < marks[1]

    def test_many_who_ask_at_once_share_one_trial(
        self, shop: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        trials = []
        read_back = health.read_back
        monkeypatch.setattr(
            health, "read_back", lambda *a, **o: (trials.append(a), read_back(*a, **o))
        )
        assert shop.together(*(shop.store.ping() for _ in range(50))) == [None] * 50
        assert len(trials) == 1
        monkeypatch.setattr(health, "HOLDS", 60)
        shop.run(shop.store.ping())
        assert len(trials) == 1

    def test_a_disk_that_is_full(self, shop: Driver) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        shop.run(shop.store.ping())
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
        try:
            with pytest.raises(Unavailable):
                shop.run(shop.store.ping())
            with pytest.raises(Unavailable):
                shop.create(draft("b"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, ignored)
        shop.run(shop.store.ping())
        assert shop.ids() == ["a"]

    @pytest.mark.parametrize("where", [0.0, 0.3, 0.6, 0.95], ids=str)
    def test_a_file_that_is_broken(self, where: float, path: Path, shop: Driver) -> None:
        shop.load(*(draft(f"{n}", comment="x" * 2000) for n in range(200)))
        shop.reopen()
        shop.run(shop.store.ping())
        with path.open("r+b") as file:
            file.seek(int(where * path.stat().st_size) // 4096 * 4096)
            file.write(os.urandom(8192))
        os.utime(path.with_name("store.db-wal"))
        with pytest.raises(Unavailable):
            shop.run(shop.store.ping())

    def test_a_writer_that_is_stuck_is_told_in_time(
        self, path: Path, shop: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(health, "PATIENCE", 0.1)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            began = monotonic()
            with pytest.raises(Unavailable, match="no write in"):
                shop.run(shop.store.ping())
            assert monotonic() - began < 5
        shop.run(shop.store.ping())
