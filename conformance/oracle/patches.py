"""What a patch makes of a record, naively: RFC 7396 and the operations of RFC 6902."""

from copy import deepcopy
from typing import Any

from jsonpointer import unescape

from conformance.oracle.records import Json


def merged(target: Any, patch: Any) -> Any:
    """A value after a merge patch (RFC 7396, 2)."""
    if not isinstance(patch, dict):
        return patch
    whole = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            whole.pop(name, None)
        else:
            whole[name] = merged(whole.get(name), value)
    return whole


def patched(target: Json, operations: list[Json]) -> Json:
    """A record after some operations; raises `KeyError` or `IndexError` for a path to nothing."""
    whole = deepcopy(target)
    for operation in operations:
        path = _parts(operation["path"])
        match operation["op"]:
            case "remove":
                _remove(whole, path)
            case "replace":
                _remove(whole, path)
                _add(whole, path, operation["value"])
            case "add":
                _add(whole, path, operation["value"])
            case "copy":
                _add(whole, path, deepcopy(_at(whole, _parts(operation["from"]))))
            case "move":
                value = _at(whole, _parts(operation["from"]))
                _remove(whole, _parts(operation["from"]))
                _add(whole, path, value)
    return whole


def _parts(pointer: str) -> list[str]:
    return [unescape(part) for part in pointer.split("/")[1:]]


def _at(value: Any, path: list[str]) -> Any:
    for part in path:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def _remove(whole: Json, path: list[str]) -> None:
    *above, last = path
    owner = _at(whole, above)
    del owner[int(last) if isinstance(owner, list) else last]


def _add(whole: Json, path: list[str], value: Any) -> None:
    *above, last = path
    owner = _at(whole, above)
    if isinstance(owner, dict):
        owner[last] = value
    elif last == "-":
        owner.append(value)
    else:
        owner.insert(int(last), value)
