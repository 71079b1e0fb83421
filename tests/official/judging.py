"""What becomes of each official example when our server gets it."""

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson

from handlers.app import collections_of
from handlers.loading import Batch
from handlers.reading import Line, LoadError
from handlers.service import Service
from handlers.services import services
from persistence.opening import open_store
from persistence.store import Draft, Scope
from tests.handlers.facts import paths
from tests.handlers.serving import Server
from tests.official.examples import (
    Example,
    answers,
    exceptions,
    reference_apis,
    requests,
)
from tmf_apis.catalog import Catalog, built_in, choose, specs_folder
from tmf_apis.schema.validator import Validator
from tmf_apis.spec.attributes import attributes_of

Json = dict[str, object]

#: What the server sets although a client sends it, and what it adds below the first level.
_SERVER_SET = {"href", "lastUpdate"}
#: What the server sets whenever a resource changes (R-813, R-642-04).
_TOUCHED = {"lastUpdate", "alarmChangedTime"}
_ADDED_TO_ITEMS = {"state", "quantity"}


def catalogs() -> dict[str, Catalog]:
    """What is asked to take the examples: our own files, and the official ones as they are."""
    files: list[Path] = [api.source for api in reference_apis()]
    return {"our own files": Catalog(tuple(built_in())), "official files": choose(files, own=[])}


def fault_of_schema(example: Example) -> str | None:
    """What is wrong with an example by the schema it stands for, or None."""
    attributes = attributes_of(example.schema, example.api.schemas)
    return Validator(example.schema, example.api.schemas, attributes).fault(example.value)


def fault_of_post(server: Server, example: Example) -> str | None:
    """What went wrong when an example was posted, or None when it came back as it was sent."""
    path = f"{_base_path(server, example)}/{example.resource}"
    answer = server.client.post(path, json=example.value)
    if answer.status_code != 201:
        return answer.text
    shown = answer.json()
    for name, value in example.value.items():
        if name not in _SERVER_SET and _plain(shown.get(name)) != _plain(value):
            return f"/{name}: sent {value}, came back {shown.get(name)}"
    return None


def fault_of_patch(server: Server, example: Example, targets: Sequence[str]) -> str | None:
    """What went wrong with a patch on the most fitting of some resources, or None."""
    refusals = []
    for id in targets:
        path = f"{_base_path(server, example)}/{example.resource}/{id}"
        before = server.client.get(path).json()
        answer = server.client.patch(
            path, content=orjson.dumps(example.value), headers={"Content-Type": example.media}
        )
        if answer.is_server_error:
            return f"{answer.status_code}: {answer.text}"
        if answer.status_code != httpx.codes.OK:
            refusals.append(answer.text)
        elif (fault := _fault_of_effect(example.value, before, answer.json())) is None:
            return None
        else:
            refusals.append(fault)
    return refusals[0] if refusals else "there is no resource to patch"


def _fault_of_effect(patch: Any, before: Json, after: Json) -> str | None:
    """What a patch should have done and did not, or None."""
    if isinstance(patch, dict) and "op" not in patch:
        ours = _SERVER_SET | _TOUCHED
        wanted = {name: value for name, value in patch.items() if name not in ours}
        return None if _holds(after, wanted) else f"merged {wanted} into {after}"
    if all(before.get(name) == after.get(name) for name in {*before, *after} - _TOUCHED):
        return "accepted, and nothing changed"
    for operation in [patch] if isinstance(patch, dict) else patch:
        value = operation.get("value")
        touched = operation["path"].strip("/") in _TOUCHED
        if operation["op"] in ("add", "replace") and not touched and not _occurs(value, after):
            return f"{operation} left no such value in {after}"
    return None


def _occurs(value: Any, document: Json) -> bool:
    return any(inner == value for _, inner in paths(document))


def _holds(value: Any, wanted: Any) -> bool:
    """Whether a value has at least the wanted members."""
    if isinstance(wanted, dict) and isinstance(value, dict):
        return all(_holds(value.get(name), inner) for name, inner in wanted.items())
    return bool(value == wanted)


def load_targets(server: Server) -> dict[str, list[str]]:
    """Resources to patch, for each patch example its own: the ids by the example's key.

    They are the official create examples, the official answers and our sample data.
    """
    targets: dict[str, list[str]] = {}
    batches: dict[str, tuple[Service, list[Draft]]] = {}
    store = open_store(server.settings.store)
    served = services(server.catalog.apis, store, server.settings)
    for example in requests():
        if example.method != "patch":
            continue
        service = next(
            s
            for s in served
            if s.api.base_path == _base_path(server, example) and s.spec.name == example.resource
        )
        batch = batches.setdefault(service.collection.name, (service, []))[1]
        for candidate in _candidates(example, service):
            # A slip of many official answers (L-002).
            raw = orjson.dumps(candidate).replace(b'"InProgress"', b'"inProgress"')
            try:
                found = list(Batch(service, partial(_line, raw)))
            except LoadError:
                continue
            batch += found
            targets.setdefault(example.key, []).append(found[0].id)

    async def load() -> None:
        await store.open(collections_of(server.catalog, server.settings, store))
        for service, batch in batches.values():
            await store.load(service.collection, batch, Scope(), replace=True)
        await store.close()

    asyncio.run(load())
    return targets


def _line(raw: bytes) -> list[Line]:
    return [Line(1, raw)]


def _candidates(example: Example, service: Service) -> Iterator[Json]:
    named = example.value.get("id") if isinstance(example.value, dict) else None
    extra = exceptions("targets").get(f"{example.api.number} {example.resource}", {})
    folder = specs_folder() / "sample-data" / f"{example.api.number}-v5"
    samples = folder / f"{example.resource}.json"
    values = [
        e.value for e in requests() if (e.api, e.path) == (example.api, f"/{example.resource}")
    ]
    values += [
        e.value for e in answers() if (e.api, e.schema) == (example.api, service.spec.schema)
    ]
    values += orjson.loads(samples.read_bytes()) if samples.is_file() else []
    for value in values:
        if named is None:
            yield {**value, **extra, "id": str(uuid4())}
        elif value.get("@type") == example.value.get("@type"):
            yield {**extra, **value, "id": named}
            return


def _base_path(server: Server, example: Example) -> str:
    return next(
        api.base_path
        for api in server.catalog.apis
        if api.number == example.api.number and api.major == "v5"
    )


def _plain(value: object) -> object:
    """A value without what the server adds to items of orders."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict) and "action" in value:
        return {k: _plain(v) for k, v in value.items() if k not in _ADDED_TO_ITEMS}
    return value
