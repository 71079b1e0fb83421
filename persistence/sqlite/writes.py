"""What each write does inside its transaction: the record, its mirror, its events, its key."""

import sqlite3
from collections.abc import Callable, Sequence
from time import time

import orjson

from persistence.errors import KeyReused, Stale
from persistence.sqlite import links
from persistence.sqlite.latest import settle
from persistence.sqlite.log import column
from persistence.sqlite.rows import (
    Row,
    change,
    changed,
    last_key,
    other_seen,
    put_row,
    remove,
    rows,
)
from persistence.sqlite.tables import SAME, Table, delete_mentions
from persistence.sqlite.unseen import is_seen
from persistence.sqlite.waiting import tell_first
from persistence.store import Created, Draft, Event, Once, Raising, Record, Scope
from persistence.twins import other, other_face
from tmf_apis.tmf630.version_order import rank

#: How long an idempotency key is remembered (D20), in microseconds.
ONCE_LIFETIME = 24 * 3600 * 1_000_000


def create(
    table: Table, draft: Draft, scope: Scope, events: Sequence[Event], once: Once | None
) -> Callable[[sqlite3.Connection], Created]:
    """The write that keeps a new record."""
    ready = rows(table, draft)

    def work(connection: sqlite3.Connection) -> Created:
        if once is not None and (known := earlier(connection, once)) is not None:
            return known
        record = _insert(connection, table, draft, scope, ready)
        _refuse_mistaken(draft, record.latest)
        _raise_events(connection, table, draft.id, events, record.modified)
        if once is not None:
            _remember(connection, once, record)
        return Created(record)

    return work


def replace(
    table: Table, seen: Record, draft: Draft, scope: Scope, events: Sequence[Event]
) -> Callable[[sqlite3.Connection], Record]:
    """The write that puts a draft in the place of a record that was seen."""
    now = max(_now(), seen.modified + 1)
    renamed = draft.version != seen.version
    changes = [changed(table, seen, draft, scope.space, now)]
    if table.twin is not None:
        changes.append(changed(table.twin, other_seen(seen), other(draft), scope.space, now))

    def work(connection: sqlite3.Connection) -> Record:
        for each in changes:
            change(connection, each, draft)
        latest = seen.latest
        if renamed:
            for face in reversed(table.faces):  # What is told is of this face, the first of them.
                latest = settle(connection, face.records, scope.space, draft.id, now, seen.key)
        _refuse_mistaken(draft, latest)
        tell_first(connection, table, seen.key, draft.id, now)
        _raise_events(connection, table, draft.id, events, now)
        return Record(
            seen.key, draft.id, draft.version, seen.n + 1,
            draft.body, now, latest, *other_face(draft),
        )  # fmt: skip

    return work


def delete(
    table: Table, seen: Sequence[Record], scope: Scope, events: Sequence[Event]
) -> Callable[[sqlite3.Connection], None]:
    """The write that removes records that were seen."""
    mentions = [(record, table.mirror.mentions(orjson.loads(record.body))) for record in seen]

    def work(connection: sqlite3.Connection) -> None:
        for record, mentioned in mentions:
            done = connection.execute(
                f"DELETE FROM {table.records} WHERE key = ? AND n = ? AND space = ?",
                (record.key, record.n, scope.space),
            )
            if done.rowcount == 0:
                raise Stale(record.id)
            tell_first(connection, table, record.key, record.id, _now())
            delete_mentions(connection, table, record.key, mentioned)
            if table.twin is not None:
                remove(connection, table.twin, record, scope.space)
        if table.collection.versioned:
            now = _now()
            for id in {record.id for record in seen if record.latest}:
                for face in table.faces:
                    settle(connection, face.records, scope.space, id, now)
        if seen:
            _raise_events(connection, table, seen[0].id, events, _now())

    return work


def load(
    table: Table, drafts: Sequence[Draft], scope: Scope, raising: Raising | None, *, over: bool
) -> Callable[[sqlite3.Connection], int]:
    """The write that keeps some records; `over` lets them take the place of existing ones."""

    def work(connection: sqlite3.Connection) -> int:
        for draft in drafts:
            seen = _present(connection, table, draft, scope) if over else None
            if seen is None:
                events = raised(connection, table, draft, scope, raising)
                create(table, draft, scope, events, None)(connection)
            else:
                turned = table.collection.turned
                if turned is not None:
                    draft = draft._replace(twin=turned(draft, seen))
                replace(table, seen, draft, scope, ())(connection)
        return len(drafts)

    return work


def raised(
    connection: sqlite3.Connection,
    table: Table,
    draft: Draft,
    scope: Scope,
    raising: Raising | None,
) -> Sequence[Event]:
    """What a new record of a load raises."""
    if raising is None:
        return ()
    overtaken = (
        table.collection.versioned
        and connection.execute(
            f"SELECT 1 FROM {table.records} WHERE space = ? AND id = ? AND rank > ?"
            f" AND {is_seen(table.records, 'key')}",
            (scope.space, draft.id, rank(draft.version)),
        ).fetchone()
    )
    return raising(draft, bool(overtaken))


def _insert(
    connection: sqlite3.Connection,
    table: Table,
    draft: Draft,
    scope: Scope,
    ready: Sequence[Row],
) -> Record:
    now = _now()
    latest = True
    key = None if table.twin is None else 1 + last_key(connection, table)
    for row in reversed(ready):  # What is told is of this face, the first of them.
        latest = _is_alone(connection, row.table, draft, scope)
        key = put_row(connection, row, key, scope.space, now, latest=latest)
        if not latest:
            latest = settle(connection, row.table.records, scope.space, draft.id, now, key)
    assert key is not None
    return Record(key, draft.id, draft.version, 1, draft.body, now, latest, *other_face(draft))


def put(
    connection: sqlite3.Connection,
    table: Table,
    key: int,
    draft: Draft,
    scope: Scope,
    ready: Sequence[Row],
    now: int,
) -> None:
    """Keep a new record with that key. Of several versions none is the latest yet."""
    for row in ready:
        alone = _is_alone(connection, row.table, draft, scope)
        put_row(connection, row, key, scope.space, now, latest=alone)


def _is_alone(connection: sqlite3.Connection, table: Table, draft: Draft, scope: Scope) -> bool:
    """Whether there is no other version of a new record, seen or not."""
    if not table.collection.versioned:
        return True
    others = f"SELECT 1 FROM {table.records} WHERE space = ? AND id = ?"
    return connection.execute(others, (scope.space, draft.id)).fetchone() is None


def _refuse_mistaken(draft: Draft, latest: bool) -> None:
    """Raise `Stale` where the caller took a draft for the latest version and it is not, or not
    and it is: what its events tell would be wrong.
    """
    if draft.latest not in (None, latest):
        raise Stale(draft.id)


def _present(
    connection: sqlite3.Connection, table: Table, draft: Draft, scope: Scope
) -> Record | None:
    """The record whose place a draft takes, if there is one."""
    twin, join = "NULL, NULL", ""
    if table.twin is not None:
        twin, join = "t.body, r.memory", f" LEFT JOIN {table.twin.records} t ON {SAME}"
    row = connection.execute(
        f"SELECT r.key, r.version, r.n, r.body, r.modified, r.latest, {twin}"
        f" FROM {table.records} r{join}"
        f" WHERE r.space = ? AND r.id = ? AND r.version = ? AND {is_seen(table.records, 'r.key')}",
        (scope.space, draft.id, draft.version),
    ).fetchone()
    if row is None:
        return None
    key, version, n, body, modified, latest, other, memory = row
    return Record(
        key, draft.id, version, n, body.encode(), modified,
        bool(latest), other and other.encode(), memory and memory.encode(),
    )  # fmt: skip


def _raise_events(
    connection: sqlite3.Connection,
    table: Table,
    id: str,
    events: Sequence[Event],
    now: int,
) -> None:
    if events and table.chain is not None:
        events = links.append(connection, table.chain, events, now)
    if events:
        connection.executemany(
            "INSERT INTO event (collection, id, type, raised, body) VALUES (?, ?, ?, ?, ?)",
            [
                (e.collection or table.collection.name, id, e.type, now, column(e.body))
                for e in events
            ],
        )


def earlier(connection: sqlite3.Connection, once: Once) -> Created | None:
    """What the same key did before, within its lifetime."""
    row = connection.execute(
        "SELECT digest, record, body FROM once WHERE key = ? AND at > ?",
        (once.key, _now() - ONCE_LIFETIME),
    ).fetchone()
    if row is None:
        return None
    if row[0] != once.digest:
        raise KeyReused(once.key)
    key, id, version, made, modified, latest = orjson.loads(row[1])
    n = int(made.split(".")[1])
    record = Record(key, id, version, n, row[2].encode(), modified, latest)
    return Created(record, replayed=True)


def _remember(connection: sqlite3.Connection, once: Once, record: Record) -> None:
    forgotten = _now() - ONCE_LIFETIME
    connection.execute(
        "DELETE FROM once WHERE key IN (SELECT key FROM once WHERE at <= ? LIMIT 10) OR key = ?",
        (forgotten, once.key),
    )
    about = [
        record.key, record.id, record.version, record.revision, record.modified, record.latest
    ]  # fmt: skip
    connection.execute(
        "INSERT INTO once (key, digest, at, record, body) VALUES (?, ?, ?, ?, ?)",
        (once.key, once.digest, _now(), orjson.dumps(about), record.body.decode()),
    )


def _now() -> int:
    return int(time() * 1_000_000)
