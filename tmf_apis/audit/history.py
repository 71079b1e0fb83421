"""What a document was: changes undone, the last one first.

A patch of `difference` can be undone because it tests what it takes away. What it put there has to
be there still: where it is not, something changed the document that is in no entry.
"""

from typing import Any

import jsonpatch
import jsonpointer

from tmf_apis.audit.difference import Operation
from tmf_apis.tmf630.json_values import same


class Broken(ValueError):
    """A document is not what a change left; the text says where."""


def undone(document: Any, patch: list[Operation]) -> Any:
    """The document before a change, None for none; the one given is not used again.

    Raises `Broken` where the document is not what the change left.
    """
    for place in range(len(patch) - 1, -1, -1):
        operation = patch[place]
        if operation["op"] != "test":
            was = patch[place - 1]["value"] if operation["op"] in ("replace", "remove") else None
            document = _undone(document, operation, was)
    return document


def _undone(document: Any, operation: Operation, was: Any) -> Any:
    path = operation["path"]
    match operation["op"]:
        case "add":
            _check(document, path, operation["value"])
            return None if path == "" else _applied(document, {"op": "remove", "path": path})
        case "replace":
            _check(document, path, operation["value"])
            if path == "":
                return was
            return _applied(document, {"op": "replace", "path": path, "value": was})
        case _:
            if path == "" and document is not None:
                raise Broken("it is there, though it was removed")
            return (
                was if path == "" else _applied(document, operation | {"op": "add", "value": was})
            )


def _check(document: Any, path: str, value: Any) -> None:
    try:
        there = document if path == "" else jsonpointer.resolve_pointer(document, path)
    except (jsonpointer.JsonPointerException, TypeError) as error:
        raise Broken(f"{path} is not there") from error
    if not same(there, value):
        raise Broken(f"{path or 'it'} is not what it was changed to")


def _applied(document: Any, operation: Operation) -> Any:
    try:
        return jsonpatch.JsonPatch([operation]).apply(document, in_place=True)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError) as error:
        raise Broken(f"{operation['path']} is not there") from error
