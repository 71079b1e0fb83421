"""The examples in the official v5 files: request bodies, notifications and answers."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tmf_apis.spec.attributes import referred
from tmf_apis.spec.model import ApiSpec
from tmf_apis.spec.reader import read

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
#: The file that is superseded by a later one of the same API.
SUPERSEDED = "TMF629-v5.0.0"
MISSING = "no reference files: set TMF_REFERENCE to the folder of TM Forum's files"


@dataclass(frozen=True)
class Example:
    """One example: of which operation, in which media type, under which name."""

    api: ApiSpec
    path: str
    method: str
    media: str
    name: str
    schema: str
    value: Any

    @property
    def key(self) -> str:
        """What tells an example apart from all others."""
        return f"{self.api.number} {self.name}"

    @property
    def resource(self) -> str:
        """The first name of its path."""
        return self.path.split("/")[1]


def reference_folder() -> Path | None:
    """Where the reference files are, or None."""
    folder = Path(os.environ.get("TMF_REFERENCE", ROOT.parent / "shared" / "tmf-reference"))
    return folder if folder.is_dir() else None


@cache
def reference_apis() -> tuple[ApiSpec, ...]:
    """The official v5 APIs."""
    folder = reference_folder()
    paths = sorted(folder.glob("TMF*/*-v5*.yaml")) if folder else []
    return tuple(read(path) for path in paths if path.stem != SUPERSEDED)


def exceptions(kind: str) -> Mapping[str, str]:
    """The examples that are wrong in themselves, by key, with the reason."""
    listed: Mapping[str, Mapping[str, str]] = yaml.safe_load((HERE / "exceptions.yaml").read_text())
    return listed[kind]


def requests() -> list[Example]:
    """Every example body of a POST or PATCH, listener and hub paths included."""
    return [
        example
        for api in reference_apis()
        for path, item in api.document["paths"].items()
        for method in ("post", "patch")
        if method in item
        for example in _of_body(api, path, method, item[method])
    ]


def answers() -> list[Example]:
    """Every example of an answer, each resource of a list by itself."""
    return [
        example
        for api in reference_apis()
        for name, response in api.document["components"]["responses"].items()
        for example in _of_content(api, "", name, response)
    ]


def _of_body(api: ApiSpec, path: str, method: str, operation: Any) -> Iterator[Example]:
    body = _resolved(api, operation.get("requestBody", {}), "requestBodies")
    for media, content in body.get("content", {}).items():
        schema = referred(content.get("schema", {}))
        for name, example in content.get("examples", {}).items():
            value = _resolved(api, example, "examples").get("value")
            yield Example(api, path, method, media, name, schema, value)


def _of_content(api: ApiSpec, path: str, name: str, response: Any) -> Iterator[Example]:
    for media, content in response.get("content", {}).items():
        schema = content.get("schema", {})
        options = [schema.get("items", {}) if schema.get("type") == "array" else schema]
        options += schema.get("oneOf", [])
        named = next((found for option in options if (found := referred(option))), "")
        for label, example in content.get("examples", {}).items():
            value = _resolved(api, example, "examples").get("value")
            for one in value if isinstance(value, list) else [value]:
                if named and isinstance(one, dict):
                    yield Example(api, path, name, media, label, named, one)


def _resolved(api: ApiSpec, node: Any, section: str) -> Any:
    while name := referred(node):
        node = api.document["components"][section][name]
    return node
