"""Where each collection lives in the database, and which mirror its records have.

A record with two faces is one document (D26), in the place of the collection that leads. It has the
first face as any record has its only one, and the second within one field. So a face is found and
shown by the same names of fields, with a prefix or without.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import Any, Optional

import orjson
from pymongo import IndexModel

from persistence.mirror import path_text
from persistence.mongo.documents import declare, index_models
from persistence.mongo.limits import COLUMNS, fitting, shares
from persistence.mongo.mirror import Mirror
from persistence.mongo.names import TWIN, WITHIN, collection_name
from persistence.store import Collection
from persistence.twins import pairs

#: The layout of records (see `upgrading`).
LAYOUT = 2
#: The layout of mirrors; part of every signature, so that a new one makes mirrors anew.
MIRROR = 1
#: What a read fetches of a record.
_SHOWN: dict[str, Any] = dict.fromkeys(("resource", "version", "n", "body", "modified"), 1)


class Table:
    """A collection in the database: its name there, its mirror, its indexes.

    Of a record with two faces each face has a table. `name` is where the documents are, and `kind`
    the collection that this is named after; what is of the face alone begins with `prefix`.
    """

    def __init__(
        self,
        collection: Collection,
        *,
        sharded: bool = False,
        room: int = COLUMNS,
        home: Optional["Table"] = None,
    ) -> None:
        self.collection, self.without_index = fitting(collection, room)
        #: Whether the server is a sharded cluster, where fewer indexes can be unique.
        self.sharded = sharded
        self.kind: str = collection.name if home is None else home.kind
        self.name = collection_name(self.kind)
        self.prefix = "" if home is None else WITHIN
        self.mirror = Mirror(self.collection, self.prefix)
        #: Stands for what the mirror holds: another signature, another mirror.
        self.signature = _signature(self.collection)
        #: Both faces, where records have two.
        self.pair: Pair | None = None

    @property
    def live(self) -> str:
        """The field that says of which space reads see the face."""
        return f"{self.prefix}live"

    def shown(self, *, twin: bool = False) -> dict[str, Any]:
        """What a read fetches of a record: the body of the face, and with `twin` of the other, each
        as its name where it stands beside (see `bulky`).
        """
        if self.pair is None:
            return {**_SHOWN}
        shown = {**_SHOWN, "body": _body(self.prefix)}
        if not twin:
            return shown
        other = self.faces[1]
        return {**shown, "twin": _body(other.prefix), "memory": f"${WITHIN}memory"}

    def has(self, row: Mapping[str, Any]) -> bool:
        """Whether a document has this face, which a read fetched some field of."""
        return TWIN in row if self.prefix else True

    @property
    def faces(self) -> Sequence["Table"]:
        """The tables of all faces of a record, this one first."""
        if self.pair is None:
            return (self,)
        first, second = self.pair.first, self.pair.second
        return (second, first) if self.prefix else (first, second)

    @property
    def home(self) -> "Table":
        """The table of the first face, by which documents and indexes are made."""
        return self if self.pair is None else self.pair.first

    @property
    def places(self) -> Sequence["Table"]:
        """The tables in which documents with this face are: two, while some stand apart."""
        return (self, self.apart) if self.prefix and self.apart is not None else (self,)

    @property
    def apart(self) -> Optional["Table"]:
        """The table of records that have not got their other face yet, if there are any."""
        return None if self.pair is None else self.pair.apart

    @cached_property
    def indexes(self) -> list[IndexModel]:
        """The indexes its document class declares, those of all faces."""
        twin = None if self.pair is None else self.pair.second.collection
        return index_models(declare(self.collection, twin, sharded=self.sharded))

    @cached_property
    def indexed(self) -> str:
        """Stands for the indexes."""
        names = [model.document["name"] for model in self.indexes]
        return blake2b(orjson.dumps(names), digest_size=8).hexdigest()

    @cached_property
    def bare(self) -> "Table":
        """The same for reading while the mirror is made anew: all is read from the copy."""
        bare = copy(self)
        bare.collection = Collection(self.collection.name, self.collection.versioned)
        bare.mirror = Mirror(bare.collection, self.prefix)
        return bare


@dataclass(slots=True)
class Pair:
    """The tables of two faces. `apart` is that of records with the second face alone, which were
    kept before records had two, as long as there are any.
    """

    first: Table
    second: Table
    apart: Table | None = None

    def stand_apart(self) -> Table:
        """The table of records with the second face alone."""
        if self.apart is None:
            alone = replace(self.second.collection, twin="")
            self.apart = Table(alone, sharded=self.first.sharded)
        return self.apart


def tables_of(collections: Sequence[Collection], *, sharded: bool = False) -> dict[str, Table]:
    """The table of each collection by its name. Raises `Unusable` for a twin without its match."""
    tables: dict[str, Table] = {}
    for one, two in pairs(collections):
        own, its = shares(one, two)
        first = Table(one, sharded=sharded, room=own)
        second = Table(two, sharded=sharded, room=its, home=first)
        first.pair = second.pair = Pair(first, second)
        tables |= {one.name: first, two.name: second}
    alone = {c.name: Table(c, sharded=sharded) for c in collections if not c.twin}
    return {c.name: (alone.get(c.name) or tables[c.name]) for c in collections}


def _body(prefix: str) -> dict[str, Any]:
    """The body of a face, or where it is named instead, that name (see `bulky`)."""
    return {"$ifNull": [f"${prefix}body", f"${prefix}beside"]}


def _signature(collection: Collection) -> str:
    held = [
        MIRROR,
        [[path_text(c.path), c.kind.value, c.indexed] for c in collection.columns],
        [path_text(path) for path in collection.references],
        [path_text(path) for path in collection.pairs],
        [path_text(path) for path in collection.group],
    ]
    return blake2b(orjson.dumps(held), digest_size=8).hexdigest()
