"""A store of an older layout is brought up to this one when it is opened, and once only.

In layout 1 the first version of an id bore a mark, and 2.0-beta ranked above 2.0.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pymongo import MongoClient

from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from persistence.store import Once, Record
from tests.persistence.driver import EVERYONE, VERSIONED, Driver, draft

#: Versions in the order they were made: the first of each id bore the mark.
MADE = [("a", "2.0-beta"), ("a", "2.0"), ("b", "10.0"), ("b", "v3"), ("c", "1.0"), ("c", "1.1")]
#: What replays a create of the last hours.
ONCE = Once("k", "d")


def aged_file(path: Path) -> None:
    """Make a file as layout 1 had it."""
    with sqlite3.connect(path) as connection:
        ((number,),) = connection.execute(
            "SELECT number FROM collection WHERE name = ?", (VERSIONED.name,)
        )
        for (each,) in connection.execute("SELECT number FROM collection").fetchall():
            connection.execute(f'ALTER TABLE r{each} RENAME COLUMN latest TO "primary"')
        connection.execute(f"""UPDATE r{number} SET n = 1, rank = version, "primary" =
            version IN ('2.0-beta', '10.0') """)
        connection.execute("DROP INDEX event_collection")
        connection.execute("DROP TABLE beat")
        for table in ("loading", "loading_record", "loading_event"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 1")


def aged_database(url: str) -> None:
    """Make a database as layout 1 had it."""
    with MongoClient(url) as client:
        database = client.get_default_database()
        records = database["records.test.v1.versioned"]
        records.update_many({}, {"$set": {"n": 1, "primary": False}})
        first = {"version": {"$in": ["2.0-beta", "10.0"]}}
        records.update_many(first, {"$set": {"primary": True}})
        for row in records.find({}):
            records.update_one({"_id": row["_id"]}, {"$set": {"rank": row["version"]}})
        records.update_many(
            {"once": {"$exists": True}},
            {"$unset": {"once.latest": 1}, "$set": {"once.primary": False}},
        )
        database["tmf.catalogue"].update_one({"_id": "layout"}, {"$set": {"layout": 1}})


@pytest.fixture(params=["SQLite", "MongoDB"])
def shop(
    request: pytest.FixtureRequest, tmp_path: Path, mongo_url: str
) -> Iterator[tuple[Driver, Callable[[], None]]]:
    """A store, and what makes it one of layout 1."""
    with asyncio.Runner() as runner:
        if request.param == "SQLite":
            path = tmp_path / "store.db"
            yield Driver(lambda: SqliteStore(path), runner), lambda: aged_file(path)
        else:
            yield Driver(lambda: MongoStore(mongo_url), runner), lambda: aged_database(mongo_url)


@pytest.mark.rule("R-1302", "R-1305")
def test_the_mark_goes_from_the_first_to_the_latest(
    shop: tuple[Driver, Callable[[], None]],
) -> None:
    store, age = shop
    for id, version in MADE:
        once = ONCE if version == "2.0" else None
        store.create(draft(id, version), once=once, collection=VERSIONED)
    store.delete(store.get("c", version="1.0", collection=VERSIONED), collection=VERSIONED)
    store.run(store.store.close())
    age()
    store.reopen()
    found = store.find(collection=VERSIONED).records
    by_version = {record.version: record for record in found}
    assert [record.version for record in found if record.latest] == ["2.0", "10.0", "1.1"]
    assert store.get("a", collection=VERSIONED) == by_version["2.0"]
    assert [record.version for record in store.versions("b")] == ["10.0", "v3"]
    old = {record.version: f"{record.key}.1" for record in found}
    moved = {version for version, record in by_version.items() if record.revision != old[version]}
    assert moved == {"2.0-beta", "2.0", "v3", "1.1"}
    store.reopen()
    assert store.find(collection=VERSIONED).records == found
    replay = store.create(draft("a", "2.0"), once=ONCE, collection=VERSIONED)
    assert replay.replayed
    store.create(draft("a", "2.1"), collection=VERSIONED)
    assert _latest(store.versions("a")) == [True, False, False]
    store.run(store.store.close())


def _latest(records: list[Record]) -> list[bool]:
    return [record.latest for record in records]


@pytest.mark.parametrize("twin", ["/test/v0/versioned", "/test/v2/versioned"])
def test_a_face_that_is_kept_apart_is_brought_up_as_well(
    twin: str, shop: tuple[Driver, Callable[[], None]]
) -> None:
    store, age = shop
    for id, version in MADE:
        store.create(draft(id, version), collection=VERSIONED)
    store.run(store.store.close())
    age()
    face = replace(VERSIONED, twin=twin)
    store.reopen([face, replace(VERSIONED, name=twin, twin=face.name)], joining=True)
    found = store.find(collection=face).records
    assert [record.version for record in found if record.latest] == ["2.0", "10.0", "1.1"]
    works = [store.store.versions(face, id, EVERYONE, twin=True) for id in "abc"]
    assert [[record.version for record in store.run(work)] for work in works] == [
        ["2.0", "2.0-beta"], ["10.0", "v3"], ["1.1", "1.0"]
    ]  # fmt: skip
    store.run(store.store.close())
