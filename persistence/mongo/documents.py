"""The document class of each collection, declared with mongoengine: its fields and indexes.

Records move through pymongo, five times as fast; the classes say what is stored and how it is
found, and serve whoever looks into the database by hand.
"""

from collections.abc import Iterator
from typing import Any

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

from persistence.mongo.names import collection_name, column
from persistence.store import Collection
from tmf_apis.tmf630.query import Kind

#: The connection that the classes use where they are used by hand.
ALIAS = "tmf"


def declare(collection: Collection, *, sharded: bool) -> type[Document]:
    """The document class of a collection, of a sharded cluster or another server."""
    name = collection_name(collection.name)
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
            "meta": {
                "collection": name,
                "db_alias": ALIAS,
                "auto_create_index": False,
                "strict": False,
                "indexes": list(_indexes(collection, sharded=sharded)),
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


def _indexes(collection: Collection, *, sharded: bool) -> Iterator[dict[str, Any]]:
    """The indexes of a collection: those of every one, and those its columns ask for."""
    yield {"name": "identity", "fields": ["resource", "space", "version"], "unique": True}
    yield {"name": "creation", "fields": ["live", "_id"]}
    yield {"name": "mentions", "fields": ["live", "m"]}
    yield {"name": "waits", "fields": ["waits"], "sparse": True}
    # Shards can keep an index unique only if it begins with the shard key.
    yield {"name": "once", "fields": ["once.key"], "unique": not sharded, "sparse": True}
    yield {"name": "forget", "fields": ["once.at"], "sparse": True}
    yield {"name": "load", "fields": ["load"], "sparse": True}
    for indexed in collection.columns:
        if indexed.indexed:
            field = column(indexed.path, indexed.kind)
            yield {"name": f"{field}+", "fields": ["live", field, "_id"]}
            if indexed.kind is Kind.INSTANT:
                # Newest first, and then as they were made (D14): no other index gives that.
                yield {"name": f"{field}-", "fields": ["live", f"-{field}", "_id"]}
    if collection.group:
        kinds = {c.path: c.kind for c in collection.columns}
        state, usual, *others = (column(path, kinds[path]) for path in collection.group)
        yield {"name": "group", "fields": ["live", state, f"-{usual}", "_id", *others]}
