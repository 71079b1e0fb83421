"""What the server takes from a specification file: its resources, and one example of each."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

Json = dict[str, Any]

#: What the user guides have a server set, where the schema declares it.
_SET = {"state": "acknowledged", "status": "Created", "lifecycleStatus": "In study"}
#: What some files demand of a client although it is the server's to give.
_OWN = {"id", "href", "lastUpdate", "lifecycleStatus"}


@dataclass(frozen=True)
class Resource:
    """A collection: what a client must send, and an entity as the file shows it."""

    path: str
    methods: frozenset[str]
    item_methods: frozenset[str]
    mandatory: frozenset[str]
    #: What every answer must have.
    shown: frozenset[str]
    example: Json
    #: What the server sets; `lastUpdate` is the time of the last change.
    given: Json


def resources(file: Path) -> list[Resource]:
    """The collections of a file, but for those that clients host.

    Of what no client can create a file shows nothing: the sample data beside it does.
    """
    document = json.loads(file.read_text(encoding="utf-8"))
    base = document["servers"][0]["url"]
    paths: Json = document["paths"]
    found = [
        _resource(document, base, path)
        for path in paths
        if f"{path}/{{id}}" in paths and "get" in paths[path]
    ]
    return [r if r.example else replace(r, example=_sample(file, base, r)) for r in found]


def _sample(file: Path, base: str, resource: Resource) -> Json:
    edition = f"{file.name.partition('-')[0]}-{base.rpartition('/')[2]}"
    name = f"{resource.path.rpartition('/')[2]}.json"
    sample = file.parent / "sample-data" / edition / name
    shown: list[Json] = json.loads(sample.read_text(encoding="utf-8"))
    return shown[0]


def _resource(document: Json, base: str, path: str) -> Resource:
    collection, item = document["paths"][path], document["paths"][f"{path}/{{id}}"]
    answer = item["get"]["responses"]["200"]
    posted = collection.get("post", {}).get("requestBody", {})
    schema = _schema(document, answer)
    return Resource(
        base + path,
        frozenset(method.upper() for method in collection if method != "parameters"),
        frozenset(method.upper() for method in item if method != "parameters"),
        _required(document, _schema(document, posted)) - _OWN,
        _required(document, schema),
        _example(document, posted),
        _set(document, schema),
    )


def _set(document: Json, schema: Json) -> Json:
    """What the server sets in a new entity."""
    declared = _properties(document, schema)
    given = {
        name: _first(document, declared[name], _SET[name]) for name in _SET if name in declared
    }
    return given | ({"lastUpdate": ""} if "lastUpdate" in declared else {})


def _first(document: Json, schema: Json, default: str) -> Any:
    """The first value of an enumeration, or what is usual where there is none."""
    return next(iter(_resolved(document, schema).get("enum", ())), default)


def _properties(document: Json, schema: Json) -> Json:
    schema = _resolved(document, schema)
    found: Json = {}
    for base in schema.get("allOf", ()):
        found |= _properties(document, base)
    return found | schema.get("properties", {})


def _schema(document: Json, body: Json) -> Json:
    content = _resolved(document, body).get("content", {})
    return next(iter(content.values()), {}).get("schema", {})


def _example(document: Json, body: Json) -> Json:
    content = next(iter(_resolved(document, body).get("content", {}).values()), {})
    examples = content.get("examples", {})
    found = next(iter(examples.values()), {})
    value: Json = _resolved(document, found).get("value", {})
    return value


def _required(document: Json, schema: Json) -> set[str]:
    """The attributes a schema demands, those of its bases included."""
    schema = _resolved(document, schema)
    bases = (_required(document, base) for base in schema.get("allOf", ()))
    return set(schema.get("required", ())).union(*bases)


def _resolved(document: Json, node: Json) -> Json:
    while "$ref" in node:
        found: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node
