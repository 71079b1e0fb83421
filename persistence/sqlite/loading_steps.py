"""The steps of a load: each is one write that ends soon, and true when more of it is to do."""

import sqlite3
from collections.abc import Callable, Sequence
from enum import StrEnum
from time import monotonic, time
from typing import NamedTuple

import orjson

from persistence.errors import Unavailable
from persistence.sqlite import writes
from persistence.sqlite.latest import settle
from persistence.sqlite.log import column
from persistence.sqlite.rows import last_key, refuse_halves, remembered
from persistence.sqlite.rows import rows as ready_rows
from persistence.sqlite.tables import Table, delete_mentions
from persistence.sqlite.waiting import tell
from persistence.store import Draft, Facet, Raising, Scope, scope_of

Step = Callable[[sqlite3.Connection], bool]

#: Seconds that a step may hold the file, and what it looks at in one go.
HOLD = 0.01
ROWS = 500
#: Microseconds after which a load that takes no step counts as given up.
RESTS = 60_000_000


class State(StrEnum):
    """How far a load is: its records are seen when it is decided."""

    LOADING = "loading"
    DECIDED = "decided"
    GIVEN_UP = "given up"


class Entry(NamedTuple):
    """A load: its number, the space of its records, their keys, and the table of other faces."""

    number: int
    space: str
    first: int
    last: int
    twin: str = ""

    @property
    def scope(self) -> Scope:
        """Where its records belong."""
        return scope_of(self.space)


def begin(table: Table, scope: Scope, count: int) -> Callable[[sqlite3.Connection], Entry]:
    """The entry of a load, with keys for so many records that nobody else is given."""

    twin = "" if table.twin is None else table.twin.records

    def work(connection: sqlite3.Connection) -> Entry:
        before = last_key(connection, table)
        for face in table.faces:
            connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (face.records,))
            connection.execute(
                "INSERT INTO sqlite_sequence VALUES (?, ?)", (face.records, before + count)
            )
        number = connection.execute(
            "INSERT INTO loading (collection, records, space, first, last, state, until, twin)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (table.collection.name, table.records, scope.space, before + 1, before + count,
             State.LOADING, _now() + RESTS, twin),
        ).lastrowid  # fmt: skip
        return Entry(int(number or 0), scope.space, before + 1, before + count, twin)

    return work


def put_in(
    table: Table, entry: Entry, drafts: Sequence[Draft], key: int, raising: Raising | None
) -> Step:
    """New records, unseen, with keys from `key` on; their events wait."""
    ready = [
        (key + place, draft, ready_rows(table, draft))
        for place, draft in reversed(list(enumerate(drafts)))
    ]

    def work(connection: sqlite3.Connection) -> bool:
        now = _renew(connection, entry)
        until = monotonic() + HOLD
        while ready:
            key, draft, rows = ready.pop()
            writes.put(connection, table, key, draft, entry.scope, rows, now)
            events = writes.raised(connection, table, draft, entry.scope, raising)
            connection.executemany(
                "INSERT INTO loading_event (loading, id, type, body, collection)"
                " VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        entry.number,
                        draft.id,
                        e.type,
                        column(e.body),
                        e.collection or table.collection.name,
                    )
                    for e in events
                ],
            )
            if monotonic() > until:
                break
        return bool(ready)

    return work


def put_aside(table: Table, entry: Entry, drafts: Sequence[Draft]) -> Step:
    """Records that will take the place of others, or be new. Raises `Stale` for one that never can,
    because what is there has one face alone.
    """
    rows = [
        (entry.number, draft.id, draft.version, draft.body.decode(),
         None if draft.twin is None else draft.twin.body.decode(), remembered(draft))
        for draft in drafts
    ]  # fmt: skip

    def work(connection: sqlite3.Connection) -> bool:
        _renew(connection, entry)
        refuse_halves(connection, table, drafts, entry.space)
        connection.executemany(
            "INSERT INTO loading_record (loading, id, version, body, twin, memory)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            rows,
        )
        return False

    return work


def decide(entry: Entry) -> Callable[[sqlite3.Connection], None]:
    """The write from which on all records are seen."""

    def work(connection: sqlite3.Connection) -> None:
        _renew(connection, entry)
        connection.execute(
            "UPDATE loading SET state = ? WHERE number = ?", (State.DECIDED, entry.number)
        )

    return work


def give_up(entry: Entry) -> Step:
    """Whether a load was not decided yet, and never will be."""

    def work(connection: sqlite3.Connection) -> bool:
        done = connection.execute(
            "UPDATE loading SET state = ? WHERE number = ? AND state != ?",
            (State.GIVEN_UP, entry.number, State.DECIDED),
        )
        return done.rowcount > 0

    return work


def put_over(table: Table, entry: Entry) -> Step:
    """Records take the place of those with their id and version, or are new after all."""

    def work(connection: sqlite3.Connection) -> bool:
        until = monotonic() + HOLD
        rows = connection.execute(
            "SELECT place, id, version, body, twin, memory FROM loading_record WHERE loading = ?"
            " ORDER BY place LIMIT ?",
            (entry.number, ROWS),
        ).fetchall()
        for place, id, version, body, other, memory in rows:
            draft = Draft(id, orjson.loads(body), body.encode(), version)
            if other is not None:
                kept = memory and memory.encode()
                draft = draft._replace(twin=Facet(orjson.loads(other), other.encode(), memory=kept))
            writes.load(table, [draft], entry.scope, None, over=True)(connection)
            connection.execute("DELETE FROM loading_record WHERE place = ?", (place,))
            if monotonic() > until:
                break
        _renew(connection, entry, State.DECIDED)
        return bool(rows)

    return work


def settle_versions(table: Table, entry: Entry) -> Step:
    """The latest version of each id that was loaded bears the mark, and no other."""
    key = entry.first

    def work(connection: sqlite3.Connection) -> bool:
        nonlocal key
        until = monotonic() + HOLD
        now = _renew(connection, entry, State.DECIDED)
        rows = connection.execute(
            f"SELECT key, space, id FROM {table.records} WHERE key BETWEEN ? AND ?"
            " ORDER BY key LIMIT ?",
            (key, entry.last, ROWS),
        ).fetchall()
        for own, space, id in rows:
            for face in table.faces:
                settle(connection, face.records, space, id, now)
            key = own + 1
            if monotonic() > until:
                break
        return bool(rows)

    return work


def tell_all(table: Table, entry: Entry) -> Step:
    """Events go into the log."""

    def work(connection: sqlite3.Connection) -> bool:
        until = monotonic() + HOLD
        now = _renew(connection, entry, State.DECIDED)
        while tell(connection, entry.number, table, now):
            if monotonic() > until:
                return True
        return False

    return work


def take_out(table: Table, entry: Entry) -> Step:
    """Records that will never be seen are removed."""

    def work(connection: sqlite3.Connection) -> bool:
        until = monotonic() + HOLD
        _renew(connection, entry, State.GIVEN_UP)
        for face in table.faces:
            rows = connection.execute(
                f"SELECT key, body FROM {face.records} WHERE key BETWEEN ? AND ? LIMIT ?",
                (entry.first, entry.last, ROWS),
            ).fetchall()
            for key, body in rows:
                connection.execute(f"DELETE FROM {face.records} WHERE key = ?", (key,))
                delete_mentions(connection, face, key, face.mirror.mentions(orjson.loads(body)))
                if monotonic() > until:
                    break
            if rows:
                return True
        return False

    return work


def drop(entry: Entry) -> Step:
    """What waits is removed."""

    def work(connection: sqlite3.Connection) -> bool:
        _renew(connection, entry, State.GIVEN_UP)
        dropped = [
            connection.execute(
                f"DELETE FROM {waiting} WHERE place IN"
                f" (SELECT place FROM {waiting} WHERE loading = ? LIMIT ?)",
                (entry.number, ROWS),
            ).rowcount
            for waiting in ("loading_record", "loading_event")
        ]
        return any(dropped)

    return work


def end(entry: Entry) -> Callable[[sqlite3.Connection], None]:
    """The entry goes."""

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM loading WHERE number = ?", (entry.number,))

    return work


def given_up(connection: sqlite3.Connection) -> list[tuple[Entry, str, State]]:
    """The loads that take no more steps, with their collection and state; read as bytes."""
    rows = connection.execute(
        "SELECT number, space, first, last, twin, collection, state FROM loading WHERE until < ?",
        (_now(),),
    ).fetchall()
    return [
        (
            Entry(number, space.decode(), first, last, twin.decode()),
            collection.decode(),
            State(state.decode()),
        )
        for number, space, first, last, twin, collection, state in rows
    ]


def _renew(connection: sqlite3.Connection, entry: Entry, state: State = State.LOADING) -> int:
    """The time of a step. Raises `Unavailable` where another took the load for given up."""
    now = _now()
    done = connection.execute(
        "UPDATE loading SET until = ? WHERE number = ? AND state = ?",
        (now + RESTS, entry.number, state),
    )
    if done.rowcount == 0:
        raise Unavailable("the load rested too long, and another process took it for given up")
    return now


def _now() -> int:
    return int(time() * 1_000_000)
