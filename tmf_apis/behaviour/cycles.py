"""What a resource is part of or made of, by the ids it names. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any


def circle(parts: Mapping[str, Collection[str]]) -> list[str]:
    """The ids of resources of which each is a part of the next, and the last of the first; of
    several such circles one, and nothing where there is none. `parts` are the ids that each names.
    """
    try:
        TopologicalSorter(parts).prepare()
    except CycleError as error:
        return list(error.args[1][1:])
    return []


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
