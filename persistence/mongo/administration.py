"""Indexes wanted against present, and shard keys: for `tmf-apis indexes` and `tmf-apis shard`."""

from collections.abc import Sequence

from pymongo.errors import OperationFailure

from persistence.administration import IndexState, ShardState
from persistence.mongo.connection import Database
from persistence.mongo.failures import first_line
from persistence.mongo.indexes import Index, build, difference
from persistence.mongo.renewing import renew
from persistence.mongo.tables import Table

#: A record lives where its id says: requests for one record go to one shard, writes spread as
#: ids do, and the unique index of ids, which begins with the same fields, is kept by each shard.
SHARD_KEY = {"resource": 1, "space": 1}


async def indexes(database: Database, tables: Sequence[Table], *, apply: bool) -> list[IndexState]:
    """The indexes of the collections that exist; see `Administered`."""
    existing = set(await database.list_collection_names())
    states: list[IndexState] = []
    for table in tables:
        if table.name in existing:
            states += await _of(database, table, apply=apply)
    return states


async def _of(database: Database, table: Table, *, apply: bool) -> list[IndexState]:
    found = (
        await renew(database, table)
        if apply
        else await difference(database[table.name], table.indexes)
    )
    told = (
        (found.present, "present"),
        (found.missing, "built" if apply else "missing"),
        (found.unwanted, "dropped" if apply else "not wanted"),
    )
    return [
        IndexState(table.name, name, _described(index), state)
        for indexes, state in told
        for name, index in indexes.items()
    ]


def _described(index: Index) -> str:
    """The fields of an index and what is special about it."""
    fields = [f"{name}{' descending' if way == -1 else ''}" for name, way in index.keys]
    special = [word for word in ("unique", "sparse") if getattr(index, word)]
    return ", ".join(fields) + "".join(f"; {word}" for word in special)


async def shard(database: Database, tables: Sequence[Table], *, apply: bool) -> list[ShardState]:
    """The shard key of each collection; see `Administered`."""
    key = ", ".join(SHARD_KEY)
    if not apply:
        return [ShardState(table.name, key, "wanted") for table in tables]
    existing = set(await database.list_collection_names())
    for table in tables:
        if table.name in existing:  # An index that is unique over other fields is in the way.
            records = database[table.name]
            await build(records, await difference(records, table.indexes))
    return [ShardState(table.name, key, await _sharded(database, table.name)) for table in tables]


async def _sharded(database: Database, name: str) -> str:
    admin = database.client.get_database("admin")
    try:
        await admin.command(
            "shardCollection", f"{database.name}.{name}", key=SHARD_KEY, unique=False
        )
    except OperationFailure as error:
        return f"refused: {first_line(error)}"
    return "sharded"
