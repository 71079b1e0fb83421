"""Records that were kept apart, one a face, become records with two faces.

The entry of a collection names its twin once no record stands apart: until then a file is looked
through when it is opened, from then on never again. While they are being joined it does so with a
question mark, for those that were are lost to whoever keeps them apart.
"""

import sqlite3
from collections.abc import Callable, Sequence
from time import time

import orjson

from persistence.errors import Apart, Stale, Unusable
from persistence.room import ROOM, fitting
from persistence.sqlite.latest import mark
from persistence.sqlite.moving import BODY, KEPT, as_kept
from persistence.sqlite.rows import WHICH, last_key, put_row, rows, which
from persistence.sqlite.tables import SAME, Table, delete_mentions
from persistence.sqlite.unseen import is_seen
from persistence.store import Joint, Kept, Record, Scope

#: Before the name of a twin that not all records have yet.
_SOME = "?"


def note_twins(connection: sqlite3.Connection, tables: Sequence[Table], *, joining: bool) -> None:
    """Note which tables hold two faces of the same records. Raises `Apart` for records that are to
    be joined and are not to be joined now, and `Unusable` for such that would lose a face.
    """
    noted = dict(connection.execute("SELECT name, twin FROM collection").fetchall())
    standing = []
    for table in tables:
        name, twin = table.collection.name, table.collection.twin
        if noted[name] == twin:
            continue
        if not twin and _holds_any(connection, table):
            other = noted[name].removeprefix(_SOME)
            raise Unusable(f"records of {name} have another face in {other}, kept with them")
        if table.twin is not None and _stand_apart(connection, table, table.twin):
            standing.append(name)
        else:
            connection.execute("UPDATE collection SET twin = ? WHERE name = ?", (twin, name))
    if standing and not joining:
        raise Apart(f"The two faces of records are kept apart in {', '.join(standing)}")


def _holds_any(connection: sqlite3.Connection, table: Table) -> bool:
    return connection.execute(f"SELECT 1 FROM {table.records} LIMIT 1").fetchone() is not None


def _stand_apart(connection: sqlite3.Connection, table: Table, twin: Table) -> bool:
    """Whether a record of either table has no other face."""
    alone = (f"SELECT 1 FROM {_alone(*pair)} LIMIT 1" for pair in ((table, twin), (twin, table)))
    return any(connection.execute(sql).fetchone() is not None for sql in alone)


def _alone(table: Table, twin: Table) -> str:
    """The rows of a table that have no other face, as the end of a statement."""
    return f"{table.records} r LEFT JOIN {twin.records} t ON {SAME} WHERE t.key IS NULL"


def alone(table: Table, after: int, limit: int) -> Callable[[sqlite3.Connection], list[Kept]]:
    """The records without another face that follow a key, in the order of keys."""
    assert table.twin is not None
    sql = (
        f"SELECT {KEPT} FROM {_alone(table, table.twin)}"
        f" AND r.key > ? AND {is_seen(table.records, 'r.key')} ORDER BY r.key LIMIT ?"
    )

    def work(connection: sqlite3.Connection) -> list[Kept]:
        found = connection.execute(sql, (after, limit))
        taken, _ = fitting(found, BODY, ROOM)
        found.close()
        return [as_kept(row) for row in taken]

    return work


def join(
    table: Table, joints: Sequence[Joint], scope: Scope
) -> Callable[[sqlite3.Connection], None]:
    """The write that puts records with two faces in the places of those that stood apart."""
    twin = table.twin
    assert twin is not None
    ready = [rows(table, joint.draft) for joint in joints]

    def work(connection: sqlite3.Connection) -> None:
        now = int(time() * 1_000_000)
        for face in table.faces:
            connection.execute(
                "UPDATE collection SET twin = ? WHERE name = ? AND twin = ''",
                (_SOME + face.collection.twin, face.collection.name),
            )
        for joint in joints:
            for face, seen in ((table, joint.own), (twin, joint.other)):
                if seen is not None:
                    _take_out(connection, face, seen, scope)
        latest = not table.collection.versioned
        for pair in ready:
            key = 1 + last_key(connection, table)
            for row in pair:
                put_row(connection, row, key, scope.space, now, latest=latest)
        if not latest:
            for id in {joint.draft.id for joint in joints}:
                for face in table.faces:
                    mark(connection, face.records, scope.space, id)

    return work


def _take_out(connection: sqlite3.Connection, table: Table, seen: Record, scope: Scope) -> None:
    sql = f"DELETE FROM {table.records} WHERE {WHICH}"
    if connection.execute(sql, which(seen, scope.space)).rowcount == 0:
        raise Stale(seen.id)
    mentions = table.mirror.mentions(orjson.loads(seen.body))
    delete_mentions(connection, table, seen.key, mentions)
