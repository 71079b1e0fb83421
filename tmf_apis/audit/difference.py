"""What changed in a document: a JSON Patch (RFC 6902) from before to after.

Whatever it replaces or removes it tests before. So it shows both sides, applies to nothing but
what it was made from, and can be undone (`history`).
"""

from typing import Any

from jsonpointer import escape

from tmf_apis.tmf630.json_values import same

Operation = dict[str, Any]


def created(after: Any) -> list[Operation]:
    """The patch that makes a document."""
    return [{"op": "add", "path": "", "value": after}]


def removed(before: Any) -> list[Operation]:
    """The patch that leaves nothing of a document."""
    return [{"op": "test", "path": "", "value": before}, {"op": "remove", "path": ""}]


def difference(before: Any, after: Any) -> list[Operation]:
    """The patch from one document to another; empty where they are the same value (D3)."""
    found: list[Operation] = []
    _differ("", before, after, found)
    return found


def _differ(path: str, old: Any, new: Any, found: list[Operation]) -> None:
    if old is new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        _members(path, old, new, found)
    elif isinstance(old, list) and isinstance(new, list):
        _elements(path, old, new, found)
    elif not same(old, new):
        found.append({"op": "test", "path": path, "value": old})
        found.append({"op": "replace", "path": path, "value": new})


def _members(path: str, old: dict[str, Any], new: dict[str, Any], found: list[Operation]) -> None:
    for name, value in old.items():
        at = f"{path}/{escape(name)}"
        if name in new:
            _differ(at, value, new[name], found)
        else:
            found.append({"op": "test", "path": at, "value": value})
            found.append({"op": "remove", "path": at})
    for name, value in new.items():
        if name not in old:
            found.append({"op": "add", "path": f"{path}/{escape(name)}", "value": value})


def _elements(path: str, old: list[Any], new: list[Any], found: list[Operation]) -> None:
    """Elements that both begin or end with stay; what is between is compared one by one."""
    shorter = min(len(old), len(new))
    first = 0
    while first < shorter and same(old[first], new[first]):
        first += 1
    last = 0
    while last < shorter - first and same(old[-1 - last], new[-1 - last]):
        last += 1
    was, now = old[first : len(old) - last], new[first : len(new) - last]
    both = min(len(was), len(now))
    for place in range(both):
        _differ(f"{path}/{first + place}", was[place], now[place], found)
    # From the end, so that those before keep their places.
    for place in range(len(was) - 1, both - 1, -1):
        at = f"{path}/{first + place}"
        found.append({"op": "test", "path": at, "value": was[place]})
        found.append({"op": "remove", "path": at})
    for place in range(both, len(now)):
        found.append({"op": "add", "path": f"{path}/{first + place}", "value": now[place]})
