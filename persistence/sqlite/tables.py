"""The tables of the database file: a pair per collection, and the ones all share.

A collection has a table of records (`r<n>`: what identifies a record, a typed column per
declared scalar, the body, and what is remembered of two faces) and a table of what its records
mention (`m<n>`: ids of other entities and characteristics, found by path number and value).
"""

import sqlite3
from collections.abc import Callable, Sequence

import orjson

from persistence.errors import Unusable
from persistence.mirror import Mirror, column_name, path_text
from persistence.sqlite.connection import write_ahead
from persistence.sqlite.migrations import (
    BEAT,
    COLLECTION_TWIN,
    EVENTS_BY_COLLECTION,
    LOADING,
    LOADING_TWINS,
    STEPS,
)
from persistence.sqlite.unseen import Range
from persistence.store import Collection
from persistence.twins import pairs

#: Marks the file as ours ("TMF1"), and the layout below by its version.
APPLICATION_ID = 0x544D4631
LAYOUT = 7

_SHARED = (
    """CREATE TABLE collection (
        number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, mirror TEXT NOT NULL)""",
    """CREATE TABLE event (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL,
        id TEXT NOT NULL, type TEXT NOT NULL, raised INTEGER NOT NULL, body TEXT NOT NULL)""",
    EVENTS_BY_COLLECTION,
    """CREATE TABLE once (
        key TEXT PRIMARY KEY, digest TEXT NOT NULL, at INTEGER NOT NULL,
        record BLOB NOT NULL, body TEXT NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX once_at ON once (at)",
    *LOADING,
    *LOADING_TWINS,
    COLLECTION_TWIN,
    BEAT,
)
#: The columns every table of records begins with; `n` counts the revisions of a key.
_IDENTITY = """key INTEGER PRIMARY KEY AUTOINCREMENT, space TEXT NOT NULL, id TEXT NOT NULL,
    version TEXT NOT NULL, rank TEXT NOT NULL, n INTEGER NOT NULL, latest INTEGER NOT NULL,
    modified INTEGER NOT NULL"""
#: What a row of a read begins with; the values of the sort keys of a list follow.
ROW = "r.key, r.id, r.version, r.n, r.body, r.modified, r.latest"
#: That the row `t` of a twin is the other face of a row `r`: by chance only the key is the same.
SAME = (
    "t.key = r.key AND t.space = r.space AND t.id = r.id AND t.version = r.version"
    " AND t.n = r.n AND t.modified = r.modified"
)
#: What finds the records of a space and an id, and of these the one of an entity version.
_BY_ID, OF_VERSION = "r.space = ?1 AND r.id = ?2", " AND r.version = ?3"
IDENTITY_COLUMNS = "space, id, version, rank, n, latest, modified"


class Table:
    """Where a collection lives in the file: the names of its tables, and how its mirror is made."""

    def __init__(self, number: int, collection: Collection) -> None:
        self.collection = collection
        self.mirror = Mirror(collection)
        #: The table of records, and that of references and characteristics.
        self.records = f"r{number}"
        self.mentions = f"m{number}"
        self.number = number
        #: The table of the chain, if there is one among those that are open.
        self.chain: Table | None = None
        #: The table of the other faces, if records have two; and those of all faces, own first.
        self.twin: Table | None = None
        self.faces: tuple[Table, ...] = (self,)
        #: Records up to this key are seen by reads (see `unseen`), and no event of theirs waits
        #: (see `waiting`), both for ever.
        self.seen = self.told = 0
        #: The keys that the last page did not see.
        self.unseen: tuple[Range, ...] = ()
        named = ", ".join(["key", IDENTITY_COLUMNS, *self.mirror.names, "body", "memory"])
        places = ", ".join("?" * (10 + len(self.mirror.names)))
        #: The statement that puts one record in, `key` first, `body` and `memory` last.
        self.insert = f"INSERT INTO {self.records} ({named}) VALUES ({places})"
        #: The statements that read the records of a space and an id, and the one of an entity
        #: version; and the same with the other face, if there is one.
        self.by_id = f"SELECT {ROW} FROM {self.records} r WHERE {_BY_ID}"
        self.by_identity = f"{self.by_id}{OF_VERSION}"
        self.by_id_with_twin = self.by_identity_with_twin = ""

    def join(self, twin: "Table") -> None:
        """Have the other faces of the records in another table."""
        self.twin = twin
        self.faces = (self, twin)
        self.by_id_with_twin = (
            f"SELECT {ROW}, t.body, r.memory"
            f" FROM {self.records} r LEFT JOIN {twin.records} t ON {SAME} WHERE {_BY_ID}"
        )
        self.by_identity_with_twin = f"{self.by_id_with_twin}{OF_VERSION}"


def prepare(
    connection: sqlite3.Connection,
    collections: Sequence[Collection],
    check: Callable[[sqlite3.Connection, list[Table]], None],
) -> list[Table]:
    """Make the file ready for the collections; what an older program left is migrated.

    One transaction, so that several processes may start at once; `check` may refuse it in the end.
    Raises `Unusable` for a file that is not ours or that a later version wrote.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        _check_layout(connection)
        tables = [_table(connection, collection) for collection in collections]
        _join_twins(tables)
        _chain(tables)
        check(connection, tables)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    write_ahead(connection)
    return tables


def _join_twins(tables: Sequence[Table]) -> None:
    """Tell tables of two faces of each other. Raises `Unusable` for one that has no match."""
    named = {table.collection.name: table for table in tables}
    for one, two in pairs([table.collection for table in tables]):
        named[one.name].join(named[two.name])
        named[two.name].join(named[one.name])


def _chain(tables: Sequence[Table]) -> None:
    """Tell tables of the chain, which their changes may have entries in."""
    chain = next((table for table in tables if table.collection.chained), None)
    for table in tables:
        table.chain = chain


def _check_layout(connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (layout,) = connection.execute("PRAGMA user_version").fetchone()
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if objects == 0:
        for statement in _SHARED:
            connection.execute(statement)
        layout = LAYOUT
    elif application != APPLICATION_ID:
        raise Unusable("the file is a database of another program")
    elif layout > LAYOUT:
        raise Unusable(f"the file has layout {layout}; this version knows up to {LAYOUT}")
    for step in range(layout, LAYOUT):
        STEPS[step](connection)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {LAYOUT}")


def _table(connection: sqlite3.Connection, collection: Collection) -> Table:
    wanted = _description(collection)
    row = connection.execute(
        "SELECT number, mirror FROM collection WHERE name = ?", (collection.name,)
    ).fetchone()
    if row is None:
        number = connection.execute(
            "INSERT INTO collection (name, mirror) VALUES (?, ?)",
            (collection.name, wanted),
        ).lastrowid
        table = Table(int(number or 0), collection)
        _create(connection, table)
        return table
    table = Table(int(row[0]), collection)
    if row[1] != wanted:
        _rebuild(connection, table)
        connection.execute(
            "UPDATE collection SET mirror = ? WHERE number = ?", (wanted, table.number)
        )
    return table


def _description(collection: Collection) -> str:
    """What the mirror holds, as a text: another text, another mirror."""
    return orjson.dumps(
        {
            "columns": [[path_text(c.path), c.kind.value, c.indexed] for c in collection.columns],
            "references": [path_text(path) for path in collection.references],
            "pairs": [path_text(path) for path in collection.pairs],
            "group": _grouped(collection),
        }
    ).decode()


def _create(connection: sqlite3.Connection, table: Table) -> None:
    name = table.records
    mirrored = "".join(f", {column}" for column in table.mirror.names)
    connection.execute(f"CREATE TABLE {name} ({_IDENTITY}{mirrored}, body TEXT NOT NULL, memory)")
    connection.execute(f"CREATE UNIQUE INDEX {name}_id ON {name} (space, id, version)")
    connection.execute(f"CREATE INDEX {name}_space ON {name} (space)")
    for position, column in enumerate(table.collection.columns):
        if column.indexed:
            mirror = table.mirror.names[position]
            connection.execute(f"CREATE INDEX {name}_{position} ON {name} (space, {mirror})")
    if group := _grouped(table.collection):
        connection.execute(f"CREATE INDEX {name}_group ON {name} (space, {', '.join(group)})")
    connection.execute(
        f"""CREATE TABLE {table.mentions} (path INTEGER NOT NULL, value TEXT NOT NULL,
            key INTEGER NOT NULL, PRIMARY KEY (path, value, key)) WITHOUT ROWID"""
    )


def _grouped(collection: Collection) -> list[str]:
    """The columns of the group's index: newest first, and then as they were made (D14)."""
    if not collection.group:
        return []
    state, usual, *others = map(column_name, collection.group)
    return [state, f"{usual} DESC", "key", *others]


def _rebuild(connection: sqlite3.Connection, table: Table) -> None:
    """Make the mirror anew from the bodies, for a specification that declares other things."""
    old = f"{table.records}_old"
    (last,) = connection.execute(
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?",
        (table.records,),
    ).fetchone()
    indexes = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql NOT NULL",
        (table.records,),
    ).fetchall()
    for (index,) in indexes:
        connection.execute(f"DROP INDEX {index}")
    connection.execute(f"ALTER TABLE {table.records} RENAME TO {old}")
    connection.execute(f"DROP TABLE {table.mentions}")
    _create(connection, table)
    rows = connection.execute(
        f"SELECT key, {IDENTITY_COLUMNS}, body, memory FROM {old} ORDER BY key"
    )
    for *identity, body, memory in rows:
        document = orjson.loads(body)
        connection.execute(table.insert, [*identity, *table.mirror.values(document), body, memory])
        insert_mentions(connection, table, identity[0], table.mirror.mentions(document))
    connection.execute(f"DROP TABLE {old}")
    connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table.records,))
    connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table.records, last))


def insert_mentions(
    connection: sqlite3.Connection,
    table: Table,
    key: int,
    mentions: set[tuple[int, str]],
) -> None:
    """Add what the record of that key mentions."""
    if mentions:
        connection.executemany(
            f"INSERT INTO {table.mentions} VALUES (?, ?, ?)",
            [(path, value, key) for path, value in mentions],
        )


def delete_mentions(
    connection: sqlite3.Connection,
    table: Table,
    key: int,
    mentions: set[tuple[int, str]],
) -> None:
    """Take away what the record of that key no longer mentions."""
    if mentions:
        connection.executemany(
            f"DELETE FROM {table.mentions} WHERE path = ? AND value = ? AND key = ?",
            [(path, value, key) for path, value in mentions],
        )
