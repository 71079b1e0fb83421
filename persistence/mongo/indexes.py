"""Indexes wanted against present: by their keys and options, whatever their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pymongo import IndexModel

from persistence.mongo.latest import Records


class Index(NamedTuple):
    """What an index is: its fields with their ways, and which documents it holds."""

    keys: tuple[tuple[str, Any], ...]
    unique: bool
    sparse: bool
    of: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """The wanted indexes that are present and that are missing; those by name that are neither."""

    present: dict[str, Index]
    missing: dict[str, Index]
    unwanted: dict[str, Index]
    models: Mapping[str, IndexModel]


async def difference(records: Records, models: Sequence[IndexModel]) -> Difference:
    """How the indexes of a collection differ from those that are wanted."""
    there = {
        name: _index(dict(options["key"]), options)
        for name, options in (await records.index_information()).items()
        if name != "_id_"
    }
    wanted = {model.document["name"]: model for model in models}
    named = {name: _index(model.document["key"], model.document) for name, model in wanted.items()}
    return Difference(
        {name: index for name, index in named.items() if index in there.values()},
        {name: index for name, index in named.items() if index not in there.values()},
        {name: index for name, index in there.items() if index not in named.values()},
        wanted,
    )


async def build(records: Records, found: Difference) -> None:
    """Build what is missing while the service goes on.

    No server takes two indexes of the same fields that differ in options, nor two of a name: what
    stands in the way goes first.
    """
    if not found.missing:
        return
    keys = {index.keys for index in found.missing.values()}
    for name, index in found.unwanted.items():
        if index.keys in keys or name in found.missing:
            await records.drop_index(name)
    await records.create_indexes([found.models[name] for name in found.missing])


async def drop(records: Records, found: Difference) -> None:
    """Drop what is not wanted, as far as it is still there."""
    there = await records.index_information()
    for name in found.unwanted:
        if name in there and name not in found.missing:
            await records.drop_index(name)


def _index(keys: Mapping[str, Any], options: Mapping[str, Any]) -> Index:
    return Index(
        tuple((field, int(way) if isinstance(way, (int, float)) else way)
              for field, way in keys.items()),
        bool(options.get("unique")),
        bool(options.get("sparse")),
        options.get("partialFilterExpression"),
    )  # fmt: skip
