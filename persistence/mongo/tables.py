"""Where each collection lives in the database, and which mirror its records have."""

from functools import cached_property
from hashlib import blake2b

import orjson
from pymongo import IndexModel

from persistence.mirror import path_text
from persistence.mongo.documents import declare, index_models
from persistence.mongo.limits import fitting
from persistence.mongo.mirror import Mirror
from persistence.mongo.names import collection_name
from persistence.store import Collection

#: The layout of records (see `upgrading`).
LAYOUT = 2
#: The layout of mirrors; part of every signature, so that a new one makes mirrors anew.
MIRROR = 1


class Table:
    """A collection in the database: its name there, its mirror, its indexes."""

    def __init__(self, collection: Collection, *, sharded: bool = False) -> None:
        self.collection, self.without_index = fitting(collection)
        #: Whether the server is a sharded cluster, where fewer indexes can be unique.
        self.sharded = sharded
        self.name = collection_name(collection.name)
        self.mirror = Mirror(self.collection)
        #: Stands for what the mirror holds: another signature, another mirror.
        self.signature = _signature(self.collection)

    @cached_property
    def indexes(self) -> list[IndexModel]:
        """The indexes its document class declares."""
        return index_models(declare(self.collection, sharded=self.sharded))

    @cached_property
    def indexed(self) -> str:
        """Stands for the indexes."""
        names = [model.document["name"] for model in self.indexes]
        return blake2b(orjson.dumps(names), digest_size=8).hexdigest()

    @cached_property
    def bare(self) -> "Table":
        """The same for reading while the mirror is made anew: all is read from the copy."""
        return Table(Collection(self.collection.name, self.collection.versioned))


def _signature(collection: Collection) -> str:
    held = [
        MIRROR,
        [[path_text(c.path), c.kind.value, c.indexed] for c in collection.columns],
        [path_text(path) for path in collection.references],
        [path_text(path) for path in collection.pairs],
        [path_text(path) for path in collection.group],
    ]
    return blake2b(orjson.dumps(held), digest_size=8).hexdigest()
