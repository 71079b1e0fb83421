"""Whether two JSON values are the same, and which elements of two lists are (V-5)."""

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import orjson

#: Says what an element is known by, or None.
Identity = Callable[[Any], Hashable | None]


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: 1, 1.0 and true are not."""
    if one is other:
        return True
    if one != other:
        return False
    if one.__class__ is str:
        return True
    return orjson.dumps(one) == orjson.dumps(other) or _exactly(one, other)


def _exactly(one: Any, other: Any) -> bool:
    """The same of values that Python takes for equal."""
    if one.__class__ is not other.__class__:
        return False
    if one.__class__ is dict:
        return all(_exactly(value, other[name]) for name, value in one.items())
    if one.__class__ is list:
        return all(map(_exactly, one, other))
    return True


def origins(new: Sequence[Any], old: Sequence[Any], identity: Identity) -> list[int | None]:
    """For each element of a list, which one it was before, or None; each old one once (V-5).

    Equal values first, at the same index before others; then what is known by the same; then,
    if the lists are equally long, what stands at the same index. Takes time in proportion to
    the lists, however many elements are alike.
    """
    found: list[int | None] = [None] * len(new)
    free = set(range(len(old)))
    for index, (one, other) in enumerate(zip(new, old, strict=False)):
        if same(one, other):
            found[index] = index
            free.discard(index)
    for known in (_text, identity):
        if free:
            names = [known(one) if found[i] is None else None for i, one in enumerate(new)]
            before = [known(one) if i in free else None for i, one in enumerate(old)]
            _pair(found, names, before, free)
    if len(new) == len(old):
        for index in list(free):
            if found[index] is None:
                found[index] = index
    return found


def _text(value: Any) -> str:
    """What values that are equal have in common."""
    # Not the bytes: each of them keeps a kilobyte for itself.
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _pair(
    found: list[int | None],
    new: Sequence[Hashable | None],
    old: Sequence[Hashable | None],
    free: set[int],
) -> None:
    """Pair what is still alone by equal keys, in the order of both lists."""
    waiting: dict[Hashable, deque[int]] = {}
    for index in sorted(free):
        if old[index] is not None:
            waiting.setdefault(old[index], deque()).append(index)
    for index, key in enumerate(new):
        if found[index] is None and key is not None and (line := waiting.get(key)):
            found[index] = line.popleft()
            free.discard(found[index])


#: What may hold the id by which an element is known that has none of its own (V-5).
_WITHIN = (
    "partyOrPartyRole", "place", "channel", "service", "resource", "entity", "payment",
    "relatedPlace", "product", "orderItem",
)  # fmt: skip


def known_by(element: Any) -> Hashable | None:
    """What an element of a list is known by, with its role; None if nothing tells (V-5)."""
    if element.__class__ is not dict:
        return None
    key = element.get("id") or element.get("itemId") or _id_within(element) or element.get("name")
    parts = (key, element.get("role"), element.get("relationshipType"))
    return parts if key and all(p is None or p.__class__ is str for p in parts) else None


def _id_within(element: dict[str, Any]) -> Any:
    for name in _WITHIN:
        inside = element.get(name)
        if inside.__class__ is dict and "id" in inside:
            return inside["id"]
    return None
