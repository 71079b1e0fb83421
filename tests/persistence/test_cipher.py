"""An encrypted file is a store like any other, and tells nobody anything who has not its key."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import pytest
from click.testing import CliRunner

from persistence.errors import Unusable
from persistence.opening import open_store
from persistence.sqlite.store import SqliteStore
from persistence.store import Event, Once, Scope
from persistence.urls import same_store
from tests.persistence.driver import THINGS, Driver, draft, one
from tmf_apis.cli import main
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Query

pytest.importorskip("sqlcipher3", reason="no SQLCipher: pip install tmf-apis[cipher]")

SCOPE = Scope()
SECRET = "nobody reads this"
PATTERN = Comparison(one("name"), Operator.REGEX, ("reads",), Kind.TEXT)


def key_in(folder: Path, name: str = "store.key") -> Path:
    file = folder / name
    file.write_text(token_hex(32) + "\n")
    return file


def url(folder: Path, key: str = "store.key") -> str:
    return f"sqlite+cipher:///{folder}/tmf.db?key={folder}/{key}"


@contextmanager
def opened(folder: Path, key: str = "store.key") -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        driver = Driver(lambda: open_store(url(folder, key)), runner)
        yield driver
        driver.run(driver.store.close())


def fill(folder: Path) -> None:
    with opened(folder) as shop:
        once, event = Once("a key", "digest"), Event("ThingEvent", SECRET.encode())
        shop.create(draft("a", name=SECRET), SCOPE, (event,), once)


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("tmf.db*"))


def test_no_byte_of_what_it_keeps_is_in_its_files(tmp_path: Path) -> None:
    key_in(tmp_path)
    with opened(tmp_path) as shop:
        shop.create(draft("a", name=SECRET), SCOPE, (Event("ThingEvent", SECRET.encode()),))
        found = everything(tmp_path)
        assert len(found) > 10_000 and SECRET.encode() not in found
        assert b"SQLite format" not in found
        assert [event.body for event in shop.log()] == [SECRET.encode()]
    assert SECRET.encode() not in everything(tmp_path)
    with opened(tmp_path) as shop:
        assert shop.get("a").body == draft("a", name=SECRET).body
        shop.run(shop.store.ping())


def test_reads_beside_the_loop_have_the_key(tmp_path: Path) -> None:
    """Long ones go to another process, and to a thread."""
    key_in(tmp_path)
    with opened(tmp_path) as shop:
        shop.load(*(draft(str(n), name=f"{SECRET} {n}") for n in range(3000)))
        store = shop.store
        assert isinstance(store, SqliteStore)
        for _ in range(2):
            store._read._trials.failed("")
            assert shop.find(Query(PATTERN, limit=1)).total == 3000
        shop.run(store.compact())
        assert shop.find(Query(PATTERN, limit=1)).total == 3000


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    key_in(tmp_path)
    fill(tmp_path)
    key_in(tmp_path, "other.key")
    with (
        pytest.raises(Unusable, match="by another key than that in"),
        opened(tmp_path, "other.key"),
    ):
        pass
    with asyncio.Runner() as runner, pytest.raises(Unusable, match="or an encrypted one"):
        runner.run(SqliteStore(tmp_path / "tmf.db").open([THINGS]))
    with opened(tmp_path) as shop:
        assert shop.ids() == ["a"]


def test_a_file_that_is_not_encrypted_is_not_taken_for_one(tmp_path: Path) -> None:
    key_in(tmp_path)
    with sqlite3.connect(tmp_path / "tmf.db") as connection:
        connection.execute("CREATE TABLE t (a)")
    with pytest.raises(Unusable, match="is not encrypted"), opened(tmp_path):
        pass


@pytest.mark.parametrize("text", ["", "secret", "ab" * 31, "zz" * 32])
def test_what_is_no_key_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "store.key").write_text(text)
    with pytest.raises(Unusable, match="openssl rand -hex 32"), opened(tmp_path):
        pass
    assert not (tmp_path / "tmf.db").exists()


def test_a_url_names_the_key(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="names no key"):
        open_store("sqlite+cipher:///tmf.db")
    with pytest.raises(Unusable, match="cannot be read"), opened(tmp_path):
        pass
    assert same_store(url(tmp_path), f"sqlite:///{tmp_path}/tmf.db")


def test_a_key_is_rotated(tmp_path: Path) -> None:
    key_in(tmp_path)
    key_in(tmp_path, "new.key")
    fill(tmp_path)
    rotate = ["rotate-key", "--store", url(tmp_path), "--new", str(tmp_path / "new.key")]
    with opened(tmp_path):
        busy = CliRunner().invoke(main, rotate)
        assert busy.exit_code == 2 and "stop the servers first" in busy.output
    done = CliRunner().invoke(main, rotate)
    assert done.exit_code == 0, done.output
    with pytest.raises(Unusable, match="by another key"), opened(tmp_path):
        pass
    with opened(tmp_path, "new.key") as shop:
        assert shop.ids() == ["a"]
        assert shop.recall(Once("a key", "digest")) is not None
        shop.create(draft("b"), SCOPE)
    plain = CliRunner().invoke(main, ["rotate-key", "--store", "sqlite:///x.db", *rotate[3:]])
    assert plain.exit_code == 2 and "is not encrypted" in plain.output
