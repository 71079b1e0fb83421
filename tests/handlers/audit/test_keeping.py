"""Seals come with time and at the end; what is too old goes; the command finds what was done."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from getpass import getuser
from pathlib import Path
from typing import Any

import click.testing
import orjson
import pytest

from handlers.app import collections_of
from handlers.audit.entries import ENTRIES
from handlers.audit.retention import Retention
from handlers.audit.sealing import Sealer, known_seal
from handlers.audit.signing import folder_of
from handlers.identity.keys import KeysError, make_first
from persistence.sqlite.store import SqliteStore
from persistence.store import Store
from tests.handlers.facts import APIS
from tmf_apis.catalog import Catalog
from tmf_apis.cli import main
from tmf_apis.settings import Settings, SettingsError, read_settings

Work = Callable[[Store], Coroutine[Any, Any, Any]]


class Place:
    """A store in a file, and the keys beside it."""

    def __init__(self, folder: Path) -> None:
        self.file, self.keys = folder / "tmf.db", folder / "keys"
        make_first(folder_of(self.keys))

    def on(self, *works: Work) -> list[Any]:
        """What works give that are done on the open store, one after the other."""

        async def done() -> list[Any]:
            store = SqliteStore(self.file)
            await store.open(collections_of(Catalog(tuple(APIS)), Settings(), store))
            try:
                return [await work(store) for work in works]
            finally:
                await store.close()

        return asyncio.run(done())

    def add(self, *days: float) -> None:
        """Entries of some days ago."""

        async def link(store: Store) -> None:
            for count, day in enumerate(days):
                time = (datetime.now(UTC) - timedelta(days=day)).isoformat()
                body = orjson.dumps({"time": time, "kind": "act", "path": f"=1+{count}"})
                await store.link(lambda _, body=body: body)

        self.on(link)

    def seal(self) -> None:
        self.on(lambda store: Sealer(store, self.keys).seal())

    def told(self, *command: str) -> tuple[int, str]:
        """The exit code of a command and what it says, on one line."""
        where = ["--store", f"sqlite:///{self.file}"]
        keys = ["--keys", str(self.keys)] if command[0] == "verify" else []
        # What is for the tests is no setting, which would be said.
        ours = dict.fromkeys((name for name in os.environ if name.startswith("TMF_")), None)
        runner = click.testing.CliRunner(env=ours)
        found = runner.invoke(main, ["audit", *command, *where, *keys])
        return found.exit_code, " ".join(found.output.split())

    def alter(self, sql: str) -> None:
        """Do something to the table of entries, past everything."""
        with sqlite3.connect(self.file) as connection:
            (number,) = connection.execute(
                "SELECT number FROM collection WHERE name = ?", (ENTRIES.name,)
            ).fetchone()
            connection.execute(sql.format(f"r{number}"))
        connection.close()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def kinds(place: Place) -> list[str]:
    code, told = place.told("export", "-")
    assert code == 0
    return [orjson.loads(line)["kind"] for line in told.replace("} {", "}\n{").splitlines()]


def test_what_came_is_sealed_once(place: Place) -> None:
    place.seal()
    assert known_seal(place.keys) is None
    place.add(0, 0)
    assert place.told("verify") == (0, "2 entries hold; 2 of them are not sealed yet.")
    place.seal()
    place.seal()
    assert kinds(place) == ["act", "act", "seal"]
    assert place.told("verify") == (0, "3 entries hold; 0 of them are not sealed yet.")
    known = known_seal(place.keys)
    assert known is not None
    assert known.number == 3


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE {} SET body = replace(body, '=1+0', '=1+7') WHERE key = 1", "entry 1 is not the"),
        ("DELETE FROM {} WHERE key = 3", "the end is missing"),
    ],
)
def test_what_was_done_to_it_is_found(place: Place, sql: str, found: str) -> None:
    place.add(0, 0)
    place.seal()
    place.alter(sql)
    code, told = place.told("verify")
    assert code == 1
    assert found in told
    assert "The audit is not what was written." in told


def test_an_end_that_was_cut_is_found_when_the_chain_has_grown_again(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place.add(0, 0)
    place.seal()
    place.alter("DELETE FROM {} WHERE key > 1")
    place.add(0, 0, 0, 0)
    place.seal()
    place.add(0)
    place.seal()
    assert "the seal 3 is gone" in caplog.text
    code, told = place.told("verify")
    assert (code, "entry 3 is not the one that was sealed" in told) == (1, True)


def test_a_key_that_went_is_given_by_its_public_part(place: Place, tmp_path: Path) -> None:
    place.add(0)
    place.seal()
    folder = folder_of(place.keys)
    [key] = folder.glob("*.jwk")
    old = orjson.loads(key.read_bytes())
    key.unlink()
    make_first(folder)
    code, told = place.told("verify")
    assert code == 1
    assert "there is no key" in told
    public = {name: value for name, value in old.items() if name != "d"}
    jwks = tmp_path / "old.jwks"
    jwks.write_bytes(orjson.dumps({"keys": [public]}))
    assert place.told("verify", "--jwks", str(jwks))[0] == 0
    jwks.write_text("[]")
    assert place.told("verify", "--jwks", str(jwks)) == (2, f"{jwks}: it is no set of public keys")


def test_what_is_too_old_goes_and_the_rest_holds(place: Place) -> None:
    place.add(9, 8, 7, 1, 0)
    place.seal()

    async def drop(store: Store) -> list[int]:
        retention = Retention(store, place.keys, 5)
        return [await retention.drop(), await retention.drop()]

    assert place.on(drop) == [[3, 0]]
    place.seal()
    assert kinds(place) == ["act", "act", "seal", "cut", "seal"]
    assert place.told("verify") == (0, "5 entries hold; 0 of them are not sealed yet.")
    place.alter("DELETE FROM {} WHERE key = 4")
    assert "entries 4 to 4 are missing" in place.told("verify")[1]


def test_the_newest_stays_however_old(place: Place) -> None:
    place.add(9, 8)
    place.on(lambda store: Retention(store, place.keys, 5).drop())
    assert kinds(place) == ["act", "cut"]


def test_lists_and_tables_show_it(place: Place, tmp_path: Path) -> None:
    place.add(0, 0, 0)
    code, told = place.told("list", "--limit", "2")
    assert code == 0
    assert told.startswith("number time kind operation subject")
    assert [word for word in told.split() if word in ("1", "2", "3")] == ["2", "3"]
    assert place.told("list", "--subject", "nobody")[1].split()[-1] == "resource"
    table = tmp_path / "audit.csv"
    assert place.told("export", "--csv", str(table)) == (0, f"3 entries are in {table}.")
    head, first, *_ = table.read_text().splitlines()
    assert head.startswith("number,time,kind,operation")
    # No spreadsheet takes it for a formula.
    assert ",'=1+0," in first
    after = place.told("export", "--after", "2", "-")[1]
    assert orjson.loads(after)["number"] == 3


def test_a_load_tells_who_did_it(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "categories.json"
    file.write_text('[{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]')
    about = ["--api", "TMF620", "--version", "v4", "--resource", "category"]
    command = ["load", *about, "--store", f"sqlite:///{place.file}", "--audit", str(file)]
    for more in (["--create"], ["--replace"]):
        found = click.testing.CliRunner().invoke(main, [*command, *more])
        assert found.exit_code == 0, found.output
    code, told = place.told("export", "-")
    assert code == 0
    one, two, whole = (orjson.loads(each) for each in told.replace("} {", "}\n{").splitlines())
    who = f"{getuser()} by tmf-apis load"
    assert {each["subject"] for each in (one, two, whole)} == {who}
    assert [one["resourceId"], two["resourceId"]] == ["a", "b"]
    assert one["change"][0]["patch"][0]["value"]["name"] == "A"
    assert (whole["kind"], whole["operation"], whole["count"]) == ("load", "replace", 2)


def test_without_a_key_nobody_seals(tmp_path: Path) -> None:
    with pytest.raises(KeysError, match="there is no key"):
        Sealer(SqliteStore(tmp_path / "tmf.db"), tmp_path)


def test_reads_are_recorded_where_writes_are() -> None:
    with pytest.raises(SettingsError, match="TMF_AUDIT_READS asks for TMF_AUDIT=1"):
        read_settings({"TMF_AUDIT_READS": "1"})
