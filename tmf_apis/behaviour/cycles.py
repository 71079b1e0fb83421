"""What a resource is part of or made of, by the ids it names. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any


def named(path: Sequence[str], value: Any) -> Iterator[str]:
    """The ids at a path of names, in lists as well: the text there, or the `id` of an object."""
    if isinstance(value, list):
        for element in value:
            yield from named(path, element)
    elif path:
        if isinstance(value, dict):
            yield from named(path[1:], value.get(path[0]))
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict) and isinstance(value.get("id"), str):
        yield value["id"]
