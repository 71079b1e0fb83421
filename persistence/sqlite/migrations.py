"""From the layout of an older file to the next one; a step never changes once a release has it."""

import sqlite3
from collections.abc import Callable
from time import time

from persistence.sqlite.latest import settle
from tmf_apis.tmf630.version_order import rank

#: Entries of loads; what of a load waits to be written over records, and to be told to listeners.
LOADING = (
    """CREATE TABLE IF NOT EXISTS loading (
        number INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL, records TEXT NOT NULL,
        space TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, state TEXT NOT NULL,
        until INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS loading_record (
        place INTEGER PRIMARY KEY AUTOINCREMENT, loading INTEGER NOT NULL, id TEXT NOT NULL,
        version TEXT NOT NULL, body TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS loading_record_of ON loading_record (loading)",
    """CREATE TABLE IF NOT EXISTS loading_event (
        place INTEGER PRIMARY KEY AUTOINCREMENT, loading INTEGER NOT NULL, id TEXT NOT NULL,
        type TEXT NOT NULL, body TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS loading_event_of ON loading_event (loading, id)",
)


def make_room_for_loads(connection: sqlite3.Connection) -> None:
    """What a load needs that is put in piece by piece."""
    for statement in LOADING:
        connection.execute(statement)


def mark_the_latest(connection: sqlite3.Connection) -> None:
    """The mark of the first version of an id goes to the latest, by the order of R-1305."""
    make_room_for_loads(connection)  # Whose records are not the latest until they are seen.
    make_room_for_twins(connection)
    now = int(time() * 1_000_000)
    for (number,) in connection.execute("SELECT number FROM collection").fetchall():
        records = f"r{number}"
        connection.execute(f'ALTER TABLE {records} RENAME COLUMN "primary" TO latest')
        versions = connection.execute(
            f"SELECT key, space, id, version FROM {records} WHERE version != '' OR NOT latest"
        ).fetchall()
        connection.executemany(
            f"UPDATE {records} SET rank = ? WHERE key = ?",
            [(rank(version), key) for key, _, _, version in versions],
        )
        for space, id in {(space, id) for _, space, id, _ in versions}:
            settle(connection, records, space, id, now)


#: What is dropped from the log is found by it: the oldest events of a collection.
EVENTS_BY_COLLECTION = "CREATE INDEX event_collection ON event (collection)"


def index_the_log(connection: sqlite3.Connection) -> None:
    """The events of a collection are found without those of all others."""
    connection.execute(EVENTS_BY_COLLECTION)


#: What is written to find out whether the file can be written to: one row.
BEAT = "CREATE TABLE beat (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL)"


def make_room_for_a_beat(connection: sqlite3.Connection) -> None:
    """The row that says when the file was last found to be writable."""
    connection.execute(BEAT)


def pack_large_events(connection: sqlite3.Connection) -> None:
    """Nothing changes in the file; but an older program cannot read large events from now on."""


#: What a load needs whose records have two faces: the other table, the other body, what is
#: remembered with it, and which collection an event is told of, where that is not the load's.
LOADING_TWINS = (
    "ALTER TABLE loading ADD COLUMN twin TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE loading_record ADD COLUMN twin TEXT",
    "ALTER TABLE loading_record ADD COLUMN memory TEXT",
    "ALTER TABLE loading_event ADD COLUMN collection TEXT NOT NULL DEFAULT ''",
)


#: Which collection has the other faces of the records of another, once all have one.
COLLECTION_TWIN = "ALTER TABLE collection ADD COLUMN twin TEXT NOT NULL DEFAULT ''"


def make_room_for_twins(connection: sqlite3.Connection) -> None:
    """What records with two faces need, and loads of them, unless an earlier step needed it."""
    if not _has(connection, "loading", "twin"):
        for statement in LOADING_TWINS:
            connection.execute(statement)
    if not _has(connection, "collection", "twin"):
        connection.execute(COLLECTION_TWIN)
    for (number,) in connection.execute("SELECT number FROM collection").fetchall():
        if not _has(connection, f"r{number}", "memory"):
            connection.execute(f"ALTER TABLE r{number} ADD COLUMN memory")


def _has(connection: sqlite3.Connection, table: str, column: str) -> bool:
    return any(row[1] == column for row in connection.execute(f"PRAGMA table_info({table})"))


#: The step from each layout.
STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {
    1: mark_the_latest,
    2: index_the_log,
    3: make_room_for_loads,
    4: make_room_for_a_beat,
    5: pack_large_events,
    6: make_room_for_twins,
}
