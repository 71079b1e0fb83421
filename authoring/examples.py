"""Puts our example bodies into a document: one to create, one to patch, for each resource."""

from pathlib import Path
from typing import Any

import yaml

from authoring.kinds import Operation, operations
from authoring.wording import Wording
from tmf_apis.comparing.tables import Api

Node = dict[str, Any]


def load_examples(specs: Path, api: Api) -> Node:
    """The examples of an API by resource, `{resource: {create: …, patch: …}}`; empty if none."""
    path = specs / "examples" / f"{api.label.replace(' ', '-')}.yaml"
    examples: Node = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
    return examples


def put_examples(document: Node, examples: Node, wording: Wording) -> None:
    """Add the examples to `components.examples` and refer to them from the request bodies.

    A JSON Patch example is made from that of the merge patch, and the registration of a listener
    from the events of the document, so neither needs to be written down.
    """
    examples = examples | {"hub": {"subscribe": registration(document)}}
    shared: Node = {}
    for operation in operations(document):
        body = examples.get(operation.resource, {}).get(operation.kind)
        if body is not None:
            _put(operation, body, shared, wording)
    document["components"]["examples"] = dict(sorted(shared.items()))


def _put(operation: Operation, body: Node, shared: Node, wording: Wording) -> None:
    kind, resource, node = operation
    for media, content in node["requestBody"]["content"].items():
        form = "jsonPatch" if "json-patch" in media else kind
        name = f"{resource}{form[:1].upper()}{form[1:]}"
        value = steps(body) if form == "jsonPatch" else body
        shared[name] = {"summary": wording.example(form, resource), "value": value}
        content["examples"] = {name: {"$ref": f"#/components/examples/{name}"}}


def registration(document: Node) -> Node:
    """A body that registers a listener for the first two kinds of event of a document (R-1001)."""
    body: Node = {"callback": "https://listener.example.net/notifications"}
    notified = [op.resource for op in operations(document) if op.kind == "notify"]
    events = [name[:1].upper() + name[1:] for name in notified]
    if events:
        body["query"] = "eventType=" + ",".join(events[:2])
    if "Hub_FVO" in document["components"]["schemas"]:
        body["@type"] = "Hub"
    return body


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
