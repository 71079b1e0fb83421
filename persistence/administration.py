"""What operators ask of a store that has a server: its indexes and its shard keys."""

from typing import NamedTuple, Protocol, runtime_checkable


class IndexState(NamedTuple):
    """An index of a collection: `present`, `missing` or `not wanted`, or what was done to it."""

    collection: str
    name: str
    fields: str
    state: str


class ShardState(NamedTuple):
    """The shard key of a collection, and what became of asking the server for it."""

    collection: str
    key: str
    state: str


@runtime_checkable
class Administered(Protocol):
    """A store that is looked after by operators."""

    async def indexes(self, *, apply: bool) -> list[IndexState]:
        """Each index that is wanted or present. With `apply` missing ones are built, while the
        service goes on, and what no specification asks for any more is dropped.
        """

    async def shard(self, *, apply: bool) -> list[ShardState]:
        """The shard key of each collection. With `apply` the server is told."""
