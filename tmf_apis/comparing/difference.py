"""The difference between two documents, fact by fact."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tmf_apis.comparing.facts import facts_of

Node = dict[str, Any]

_ABSENT = object()

#: Where a document may say more than its reference without breaking a client of it; a star is
#: any name. More anywhere else, a property or a required entry for instance, is a difference.
_ADDABLE = (
    ("tags", "*"),
    ("paths", "*"),
    ("paths", "*", "parameters", "*"),
    ("paths", "*", "requestBody", "content", "*"),
    ("paths", "*", "responses", "*"),
    ("paths", "*", "responses", "*", "headers", "*"),
    ("schemas", "*"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that two documents do not share.

    `kind` is `missing` (only the reference has it), `added` (only ours has it) or `changed`;
    `place` leads to it, for instance `schemas/Alarm/properties/id/type`.
    """

    kind: str
    place: str
    ours: Any = None
    reference: Any = None
    #: Whether it is something more that no client of the reference can stumble over (D4).
    harmless: bool = False

    def __str__(self) -> str:
        told = {
            "missing": f"the reference has {_short(self.reference)}",
            "added": "only ours has it" if self.harmless else f"ours has {_short(self.ours)}",
            "changed": f"ours {_short(self.ours)}, reference {_short(self.reference)}",
        }
        return f"{self.kind:8}{self.place}: {told[self.kind]}"


def differences(ours: Node, reference: Node) -> list[Difference]:
    """Every fact in which our OpenAPI 3.0 document differs from the reference, in its order.

    Prose and examples do not count, nor does how parts are shared, nor the order of lists that
    are sets in truth (parameters, required entries, enumerations, tags).
    """
    return list(_walk((), _keyed(facts_of(ours)), _keyed(facts_of(reference))))


def _keyed(facts: Node) -> Node:
    """Facts as nested mappings with telling keys, so that places can be named and matched."""
    return {
        "info": facts["info"],
        "servers": " ".join(server["url"] for server in facts["servers"]),
        "tags": {tag["name"]: {} for tag in facts["tags"]},
        "paths": {
            f"{method} {path}": _keyed_operation(operation)
            for path, item in facts["paths"].items()
            for method, operation in item.items()
        },
        "schemas": {n: _keyed_value("", s) for n, s in facts["components"]["schemas"].items()},
    }


def _keyed_operation(operation: Node) -> Node:
    """An operation whose absent parameters and headers are empty, so that single ones compare."""
    responses = {s: {"headers": {}, **answer} for s, answer in operation["responses"].items()}
    keyed: Node = _keyed_value("", {"parameters": [], **operation, "responses": responses})
    return keyed


def _keyed_value(word: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _keyed_value(name, entry) for name, entry in value.items()}
    if isinstance(value, list):
        return {_key(word, i, entry): _keyed_value("", entry) for i, entry in enumerate(value)}
    return value


def _key(word: str, index: int, entry: Any) -> str:
    """A name for an entry of a list: what identifies it, else where it stands."""
    if not isinstance(entry, dict):
        return repr(entry) if word == "enum" else str(entry)
    if "in" in entry and "name" in entry:
        return f"{entry['in']} {entry['name']}"
    target: str = entry.get("$ref", "")
    return target.rpartition("/")[2] or str(index)


def _walk(place: tuple[str, ...], ours: Any, reference: Any) -> Iterator[Difference]:
    if isinstance(ours, dict) and isinstance(reference, dict):
        for name in dict.fromkeys([*reference, *ours]):
            mine, theirs = ours.get(name, _ABSENT), reference.get(name, _ABSENT)
            yield from _compared((*place, name), mine, theirs)
    elif ours != reference or type(ours) is not type(reference):
        yield Difference("changed", "/".join(place), ours, reference)


def _compared(place: tuple[str, ...], ours: Any, reference: Any) -> Iterator[Difference]:
    if ours is _ABSENT:
        yield Difference("missing", "/".join(place), reference=reference)
    elif reference is _ABSENT:
        harmless = _is_addable(place) and not _is_demanded(ours)
        yield Difference("added", "/".join(place), ours=ours, harmless=harmless)
    else:
        yield from _walk(place, ours, reference)


def _is_addable(place: tuple[str, ...]) -> bool:
    return any(
        len(pattern) == len(place)
        and all(wanted in ("*", step) for wanted, step in zip(pattern, place, strict=True))
        for pattern in _ADDABLE
    )


def _is_demanded(value: Any) -> bool:
    """Whether an added parameter must be sent, which no client of the reference does."""
    return isinstance(value, dict) and value.get("required") is True


def _short(value: Any) -> str:
    text = repr(value) if value != {} else "it"
    return text if len(text) <= 100 else text[:97] + "..."
