"""Puts our example bodies into a document: one to create, one to patch, for each resource."""

from pathlib import Path
from typing import Any

import yaml

from tmf_apis.authoring.kinds import Operation, operations
from tmf_apis.authoring.tables import Api
from tmf_apis.authoring.wording import Wording

Node = dict[str, Any]

_STEPS = "json-patch"


def load_examples(specs: Path, api: Api) -> Node:
    """The examples of an API by resource, `{resource: {create: …, patch: …}}`; empty if none."""
    path = specs / "examples" / f"{api.label.replace(' ', '-')}.yaml"
    examples: Node = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
    return examples


def put_examples(document: Node, examples: Node, wording: Wording) -> None:
    """Add the examples to `components.examples` and refer to them from the request bodies."""
    shared: Node = {}
    for operation in operations(document):
        body = examples.get(operation.resource, {}).get(operation.kind)
        if body is not None:
            _put(operation, body, shared, wording)
    if shared:
        document["components"]["examples"] = dict(sorted(shared.items()))


def _put(operation: Operation, body: Node, shared: Node, wording: Wording) -> None:
    kind, resource, node = operation
    words = wording.words(resource)
    for media, content in node["requestBody"]["content"].items():
        form = "jsonPatch" if _STEPS in media else kind
        name = f"{resource}{form[:1].upper()}{form[1:]}"
        shared[name] = {
            "summary": wording.operations["examples"][form].format(**words),
            "value": steps(body) if form == "jsonPatch" else body,
        }
        content["examples"] = {name: {"$ref": f"#/components/examples/{name}"}}


def steps(patch: Node) -> list[Node]:
    """The JSON Patch that does what a merge patch does to its first-level attributes (RFC 6902).

    Members that tell the class are left out: they never change (R-810).
    """
    return [
        {"op": "remove", "path": _pointer(name)}
        if value is None
        else {"op": "add", "path": _pointer(name), "value": value}
        for name, value in patch.items()
        if not name.startswith("@")
    ]


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")
