"""Facts: what of an OpenAPI document binds a program. Prose and examples are left behind."""

from collections.abc import Iterator
from typing import Any

from jsonpointer import unescape

Node = dict[str, Any]

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")

#: Words of a schema that tell people something and programs nothing.
_PROSE = frozenset({"description", "title", "example", "examples", "externalDocs"})
#: Words whose value maps names to schemas: a *property* called `description` is a fact.
_NAMED_SCHEMAS = frozenset({"properties", "patternProperties"})
#: Words whose value is data, not a schema.
_DATA = frozenset({"enum", "default", "required", "discriminator", "const"})
_PARAMETER_FACTS = (
    "name",
    "in",
    "required",
    "deprecated",
    "style",
    "explode",
    "allowReserved",
)


def facts_of(document: Node) -> Node:
    """The same OpenAPI 3.0 document with its facts only, as a new value.

    Parameters, bodies, answers and headers that are shared through `components` stand in place,
    so that two documents can be compared however they share them.
    """
    read = _Reader(document)
    return {
        "openapi": "3.0.3",
        "info": {"version": document.get("info", {}).get("version", "")},
        "servers": [{"url": url} for url in _servers(document)],
        "tags": [{"name": tag["name"]} for tag in document.get("tags", [])],
        "paths": {
            path: {m: read.operation(item, item[m]) for m in METHODS if m in item}
            for path, item in document.get("paths", {}).items()
        },
        "components": {
            "schemas": {
                name: schema_facts(schema)
                for name, schema in document.get("components", {}).get("schemas", {}).items()
            }
        },
    }


def schema_facts(schema: Any) -> Any:
    """A schema without its prose, at every depth.

    What stands beside a `$ref` is no fact: OpenAPI 3.0 says that it is ignored.
    """
    if isinstance(schema, list):
        return [schema_facts(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str):
        return {"$ref": schema["$ref"]}
    return {word: _value_facts(word, value) for word, value in schema.items() if word not in _PROSE}


def _value_facts(word: str, value: Any) -> Any:
    if word in _DATA:
        return value
    if word in _NAMED_SCHEMAS:
        return {name: schema_facts(entry) for name, entry in value.items()}
    return schema_facts(value)


def _servers(document: Node) -> Iterator[str]:
    for server in document.get("servers", []):
        url = server["url"]
        for name, variable in server.get("variables", {}).items():
            url = url.replace("{" + name + "}", variable["default"])
        yield url


class _Reader:
    """Reads operations of one document, following its references."""

    def __init__(self, document: Node) -> None:
        self._document = document

    def operation(self, item: Node, operation: Node) -> Node:
        """The facts of an operation, the parameters of its path item included."""
        facts: Node = {
            w: operation[w] for w in ("operationId", "tags", "deprecated") if w in operation
        }
        parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
        if parameters:
            facts["parameters"] = [self._parameter(entry) for entry in parameters]
        if "requestBody" in operation:
            body = self._target(operation["requestBody"])
            facts["requestBody"] = {"content": _content(body)}
            if body.get("required"):
                facts["requestBody"]["required"] = True
        facts["responses"] = {
            status: self._response(answer) for status, answer in operation["responses"].items()
        }
        return facts

    def _parameter(self, parameter: Node) -> Node:
        parameter = self._target(parameter)
        facts = {
            word: parameter[word] for word in _PARAMETER_FACTS if parameter.get(word) is not None
        }
        if not facts.get("required"):
            facts.pop("required", None)
        return facts | {"schema": schema_facts(parameter.get("schema", {}))}

    def _response(self, answer: Node) -> Node:
        answer = self._target(answer)
        facts: Node = {}
        if answer.get("headers"):
            facts["headers"] = {
                name: {"schema": schema_facts(self._target(header).get("schema", {}))}
                for name, header in answer["headers"].items()
            }
        if answer.get("content"):
            facts["content"] = _content(answer)
        return facts

    def _target(self, node: Node) -> Node:
        while "$ref" in node:
            found: Any = self._document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[unescape(step)]
            node = found
        return node


def _content(holder: Node) -> Node:
    return {
        media: {"schema": schema_facts(entry["schema"])} if "schema" in entry else {}
        for media, entry in holder.get("content", {}).items()
    }
