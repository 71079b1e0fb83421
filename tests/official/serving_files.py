"""Any official file is served whole: create, list, retrieve, patch and delete of each resource."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import yaml

from tests.handlers.facts import APIS, SAMPLES, Case, Json
from tests.handlers.serving import Server, running
from tests.official.examples import reference_folder
from tmf_apis.catalog import choose, specs_folder
from tmf_apis.spec.model import ApiSpec

#: The file that requires an `href` of every reference.
DEMANDS_HREF = "TMF639-v4.0.0-hotfix2020"


def reference_files() -> list[Path]:
    """Every official file, of both versions, superseded ones included."""
    folder = reference_folder()
    return sorted(folder.glob("TMF*/TMF*-v*.*")) if folder else []


def served(path: Path) -> dict[str, list[str]]:
    """What was done with each resource of a file that is added to the built-in ones.

    Raises `AssertionError` at the first thing that is not as it should be.
    """
    catalog = choose([path], own=APIS)
    api = next(api for api in catalog.apis if api.source == path)
    with TemporaryDirectory() as folder, running(Path(folder), catalog) as server:
        return {
            resource.name: list(_lived_through(server, Case(api, resource)))
            for resource in api.resources
        }


def _lived_through(server: Server, case: Case) -> Iterator[str]:
    """The life of one resource, as far as the file offers it."""
    if case.creatable:
        body = _example(case, "create")
        answer = server.client.post(case.path, json=body)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        for name, value in body.items():
            if name in case.resource.attributes.children:
                assert type(made[name]) is type(value), name
        yield "create"
    else:
        made = server.load(case, _sample(case))
    item = case.item(made["id"])
    assert made["href"].endswith(item)
    if "GET" in case.resource.collection_methods:
        found = server.client.get(case.path, params={"id": made["id"]})
        assert found.status_code == 200, found.text
        assert found.json() == [made]
        yield "list"
    if case.offers("GET"):
        assert server.client.get(item).json() == made
        yield "retrieve"
    if case.offers("PATCH"):
        yield from _patched(server, case, item)
    if case.offers("DELETE"):
        assert server.client.delete(item).status_code == 204
        assert server.client.get(item).status_code == 404
        yield "delete"


def _patched(server: Server, case: Case, item: str) -> Iterator[str]:
    change = {"x-kept": {"a.b": [1, None]}, **_example(case, "patch")}
    answer = server.client.patch(item, json=change)
    assert answer.status_code == 200, answer.text
    assert answer.json()["x-kept"] == change["x-kept"] == server.client.get(item).json()["x-kept"]
    yield "patch"


def _example(case: Case, kind: str) -> Json:
    """Our example body for a resource; a view of another resource takes that one's."""
    bodies = _bodies(case.api)
    name = case.resource.name
    whole = bodies.get(name) or next(body for body in bodies.values() if kind in body)
    own = {} if name in bodies else {"@type": name[0].upper() + name[1:]}
    body: Json = whole[kind] | own
    return _located(body) if case.api.source.stem == DEMANDS_HREF else body


def _located(value: Any) -> Any:
    """A value whose references all have an `href`."""
    if isinstance(value, list):
        return [_located(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    inside = {name: _located(inner) for name, inner in value.items()}
    return {"href": f"/{value['id']}", **inside} if "id" in value else inside


def _bodies(api: ApiSpec) -> dict[str, Any]:
    path = specs_folder() / "examples" / f"{api.number}-{api.major}.yaml"
    bodies: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return bodies


def _sample(case: Case) -> Json:
    folder = SAMPLES / f"{case.api.number}-{case.api.major}"
    first: Json = orjson.loads((folder / f"{case.resource.name}.json").read_bytes())[0]
    return first
