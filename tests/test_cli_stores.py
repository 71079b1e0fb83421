"""`copy`, `indexes` and `shard`: from one store to another, and what a MongoDB server is told."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pymongo import MongoClient

from persistence.urls import without_password
from tests.persistence.mongo_server import fresh_database
from tests.persistence.relay import Document, relayed
from tmf_apis.cli import main

SQLITE = "sqlite:///tmf.db"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("TMF_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def mongo_url() -> Iterator[str]:
    with fresh_database() as url:
        yield url


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def load(store: str) -> None:
    Path("bills.json").write_text('[{"id": "1", "billNo": "1"}, {"id": "2", "billNo": "2"}]')
    wanted = ("--api", "TMF678", "--version", "v4", "--resource", "customerBill")
    done = run("load", *wanted, "--store", store, "--create", "bills.json")
    assert done.exit_code == 0, done.output


def test_a_store_is_copied_there_and_back(mongo_url: str) -> None:
    load(SQLITE)
    there = run("copy", "--from", SQLITE, "--to", mongo_url)
    back = run("copy", "--from", mongo_url, "--to", "sqlite:///back.db")
    assert (there.exit_code, back.exit_code) == (0, 0), there.output + back.output
    assert "v4/customerBill" in there.output
    assert there.output == back.output


def test_a_copy_into_a_store_with_other_records_is_refused(mongo_url: str) -> None:
    load(SQLITE)
    load(mongo_url)
    done = run("copy", "--from", SQLITE, "--to", mongo_url)
    assert done.exit_code == 2
    assert "differs" in done.output


@pytest.mark.parametrize("same", ["sqlite:///tmf.db", "sqlite:///./other/../tmf.db"])
def test_a_store_is_not_copied_onto_itself(same: str) -> None:
    load(SQLITE)
    refused = run("copy", "--from", SQLITE, "--to", same)
    assert refused.exit_code == 2
    assert refused.output == f"{SQLITE} and {same} are one store; there is nothing to copy.\n"


def test_a_database_that_is_not_there_is_not_made(mongo_url: str) -> None:
    load(SQLITE)
    Path("bills.json").write_text("[]")
    bills = ("load", "--api", "TMF678", "--version", "v4", "--resource", "customerBill")
    for command in (
        (*bills, "--store", mongo_url, "bills.json"),
        ("indexes", "--store", mongo_url, "--apply"),
        ("shard", "--store", mongo_url, "--apply"),
        ("copy", "--from", mongo_url, "--to", SQLITE),
    ):
        refused = run(*command)
        assert refused.exit_code == 2, command
        named = "" if "copy" in command else "TMF_STORE: "
        told = f"{named}{without_password(mongo_url)} is no store yet; `tmf-apis serve` makes one, "
        assert refused.output.startswith(told)
    with MongoClient(mongo_url) as client:
        assert client.get_default_database().list_collection_names() == []


def test_indexes_are_compared_and_built(mongo_url: str) -> None:
    load(mongo_url)
    assert run("indexes", "--store", mongo_url).exit_code == 0
    with MongoClient(mongo_url) as client:
        (name,) = [n for n in client.get_default_database().list_collection_names() if "Bill" in n]
        records = client.get_default_database()[name]
        (creation,) = [n for n in records.index_information() if n.startswith("creation~")]
        records.drop_index(creation)
        records.create_index("theirs", name="theirs")
        before = run("indexes", "--store", mongo_url)
        assert before.exit_code == 1
        assert "missing" in before.output
        assert "not wanted" in before.output
        assert run("indexes", "--store", mongo_url, "--apply").exit_code == 0
        assert creation in records.index_information()
        assert "theirs" not in records.index_information()


@pytest.mark.parametrize(
    ("reply", "told", "code"),
    [
        ({"ok": 1.0, "collectionsharded": "tmf.x"}, "sharded", 0),
        ({"ok": 0.0, "code": 59, "errmsg": "no such command: 'shardCollection'"}, "refused: no", 1),
    ],
)
def test_shard_keys_are_shown_and_given(
    reply: Document, told: str, code: int, mongo_url: str
) -> None:
    """docs: `shardCollection`, of a mongos, and what a server that is none says."""
    load(mongo_url)
    shown = run("shard", "--store", mongo_url)
    assert (shown.exit_code, "resource, space" in shown.output) == (0, True)
    with relayed(mongo_url, lambda asked, own: reply if "shardCollection" in asked else own) as url:
        done = run("shard", "--store", url, "--apply")
    assert done.exit_code == code
    assert told in done.output


@pytest.mark.parametrize("command", ["indexes", "shard"])
def test_sqlite_looks_after_itself(command: str) -> None:
    done = run(command, "--store", SQLITE)
    assert done.exit_code == 2
    assert "looks after itself" in done.output


@pytest.mark.parametrize("command", [("serve",), ("indexes",), ("shard",)])
def test_a_server_that_does_not_answer_stops_the_command_in_one_line(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMF_PORT", "0")
    done = run(
        *command, "--store", "mongodb://user:secret@127.0.0.1:1/tmf?serverSelectionTimeoutMS=300"
    )
    assert done.exit_code == 2
    assert done.output.count("\n") == 1
    assert done.output.startswith("TMF_STORE: mongodb://user:***@127.0.0.1:1/tmf")
    assert "no server answers" in done.output
    assert "secret" not in done.output
