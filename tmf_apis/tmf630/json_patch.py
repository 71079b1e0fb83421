"""JSON Patch (RFC 6902), with the two liberties TM Forum's examples take (R-803, R-807, R-808)."""

import re
from copy import deepcopy
from typing import Any

import jsonpatch
import jsonpointer
import orjson

from tmf_apis.nearness import misspelt
from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.types import Shape
from tmf_apis.tmf630.errors import INVALID_PATCH, PATCH_CONFLICT, TOO_LARGE, TmfError
from tmf_apis.tmf630.limits import MAX_DEPTH, measure
from tmf_apis.tmf630.work import PLACE, Work

Json = dict[str, Any]
Operation = dict[str, Any]

MAX_OPERATIONS = 1000
_INDEX = re.compile("0|[1-9][0-9]{0,8}")
#: A patched resource in bytes: `copy` must not let a small patch grow a huge one.
LARGEST_RESULT = 4 * 1024 * 1024

_MEMBERS = {
    "add": ("value",),
    "replace": ("value",),
    "test": ("value",),
    "remove": (),
    "move": ("from",),
    "copy": ("from",),
}
_USED = frozenset({"op", "path", "value", "from"})


def apply_json_patch(target: Json, patch: Any, root: Attribute) -> Any:
    """The target after all operations, in order.

    A pointer may lack its first slash, and `add` of one object to a list appends it (R-808).
    Raises `TmfError`: 400 for a malformed patch, 409 for one that does not apply.
    """
    patching = Patching(target, root)
    for number, operation in enumerate(operations(patch)):
        patching.apply(number, operation, rooted(operation["path"]))
    return patching.document


def operations(patch: Any) -> list[Operation]:
    """The operations of a patch, each with the members it uses and no others (RFC 6902, 4).

    One operation may stand without its list, as in a TM Forum example. Raises `TmfError` (400)
    that names the malformed one.
    """
    if isinstance(patch, dict):
        patch = [patch]
    if not isinstance(patch, list):
        raise TmfError(INVALID_PATCH, "A JSON Patch is a list of operations.")
    if len(patch) > MAX_OPERATIONS:
        raise TmfError(INVALID_PATCH, f"A patch has at most {MAX_OPERATIONS} operations.")
    return [_operation(number, written) for number, written in enumerate(patch)]


def _operation(number: int, written: Any) -> Operation:
    if not isinstance(written, dict):
        raise TmfError(INVALID_PATCH, f"/{number}: an operation is an object.")
    name = written.get("op")
    if not isinstance(name, str) or name not in _MEMBERS:
        known = ", ".join(_MEMBERS)
        slip = misspelt("op", written, _USED) if name is None else ""
        raise TmfError(INVALID_PATCH, f"/{number}/op: one of {known} is needed{slip}.")
    used = ("op", "path", *_MEMBERS[name])
    for member in used:
        if member not in written:
            slip = misspelt(member, written, _USED)
            raise TmfError(INVALID_PATCH, f"/{number}/{member}: {name} needs this member{slip}.")
        if member != "value" and not isinstance(written[member], str):
            raise TmfError(INVALID_PATCH, f"/{number}/{member}: a text is needed.")
    return {member: written[member] for member in used}


def rooted(pointer: str) -> str:
    """A pointer with its first slash."""
    return pointer if not pointer or pointer.startswith("/") else f"/{pointer}"


def is_index(step: str) -> bool:
    """Whether a step of a pointer is a position in a list (RFC 6901)."""
    return _INDEX.fullmatch(step) is not None


class Patching:
    """A document under change, of resources as `root` says, and what it may still cost."""

    def __init__(self, target: Json, root: Attribute) -> None:
        self.document: Any = deepcopy(target)
        self.root = root
        self.work = Work()
        #: How large the document is at most, in bytes; unknown until something is copied.
        self._size: int | None = None

    def apply(self, number: int, operation: Operation, pointer: str) -> None:
        """Carry out one operation at one place. Raises `TmfError`."""
        self.work.spend(PLACE, number)
        precise = {**operation, "path": pointer}
        if "from" in precise:
            precise["from"] = rooted(precise["from"])
        if operation["op"] == "add":
            precise = _appending(self.document, precise, self.root)
        if operation["op"] not in ("remove", "test"):
            self._weigh(number, precise)
        self.document = _applied(self.document, number, precise)

    def _weigh(self, number: int, operation: Operation) -> None:
        """Raise `TmfError` when what an operation puts somewhere would nest too deep there, is too
        much work, or makes the document too large.
        """
        value = operation.get("value")
        if "from" in operation:
            try:
                value = jsonpointer.resolve_pointer(self.document, operation["from"], None)
            except (jsonpointer.JsonPointerException, TypeError):
                return
        levels, values = measure(value)
        if "from" in operation:
            self.work.spend(values, number)
        if operation["path"].count("/") + levels > MAX_DEPTH:
            raise TmfError(
                INVALID_PATCH,
                f"/{number}: {operation['path']} would nest deeper than {MAX_DEPTH} levels.",
            )
        if operation["op"] == "copy":
            self._grow(number, value)

    def _grow(self, number: int, value: Any) -> None:
        """Raise `TmfError` (413) when a copy makes the document too large."""
        if self._size is None:
            self._size = len(orjson.dumps(self.document))
        self._size += len(orjson.dumps(value)) + 1
        if self._size > LARGEST_RESULT:
            # What was replaced or removed meanwhile has made room.
            self._size = len(orjson.dumps([self.document, value]))
        if self._size > LARGEST_RESULT:
            raise TmfError(TOO_LARGE, f"/{number}: the patched resource is too large.")


def _applied(document: Any, number: int, operation: Operation) -> Any:
    """The document after an operation, changed in place where possible. Raises `TmfError`."""
    pointer = operation["path"]
    try:
        return jsonpatch.JsonPatch([operation]).apply(document, in_place=True)
    except jsonpatch.InvalidJsonPatch as error:
        raise TmfError(INVALID_PATCH, f"/{number}: {error}.") from error
    except jsonpatch.JsonPatchTestFailed as error:
        raise TmfError(PATCH_CONFLICT, f"/{number}: the test of {pointer} failed.") from error
    except (
        jsonpatch.JsonPatchException,
        jsonpointer.JsonPointerException,
        TypeError,
        KeyError,
        IndexError,
        ValueError,
    ) as error:
        # Their own words would show what is stored there, whoever asks.
        source = f" from {operation['from']}" if "from" in operation else ""
        raise TmfError(
            PATCH_CONFLICT,
            f"/{number}: {operation['op']} {pointer}{source} does not apply: the resource has no"
            " such place.",
        ) from error


def _appending(document: Any, operation: Operation, root: Attribute) -> Operation:
    """`add` of one value where a list is, or belongs, as an append to that list."""
    value, pointer = operation["value"], operation["path"]
    if isinstance(value, list) or not pointer:
        return operation
    try:
        there = jsonpointer.resolve_pointer(document, pointer, None)
    except (jsonpointer.JsonPointerException, TypeError):
        return operation
    if isinstance(there, list) and isinstance(value, dict):
        return {**operation, "path": f"{pointer}/-"}
    if there is None and isinstance(value, dict):
        names = [n for n in pointer[1:].split("/") if not is_index(n) and n != "-"]
        attribute = root.find(names)
        indexed = pointer.rpartition("/")[2]
        if attribute is not None and attribute.shape is Shape.MANY and names[-1] == indexed:
            return {**operation, "value": [value]}
    return operation
