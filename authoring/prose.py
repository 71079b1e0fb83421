"""Walks a document of facts and sets every sentence; what many operations share is written once."""

from typing import Any

from authoring.kinds import Operation, operations
from authoring.wording import Wording

Node = dict[str, Any]


def put_words(document: Node, wording: Wording) -> None:
    """Set every summary and description of a document of facts, in place.

    Parameters, headers and errors move to `components` under one name each. Raises `Unworded`
    when a table lacks a sentence.
    """
    for tag in document["tags"]:
        tag["description"] = wording.tag(tag["name"])
    shared: Node = {"parameters": {}, "headers": {}, "responses": {}}
    for operation in operations(document):
        _word_operation(operation, wording, shared)
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        schemas[name] = _worded_schema(name, schema, wording)
    for section, entries in shared.items():
        if entries:
            document["components"][section] = dict(sorted(entries.items()))


def _word_operation(operation: Operation, wording: Wording, shared: Node) -> None:
    kind, resource, node = operation
    facts = dict(node)
    node.clear()
    node |= {
        "operationId": facts.pop("operationId"),
        **wording.operation(kind, resource),
        **facts,
    }
    if "parameters" in node:
        texts = wording.operations["parameters"]
        node["parameters"] = [
            _share(
                shared,
                "parameters",
                _component_name(p["name"]),
                _described(p, texts[p["name"]]),
            )
            for p in node["parameters"]
        ]
    errors = wording.operations["errors"]
    for status, answer in node["responses"].items():
        _share_headers(answer, wording, shared)
        if status in errors:
            worded = _described(answer, errors[status]["description"])
            node["responses"][status] = _share(shared, "responses", errors[status]["name"], worded)
        else:
            text = wording.response(kind, resource, status)
            node["responses"][status] = _described(answer, text)


def _share_headers(answer: Node, wording: Wording, shared: Node) -> None:
    if "headers" in answer:
        answer["headers"] = {
            name: _share(
                shared,
                "headers",
                name,
                _described(h, wording.operations["headers"][name]),
            )
            for name, h in answer["headers"].items()
        }


def _share(shared: Node, section: str, name: str, value: Node) -> Node:
    """A reference to the shared value of that name, or the value itself if it is another."""
    if shared[section].setdefault(name, value) == value:
        return {"$ref": f"#/components/{section}/{name}"}
    return value


def _component_name(parameter: str) -> str:
    """`fields` is shared as `Fields`, `If-Match` as `IfMatch`."""
    return "".join(part[:1].upper() + part[1:] for part in parameter.split("-"))


def _described(node: Node, text: str) -> Node:
    """The node with its description where a reader looks for it."""
    head: Node = {word: node[word] for word in ("name", "in") if word in node}
    return {
        **head,
        "description": text,
        **{k: v for k, v in node.items() if k not in head},
    }


def _worded_schema(name: str, schema: Node, wording: Wording) -> Node:
    worded = _worded_parts(name, schema, wording)
    head: Node = {"type": worded["type"]} if "type" in worded else {}
    rest = {word: value for word, value in worded.items() if word not in head}
    return {**head, "description": wording.schema(name), **rest}


def _worded_parts(name: str, schema: Any, wording: Wording) -> Any:
    """A schema with its attributes described, those of its inline parts included.

    A description beside a `$ref` is legal and ignored by programs; the official files use it too.
    """
    if isinstance(schema, list):
        return [_worded_parts(name, entry, wording) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    worded = {
        word: _worded_parts(name, value, wording) if word in ("allOf", "oneOf", "anyOf") else value
        for word, value in schema.items()
    }
    if "properties" in worded:
        worded["properties"] = {
            attribute: {**declared, "description": wording.attribute(name, attribute)}
            for attribute, declared in worded["properties"].items()
        }
    return worded
