"""From the layout of an older file to the next one; a step never changes once a release has it."""

import sqlite3
from collections.abc import Callable
from time import time

from persistence.sqlite.latest import settle
from tmf_apis.tmf630.version_order import rank


def mark_the_latest(connection: sqlite3.Connection) -> None:
    """The mark of the first version of an id goes to the latest, by the order of R-1305."""
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


#: The step from each layout.
STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {1: mark_the_latest, 2: index_the_log}
