"""The document class of each collection, declared with mongoengine: its fields and indexes.

Records move through pymongo, five times as fast; the classes say what is stored and how it is
found, and serve whoever looks into the database by hand.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import orjson
from mongoengine import (
    BinaryField,
    DictField,
    Document,
    DynamicField,
    ListField,
    LongField,
    StringField,
)
from mongoengine.base.common import _document_registry
from pymongo import IndexModel

from persistence.mongo.names import TWIN, WITHIN, collection_name, column
from persistence.store import Collection

#: The connection that the classes use where they are used by hand.
ALIAS = "tmf"


def declare(
    collection: Collection, twin: Collection | None = None, *, sharded: bool
) -> type[Document]:
    """The document class of a collection, of a sharded cluster or another server; `twin` is that
    of the second face of its records.
    """
    name = collection_name(collection.name)
    #: What the second face has of `live`, `body`, `c`, `m`, `q` and `mirror`.
    second = {} if twin is None else {TWIN: DictField()}
    declared: type[Document] = type(
        name,
        (Document,),
        {
            "__doc__": f"A record of {collection.name}.",
            "key": LongField(primary_key=True),
            "space": StringField(),
            #: The same as `space` while reads may see the record: not when it is deleted or
            #: still being loaded.
            "live": StringField(),
            "resource": StringField(),
            #: Of a deleted record a number, so that the version is free again.
            "version": DynamicField(),
            "rank": StringField(),
            "n": LongField(),
            "modified": LongField(),
            "body": BinaryField(),
            "c": DictField(),
            "m": ListField(StringField()),
            "q": DictField(),
            "mirror": StringField(),
            "events": ListField(DictField()),
            #: Since when a record waits for the relay, in microseconds.
            "waits": LongField(),
            "once": DictField(),
            "gone": LongField(),
            "going": DictField(),
            "load": StringField(),
            **second,
            "meta": {
                "collection": name,
                "db_alias": ALIAS,
                "auto_create_index": False,
                "strict": False,
                "indexes": list(_indexes(collection, twin, sharded=sharded)),
            },
        },
    )
    # The registry resolves references by name, of which there are none.
    _document_registry.pop(name, None)
    return declared


def index_models(declared: type[Document]) -> list[IndexModel]:
    """The indexes of a document class as the server takes them."""
    models = []
    for spec in declared._meta["index_specs"]:
        options = {name: value for name, value in spec.items() if name not in ("fields", "cls")}
        models.append(IndexModel(spec["fields"], **options))
    return models


def _indexes(
    collection: Collection, twin: Collection | None, *, sharded: bool
) -> Iterator[dict[str, Any]]:
    """The indexes of a collection. A name says by a digest what the index is: another one of the
    same name would be refused.
    """
    for name, fields, options in _wanted(collection, twin, sharded=sharded):
        digest = blake2b(orjson.dumps([fields, options]), digest_size=4).hexdigest()
        yield {"name": f"{name}~{digest}", "fields": fields, **options}


_Wanted = Iterator[tuple[str, list[str], dict[str, Any]]]


def _wanted(collection: Collection, twin: Collection | None, *, sharded: bool) -> _Wanted:
    """The indexes of every collection, and those that its columns and those of its twin ask for."""
    yield "identity", ["resource", "space", "version"], {"unique": True}
    yield from _of_every_face("")
    yield "waits", ["waits"], {"sparse": True}
    # Shards can keep an index unique only if it begins with the shard key.
    yield "once", ["once.key"], {"sparse": True} if sharded else {"sparse": True, "unique": True}
    yield "forget", ["once.at"], {"sparse": True}
    yield "load", ["load"], {"sparse": True}
    yield from _of_columns(collection, "")
    if twin is not None:
        yield from _of_every_face(WITHIN)
        yield from _of_columns(twin, WITHIN)


def _of_every_face(prefix: str) -> _Wanted:
    """What each face has; `prefix` is what its fields begin with."""
    live = f"{prefix}live"
    yield f"{prefix}creation", [live, "_id"], {}
    yield f"{prefix}mentions", [f"{prefix}m", live, "_id"], {}


def _of_columns(collection: Collection, prefix: str) -> _Wanted:
    """What the columns of a face ask for.

    What is asked for comes first, so that only few indexes come into question for a query; then
    `live`, which nearly all have alike; then creation order, which breaks ties (D14). Descending
    fields have an index of their own: read backwards the first one breaks ties the other way.
    """
    live = f"{prefix}live"
    ordered = [prefix + column(each.path, each.kind) for each in collection.columns if each.indexed]
    for field in ordered:
        yield f"{field}+", [field, live, "_id"], {}
        yield f"{field}-", [f"-{field}", live, "_id"], {}
    if collection.versioned:  # Of others the identity gives the order of ids.
        yield f"{prefix}resource+", ["resource", live, "_id"], {}
        yield f"{prefix}resource-", ["-resource", live, "_id"], {}
    if collection.group:
        kinds = {c.path: c.kind for c in collection.columns}
        state, usual = (prefix + column(path, kinds[path]) for path in collection.group[:2])
        yield f"{prefix}group+", [state, live, usual, "_id"], {}
        yield f"{prefix}group-", [state, live, f"-{usual}", "_id"], {}
