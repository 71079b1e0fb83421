"""References that two resources of a kind hold to each other, kept true from both sides. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Json = dict[str, Any]


class Echo(NamedTuple):
    """What a change of one resource asks of another: a reference in its list, or none."""

    other: str
    attribute: str
    there: bool


def echoes(mirrored: Mapping[str, str], before: Json, after: Json) -> list[Echo]:
    """What others are to say after a change; of a new resource `before` is empty, of one that
    is gone `after` is.
    """
    found = []
    for attribute, back in mirrored.items():
        old, new = _ids(before.get(attribute)), _ids(after.get(attribute))
        found += [Echo(other, back, True) for other in new if other not in old]
        found += [Echo(other, back, False) for other in old if other not in new]
    return found


def echoed(echo: Echo, reference: Json, document: Json) -> Json:
    """The other resource as an echo wants it; `reference` is to the one that changed."""
    there = document.get(echo.attribute)
    listed = list(there) if isinstance(there, list) else []
    known = reference["id"] in _ids(listed)
    if known == echo.there:
        return document
    if echo.there:
        return document | {echo.attribute: [*listed, reference]}
    left = [one for one in listed if one.get("id") != reference["id"]]
    rest = {name: value for name, value in document.items() if name != echo.attribute}
    return rest | ({echo.attribute: left} if left else {})


def _ids(references: Any) -> Iterable[str]:
    """The ids in a list of references, in order, each once."""
    listed = references if isinstance(references, list) else []
    ids = [one.get("id") for one in listed if isinstance(one, dict)]
    return dict.fromkeys(id for id in ids if isinstance(id, str))
