"""Swagger 2.0 told in the words of OpenAPI 3.0, so that one dialect is served."""

from collections.abc import Iterable
from typing import Any

Node = dict[str, Any]

_SECTIONS = {
    "#/definitions/": "#/components/schemas/",
    "#/parameters/": "#/components/parameters/",
    "#/responses/": "#/components/responses/",
}
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_SCHEMA_WORDS = (
    "type", "format", "items", "default", "enum", "pattern", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems",
    "uniqueItems", "multipleOf",
)  # fmt: skip
_COLLECTIONS = {
    "csv": {"style": "form", "explode": False},
    "multi": {"style": "form", "explode": True},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
}


def convert(swagger: Node) -> Node:
    """The OpenAPI 3.0.3 document that says what a Swagger 2.0 document says.

    Media types lose their parameters (`application/json;charset=utf-8`), since a request may
    carry any (R-109). The input is left as it is.
    """
    consumes = _media_types(swagger.get("consumes"))
    produces = _media_types(swagger.get("produces"))
    shared = swagger.get("parameters", {})
    document: Node = {
        "openapi": "3.0.3",
        "info": swagger.get("info", {}),
        "servers": [{"url": url} for url in _servers(swagger)],
    }
    for word in ("tags", "externalDocs", "security"):
        if word in swagger:
            document[word] = swagger[word]
    document["paths"] = {
        path: _path_item(item, consumes, produces, shared)
        for path, item in swagger.get("paths", {}).items()
    }
    document["components"] = _components(swagger, produces)
    return document


def _servers(swagger: Node) -> Iterable[str]:
    base = swagger.get("basePath", "/")
    host = swagger.get("host")
    if not host:
        return [base]
    return [f"{scheme}://{host}{base}" for scheme in swagger.get("schemes", ["https"])]


def _components(swagger: Node, produces: list[str]) -> Node:
    components: Node = {
        "schemas": {n: _schema(s) for n, s in swagger.get("definitions", {}).items()},
        "responses": {n: _response(r, produces) for n, r in swagger.get("responses", {}).items()},
        "parameters": {
            n: _parameter(p)
            for n, p in swagger.get("parameters", {}).items()
            if p.get("in") not in ("body", "formData")
        },
        "securitySchemes": swagger.get("securityDefinitions", {}),
    }
    return {section: entries for section, entries in components.items() if entries}


def _path_item(item: Node, consumes: list[str], produces: list[str], shared: Node) -> Node:
    common = item.get("parameters", [])
    converted: Node = {k: v for k, v in item.items() if k.startswith("x-")}
    for method in _METHODS:
        if method in item:
            converted[method] = _operation(item[method], common, consumes, produces, shared)
    return converted


def _operation(
    operation: Node,
    common: list[Node],
    consumes: list[str],
    produces: list[str],
    shared: Node,
) -> Node:
    consumes = _media_types(operation.get("consumes")) or consumes or ["application/json"]
    produces = _media_types(operation.get("produces")) or produces
    converted = {
        k: v
        for k, v in operation.items()
        if k not in ("parameters", "responses", "consumes", "produces", "schemes")
    }
    parameters = []
    form: list[Node] = []
    for parameter in [*common, *operation.get("parameters", [])]:
        target = shared.get(parameter.get("$ref", "").removeprefix("#/parameters/"), parameter)
        if target.get("in") == "body":
            converted["requestBody"] = _body(target, consumes)
        elif target.get("in") == "formData":
            form.append(target)
        else:
            parameters.append(_parameter(parameter))
    if form:
        converted["requestBody"] = _form(form, consumes)
    if parameters:
        converted["parameters"] = parameters
    converted["responses"] = {
        str(status): _response(response, produces)
        for status, response in operation.get("responses", {}).items()
    }
    return converted


def _body(parameter: Node, consumes: list[str]) -> Node:
    schema = _schema(parameter.get("schema", {}))
    body: Node = {"content": {media: {"schema": schema} for media in consumes}}
    for word in ("description", "required"):
        if word in parameter:
            body[word] = parameter[word]
    return body


def _form(fields: list[Node], consumes: list[str]) -> Node:
    schema: Node = {
        "type": "object",
        "properties": {
            f["name"]: _schema({k: f[k] for k in _SCHEMA_WORDS if k in f}) for f in fields
        },
    }
    required = [f["name"] for f in fields if f.get("required")]
    if required:
        schema["required"] = required
    media = [m for m in consumes if "form" in m] or ["application/x-www-form-urlencoded"]
    return {"content": {m: {"schema": schema} for m in media}}


def _parameter(parameter: Node) -> Node:
    if "$ref" in parameter:
        return {"$ref": _moved(parameter["$ref"])}
    converted = {
        k: v for k, v in parameter.items() if k not in _SCHEMA_WORDS and k != "collectionFormat"
    }
    converted["schema"] = _schema({k: parameter[k] for k in _SCHEMA_WORDS if k in parameter})
    return converted | _COLLECTIONS.get(parameter.get("collectionFormat", ""), {})


def _response(response: Node, produces: list[str]) -> Node:
    if "$ref" in response:
        return {"$ref": _moved(response["$ref"])}
    converted: Node = {"description": response.get("description", "")}
    if "headers" in response:
        converted["headers"] = {name: _header(h) for name, h in response["headers"].items()}
    if "schema" in response:
        schema = _schema(response["schema"])
        converted["content"] = {m: {"schema": schema} for m in produces or ["application/json"]}
    return converted


def _header(header: Node) -> Node:
    converted: Node = {"schema": {k: header[k] for k in _SCHEMA_WORDS if k in header}}
    if "description" in header:
        converted["description"] = header["description"]
    return converted


def _schema(schema: Any) -> Any:
    """A schema with its references moved and its discriminator and `file` type retold."""
    if isinstance(schema, list):
        return [_schema(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str):
        return {"$ref": _moved(schema["$ref"])}
    converted: Node = {}
    for word, value in schema.items():
        if word in ("properties", "definitions") and isinstance(value, dict):
            converted[word] = {name: _schema(entry) for name, entry in value.items()}
        elif word in ("example", "default", "enum", "required"):
            converted[word] = value
        elif word == "discriminator" and isinstance(value, str):
            converted[word] = {"propertyName": value}
        else:
            converted[word] = _schema(value)
    if converted.get("type") == "file":
        converted |= {"type": "string", "format": "binary"}
    return converted


def _moved(reference: str) -> str:
    for old, new in _SECTIONS.items():
        if reference.startswith(old):
            return new + reference.removeprefix(old)
    return reference


def _media_types(declared: list[str] | None) -> list[str]:
    """Media types without parameters, each once."""
    return list(dict.fromkeys(entry.partition(";")[0].strip() for entry in declared or []))
