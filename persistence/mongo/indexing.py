"""Indexes wanted against present, and shard keys: for `tmf-apis indexes` and `tmf-apis shard`."""

from collections.abc import Sequence
from typing import Any

from pymongo.errors import OperationFailure

from persistence.administration import IndexState, ShardState
from persistence.mongo.connection import Database
from persistence.mongo.failures import first_line
from persistence.mongo.preparing import remake
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
    records = database[table.name]
    present = {
        name: index for name, index in (await records.index_information()).items() if name != "_id_"
    }
    wanted = {model.document["name"]: model for model in table.indexes}
    missing = [model for name, model in wanted.items() if name not in present]
    unwanted = [name for name in present if name not in wanted]
    if apply:
        if missing:
            await records.create_indexes(missing)
        for name in unwanted:
            await records.drop_index(name)
        await remake(database, table)
    states = [
        IndexState(table.name, name, _fields(model.document["key"].items()), _state(
            name in present, "present", "built" if apply else "missing"))
        for name, model in wanted.items()
    ]  # fmt: skip
    done = "dropped" if apply else "not wanted"
    return states + [
        IndexState(table.name, name, _fields(present[name]["key"]), done) for name in unwanted
    ]


def _state(holds: bool, then: str, otherwise: str) -> str:
    return then if holds else otherwise


def _fields(key: Any) -> str:
    return ", ".join(f"{name}{' descending' if way == -1 else ''}" for name, way in key)


async def shard(database: Database, names: Sequence[str], *, apply: bool) -> list[ShardState]:
    """The shard key of each collection; see `Administered`."""
    key = ", ".join(SHARD_KEY)
    if not apply:
        return [ShardState(name, key, "wanted") for name in names]
    return [ShardState(name, key, await _sharded(database, name)) for name in names]


async def _sharded(database: Database, name: str) -> str:
    admin = database.client.get_database("admin")
    try:
        await admin.command(
            "shardCollection", f"{database.name}.{name}", key=SHARD_KEY, unique=False
        )
    except OperationFailure as error:
        return f"refused: {first_line(error)}"
    return "sharded"
