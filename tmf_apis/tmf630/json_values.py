"""JSON values as they are written, which Python compares otherwise (D3)."""

from typing import Any

import orjson


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON, whatever the order of members: to Python true is 1, and
    1 is 1.0.
    """
    if one is other:
        return True
    if one.__class__ is not other.__class__:
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float):
        return orjson.dumps(one) == orjson.dumps(other)
    return bool(one == other)
