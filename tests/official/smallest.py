"""The smallest bodies that the official files accept, slips and all, and what becomes of them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from tests.handlers.facts import APIS, Case, Json
from tests.handlers.serving import Server
from tests.official.serving_files import reference_files
from tests.smallest import Schemas, smallest_bodies, smallest_values
from tmf_apis.spec.loading import load_document
from tmf_apis.spec.reader import read

#: What is refused all the same, by file and resource, each with the rule that refuses it.
EXCEPTIONS: Mapping[str, str] = {
    "TMF629-v5.0.1 customer": "the file forgets that a reference needs an id (R-1107, R-629-01)",
}


def official_files() -> list[Path]:
    """The files whose resources our own files serve."""
    return [path for path in reference_files() if "hotfix" not in path.stem]


def resources(path: Path) -> Iterator[tuple[Case, str, Schemas]]:
    """Each resource of ours that an official file lets clients create, with the name of the
    schema of its body and the schemas as they are published.
    """
    official = read(path)
    schemas = load_document(path)["components"]["schemas"]
    ours = next(a for a in APIS if (a.number, a.major) == (official.number, official.major))
    for resource in official.resources:
        if resource.create_schema is not None:
            yield Case(ours, ours.resource(resource.name)), resource.create_schema, schemas


class Tried(NamedTuple):
    """How many bodies were posted for a resource, and what the server says against some."""

    bodies: int
    refusals: list[str]


def posted(server: Server, path: Path, *, varied: bool = False) -> dict[str, Tried]:
    """What becomes of the smallest bodies of a file, by file and resource; `varied` by every
    further attribute.
    """
    found: dict[str, Tried] = {}
    for case, schema, schemas in resources(path):
        bodies = _bodies(schema, schemas, varied)
        answers = [server.client.post(case.path, json=body) for body in bodies]
        refused = [answer.json()["message"] for answer in answers if answer.status_code != 201]
        found[f"{path.stem} {case.resource.name}"] = Tried(len(answers), refused)
    return found


def _bodies(schema: str, schemas: Schemas, varied: bool) -> Iterator[Json]:
    bodies = smallest_bodies(schema, schemas)
    varying = smallest_values(schema, schemas) if varied else ()
    for body in (*bodies, *({**bodies[0], name: value} for name, value in varying)):
        # A file may demand an id; each is there once.
        yield body | ({"id": str(uuid4())} if "id" in body else {})
