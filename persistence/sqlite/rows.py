"""One row of a record: put in, changed and taken out, with what it mentions.

A record with two faces has a row for each, in the tables of both, alike in all but what mirrors the
document. Both are written in one transaction, or neither is.
"""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from persistence.errors import Duplicate, Stale, named
from persistence.mirror import Mention, Value
from persistence.sqlite.engine import integrity_errors
from persistence.sqlite.tables import SAME, Table, delete_mentions, insert_mentions
from persistence.store import Draft, Record
from persistence.twins import other
from tmf_apis.tmf630.version_order import rank


class Row(NamedTuple):
    """A row to be put in, made ready before its transaction."""

    table: Table
    draft: Draft
    values: list[Value]
    mentions: set[Mention]


class Changed(NamedTuple):
    """A row to be changed, made ready before its transaction."""

    table: Table
    key: int
    sql: str
    parameters: list[Any]
    gone: set[Mention]
    added: set[Mention]


def remembered(draft: Draft) -> str | None:
    """What both rows of a record hold of what is remembered with its faces."""
    memory = draft.twin and draft.twin.memory
    return memory.decode() if memory else None


def other_seen(seen: Record) -> Record:
    """The other face of a record that was seen; empty where it was not seen."""
    return seen._replace(body=seen.twin or b"", twin=seen.body)


def rows(table: Table, draft: Draft) -> list[Row]:
    """The rows of a new record, that of the face it is written through first."""
    if table.twin is None:
        return [_row(table, draft)]
    return [_row(table, draft), _row(table.twin, other(draft))]


def _row(table: Table, draft: Draft) -> Row:
    mirror = table.mirror
    return Row(table, draft, mirror.values(draft.document), mirror.mentions(draft.document))


def last_key(connection: sqlite3.Connection, table: Table) -> int:
    """The greatest key that the tables of a record's faces ever gave."""
    (key,) = connection.execute(
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name IN (?, ?)",
        (table.records, (table.twin or table).records),
    ).fetchone()
    return int(key)


def put_row(
    connection: sqlite3.Connection,
    row: Row,
    key: int | None,
    space: str,
    now: int,
    *,
    latest: bool,
) -> int:
    """Put a row in, with that key or the next one; which one. Raises `Duplicate`."""
    draft = row.draft
    try:
        done = connection.execute(
            row.table.insert,
            [key, space, draft.id, draft.version, rank(draft.version), 1, latest, now,
             *row.values, draft.body.decode(), remembered(draft)],
        )  # fmt: skip
    except integrity_errors() as error:
        raise Duplicate(named(draft.id, draft.version)) from error
    given = int(done.lastrowid or 0)
    insert_mentions(connection, row.table, given, row.mentions)
    return given


def refuse_halves(
    connection: sqlite3.Connection, table: Table, drafts: Sequence[Draft], space: str
) -> None:
    """Raise `Stale` where there is one face alone of what some drafts are."""
    if table.twin is None:
        return
    for one, two in ((table, table.twin), (table.twin, table)):
        alone = (
            f"SELECT 1 FROM {one.records} r WHERE r.space = ? AND r.id = ? AND r.version = ?"
            f" AND NOT EXISTS (SELECT 1 FROM {two.records} t WHERE {SAME})"
        )
        for draft in drafts:
            if connection.execute(alone, (space, draft.id, draft.version)).fetchone():
                raise Stale(draft.id)


def changed(table: Table, seen: Record, draft: Draft, space: str, now: int) -> Changed:
    """The change of a row that was seen. Raises `Stale` for a face that was not there."""
    if draft.before is None and not seen.body:
        raise Stale(draft.id)
    old = draft.before if draft.before is not None else orjson.loads(seen.body)
    change = table.mirror.change(old, draft.document)
    assigned: dict[str, Value] = {"modified": now}
    if draft.version != seen.version:
        assigned |= {"version": draft.version, "rank": rank(draft.version)}
    # Only what changed: SQLite rewrites the index of every column that is assigned.
    assigned |= change.values
    assigned["body"] = draft.body.decode()
    if draft.twin is not None and draft.twin.memory != seen.memory:
        assigned["memory"] = remembered(draft)
    sql = _update(table.records, tuple(assigned))
    parameters = [*assigned.values(), *which(seen, space)]
    return Changed(table, seen.key, sql, parameters, change.gone, change.added)


#: The row of a record as it was seen; by its key alone it might be another's in a twin.
WHICH = "key = ? AND n = ? AND space = ? AND id = ? AND modified = ?"


def which(seen: Record, space: str) -> tuple[int | str, ...]:
    """The parameters of `WHICH`."""
    return seen.key, seen.n, space, seen.id, seen.modified


@lru_cache(512)
def _update(records: str, columns: tuple[str, ...]) -> str:
    assigned = ", ".join(f"{column} = ?" for column in columns)
    return f"UPDATE {records} SET n = n + 1, {assigned} WHERE {WHICH}"


def change(connection: sqlite3.Connection, row: Changed, draft: Draft) -> None:
    """Change a row. Raises `Stale` where it is not as it was seen, and `Duplicate`."""
    try:
        done = connection.execute(row.sql, row.parameters)
    except integrity_errors() as error:
        raise Duplicate(named(draft.id, draft.version)) from error
    if done.rowcount == 0:
        raise Stale(draft.id)
    delete_mentions(connection, row.table, row.key, row.gone)
    insert_mentions(connection, row.table, row.key, row.added)


def remove(connection: sqlite3.Connection, table: Table, seen: Record, space: str) -> None:
    """Take the other face of a record out. Raises `Stale` where it is not as it was seen."""
    taken = connection.execute(
        f"DELETE FROM {table.records} WHERE {WHICH} RETURNING body", which(seen, space)
    ).fetchone()
    if taken is None:
        raise Stale(seen.id)
    delete_mentions(connection, table, seen.key, table.mirror.mentions(orjson.loads(taken[0])))
