"""The official examples that are whole resources: bodies of requests, answers, events."""

from collections.abc import Iterator

import orjson

from tests.faces.pairs import Json, Pair
from tests.official.examples import Example, answers, requests

_V5 = 1


def wholes(pair: Pair) -> list[Json]:
    """Those of a resource of v5, equal ones once, and with an id, which the server
    gives. The v4 files have none."""
    found = {orjson.dumps(each): {"id": "1", **each} for each in _found(pair)}
    return list(found.values())


def _found(pair: Pair) -> Iterator[Json]:
    name = pair.faces.names[_V5]
    for example in requests():
        if example.api.number != pair.api or not isinstance(example.value, dict):
            continue
        if (example.method, example.path) == ("post", f"/{name}"):
            yield example.value
        elif example.path.startswith("/listener/") and example.path.endswith("CreateEvent"):
            yield from _payload(example, name)
    schemas = {pair.specs[_V5].schema, pair.specs[_V5].schema.removesuffix("_RES")}
    for example in answers():
        if example.api.number == pair.api and example.schema in schemas:
            yield example.value


def _payload(example: Example, name: str) -> Iterator[Json]:
    event = example.value.get("event")
    if isinstance(event, dict) and isinstance(event.get(name), dict):
        yield event[name]
