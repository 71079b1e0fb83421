"""Adds to the facts of a file what the server does beyond them, from one listed table (D4)."""

from typing import Any

from authoring.kinds import Operation, operations
from tmf_apis.spec.extending import ADDITION

Node = dict[str, Any]

_ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}


def add_overlay(document: Node, rules: Node) -> None:
    """Add to a document, in place, what `overlay.yaml` lists and the document lacks (D4).

    Nothing that the document already says is changed.
    """
    _add_reads(document["paths"], rules["reads"])
    for path, errors in rules["acting"].items():
        if path in document["paths"]:
            _add_responses(document["paths"][path]["post"]["responses"], {"errors": errors})
    for operation in operations(document):
        _add(operation, rules["operations"][operation.kind], rules)
    if any(operation.kind == "patch" for operation in operations(document)):
        schemas = document["components"]["schemas"]
        document["components"]["schemas"] = schemas | {
            name: schema for name, schema in rules["schemas"].items() if name not in schemas
        }


def _add_reads(paths: Node, names: Node) -> None:
    """The operations that read registrations, which answer as the one does that makes them."""
    for path, item in paths.items():
        if not path.startswith("/hub") or "get" in item:
            continue
        post = paths["/hub"]["post"]
        content = post["responses"]["201"]["content"]
        one = path.endswith("}")
        node: Node = {
            "operationId": names["item" if one else "collection"],
            "tags": post["tags"],
            ADDITION: True,
            "parameters": item["delete"]["parameters"] if one else [],
            "responses": {"200": {"content": content if one else _many(content)}},
        }
        if "default" in post["responses"]:
            node["responses"]["default"] = post["responses"]["default"]
        item["get"] = node


def _many(content: Node) -> Node:
    return {
        media: {"schema": {"type": "array", "items": entry["schema"]}}
        for media, entry in content.items()
    }


def _add(operation: Operation, rule: Node, rules: Node) -> None:
    node = operation.node
    _add_parameters(node, rule.get("parameters", []), rules["parameters"])
    _add_responses(node["responses"], rule)
    if operation.kind != "notify":
        _add_headers(node["responses"], rules["error_headers"], rules["headers"])
    _add_headers(node["responses"], rule.get("headers", {}), rules["headers"])
    if rule.get("patches"):
        _add_patches(node["requestBody"]["content"], rules["patches"])
    node["responses"] = dict(sorted(node["responses"].items()))


def _add_parameters(node: Node, names: list[str], definitions: Node) -> None:
    present = {(p["in"], p["name"]) for p in node.get("parameters", [])}
    added = [{"name": name, **definitions[name]} for name in names]
    added = [entry for entry in added if (entry["in"], entry["name"]) not in present]
    if added:
        node["parameters"] = [*node.get("parameters", []), *added]


def _add_responses(responses: Node, rule: Node) -> None:
    for status, answer in rule.get("responses", {}).items():
        body = responses[answer["like"]]["content"] if "like" in answer else None
        responses.setdefault(status, {"content": body} if body else {})
    if "default" not in responses:
        for status in rule.get("errors", []):
            responses.setdefault(status, {"content": _ERROR})


def _add_headers(responses: Node, wanted: Node, definitions: Node) -> None:
    for status, names in wanted.items():
        if status in responses:
            answer = responses[status]
            headers = answer.get("headers", {})
            added = {n: {"schema": definitions[n]} for n in names if n not in headers}
            responses[status] = {
                "headers": headers | added,
                **_without(answer, "headers"),
            }


def _without(node: Node, word: str) -> Node:
    return {key: value for key, value in node.items() if key != word}


def _add_patches(content: Node, forms: Node) -> None:
    schemas = {
        "merge": content["application/json"],
        "steps": {"schema": {"$ref": "#/components/schemas/JsonPatchOperations"}},
    }
    for media, form in forms.items():
        content.setdefault(media, schemas[form])
