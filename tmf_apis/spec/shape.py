"""The shape of a specification file: whatever is read of it is the kind of value that it must be.

It demands no more than the readers rely on, for published files have slips. What is said, say of a
schema, is judged elsewhere.
"""

import re
from copy import deepcopy
from functools import cache
from typing import Any

import jsonschema_rs

Node = dict[str, Any]

_TEXT: Node = {"type": "string"}
#: Paths and names without control characters; paths have no blanks either.
_PATH, _NAME = r"^/[^\x00-\x20\x7f]*$", r"^[^\x00-\x1f\x7f]*$"
#: Schemas, and paths, of a file: several times what the largest official one has.
_MOST = 4000
_PARAMETER = re.compile(r"\{([^}]*)\}")
_TEXTS: Node = {"type": "array", "items": _TEXT}


def _is(part: str) -> Node:
    return {"$ref": f"#/definitions/{part}"}


def _by_name(part: Node) -> Node:
    return {"type": "object", "additionalProperties": part}


def _list(part: Node) -> Node:
    return {"type": "array", "items": part}


def _object(**members: Node) -> Node:
    return {"type": "object", "properties": members}


_DEFINITIONS: dict[str, Node] = {
    "schema": {
        "type": "object",
        "properties": {
            **dict.fromkeys(("$ref", "type", "format", "pattern"), _TEXT),
            "definitions": _by_name(_is("schema")),
            "properties": _by_name(_is("schema")) | {"propertyNames": {"pattern": _NAME}},
            **dict.fromkeys(("allOf", "anyOf", "oneOf"), _list(_is("schema"))),
            **dict.fromkeys(("items", "not"), _is("schema")),
            "additionalProperties": {"anyOf": [_is("schema"), {"type": "boolean"}]},
            "required": _TEXTS,
            "enum": {"type": "array"},
            "discriminator": _object(propertyName=_TEXT, mapping=_by_name(_TEXT)),
        },
    },
    "parameter": _object(
        **{"$ref": _TEXT, "in": _TEXT, "name": _TEXT, "collectionFormat": _TEXT},
        schema=_is("schema"),
        items=_is("schema"),
    ),
    "content": _by_name(_object(schema=_is("schema"))),
    "answer": _object(
        **{"$ref": _TEXT},
        content=_is("content"),
        schema=_is("schema"),
        headers=_by_name({"type": "object"}),
    ),
    "body": _object(**{"$ref": _TEXT}, content=_is("content")),
    "operation": _object(
        parameters=_list(_is("parameter")),
        requestBody=_is("body"),
        responses=_by_name(_is("answer")),
        consumes=_TEXTS,
        produces=_TEXTS,
    ),
    "path": _object(
        parameters=_list(_is("parameter")),
        **dict.fromkeys(
            ("get", "put", "post", "delete", "options", "head", "patch"), _is("operation")
        ),
    ),
    "server": _object(url=_TEXT, variables=_by_name({"type": "object"})),
}
_FILE: Node = {
    "definitions": _DEFINITIONS,
    **_object(
        info={"type": "object"},
        paths=_by_name(_is("path")) | {"propertyNames": {"pattern": _PATH}, "maxProperties": _MOST},
        servers=_list(_is("server")),
        components=_object(
            schemas=_by_name(_is("schema")) | {"maxProperties": _MOST},
            responses=_by_name(_is("answer")),
            parameters=_by_name(_is("parameter")),
            requestBodies=_by_name(_is("body")),
        ),
        # The words of Swagger 2.0.
        definitions=_by_name(_is("schema")) | {"maxProperties": _MOST},
        responses=_by_name(_is("answer")),
        parameters=_by_name(_is("parameter")),
        securityDefinitions={"type": "object"},
        **dict.fromkeys(("host", "basePath"), _TEXT),
        **dict.fromkeys(("schemes", "consumes", "produces"), _TEXTS),
    ),
}


#: In Swagger 2.0 a discriminator is the name of an attribute.
_SWAGGER = deepcopy(_FILE)
_SWAGGER["definitions"]["schema"]["properties"]["discriminator"] = _TEXT


def misshapen(document: Node, *, swagger: bool) -> str | None:
    """Where a document has not the shape of Swagger 2.0 or OpenAPI 3.0, and how, or None."""
    for error in _validator(swagger).iter_errors(document):
        said = error.message if len(error.message) <= 200 else f"…{error.message[-100:]}"
        return f"/{'/'.join(map(str, error.instance_path))}: {said}"
    for path in document.get("paths", ()):
        names = _PARAMETER.findall(path)
        if len(set(names)) < len(names):
            return f"/paths/{path}: a parameter stands in it twice"
    return None


@cache
def _validator(swagger: bool) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(_SWAGGER if swagger else _FILE)
