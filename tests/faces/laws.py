"""The laws of V-7, put to one document of one version."""

from collections.abc import Iterator
from typing import Any

import orjson

from tests.faces.pairs import AT, Json, Pair
from tmf_apis.faces.sameness import same


def broken(pair: Pair, side: int, document: Json) -> list[str]:
    """The laws that a record made of a document breaks, in words."""
    faults = []
    given = orjson.dumps(document)
    other, memory = pair.faces.made(side, document, AT)
    if fault := pair.fault(1 - side, other):
        faults.append(f"the other face is not valid: {fault}")
    for written, own, opposite in ((side, document, other), (1 - side, other, document)):
        again, kept = pair.faces.changed(
            written, orjson.loads(orjson.dumps(own)), own, opposite, memory, AT
        )
        if not same(again, opposite) or kept != memory:
            faults.append(f"writing back side {written} as it was read changes the other face")
    if orjson.dumps(document) != given:
        faults.append("what was given was changed")
    return faults


def turned(pair: Pair, side: int, document: Json, edits: int | None = None) -> list[str]:
    """The laws that are broken when its lists are turned round, twice, and texts changed and
    changed back, through either face; so many edits of each face, or all.
    """
    faults = []
    other, memory = pair.faces.made(side, document, AT)
    for written, own, opposite in ((side, document, other), (1 - side, other, document)):
        for name, edited in _some(list(_edits(own)), edits):
            there, kept = pair.faces.changed(written, edited, own, opposite, memory, AT)
            if not pair.unwritable(written, edited) and (fault := pair.fault(1 - written, there)):
                faults.append(
                    f"after {name} on side {written} the other face is not valid: {fault}"
                )
            back, last = pair.faces.changed(written, own, edited, there, kept, AT)
            if same(back, opposite):
                if last != memory:
                    faults.append(f"{name} on side {written}, undone, is remembered: {last}")
            elif not _supplied(opposite, back):
                faults.append(f"{name} on side {written}, undone, does not restore the other face")
    return faults


def _edits(document: Json) -> Iterator[tuple[str, Json]]:
    """The document with one list turned round, or one text changed, each in turn."""
    for path, value in _walk(document, ()):
        name = path[-1]
        if isinstance(value, list) and len(value) > 1:
            yield f"turning {path} round", _with(document, path, value[::-1])
        elif isinstance(value, str) and name in ("name", "description", "text"):
            yield f"changing {path}", _with(document, path, f"{value} changed")


def _some(found: list[Any], most: int | None) -> list[Any]:
    """All of them, or so many, taken from all over."""
    return found if most is None else found[:: max(1, len(found) // most)][:most]


def _walk(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in inside:
        yield (*path, name), inner
        if isinstance(inner, (dict, list)):
            yield from _walk(inner, (*path, name))


def _with(document: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A document with another value at a path."""
    if not path:
        return value
    first, *rest = path
    made = document.copy()
    made[first] = _with(document[first], tuple(rest), value)
    return made


def _supplied(before: Any, back: Any) -> bool:
    """Whether what came back has nothing but more than before: a value that one version demands
    and the other lacked is both versions' from when a client changed it.
    """
    if isinstance(before, dict) and isinstance(back, dict):
        return all(name in back and _supplied(before[name], back[name]) for name in before)
    if isinstance(before, list) and isinstance(back, list) and len(before) == len(back):
        return all(map(_supplied, before, back))
    blank = before == [] or (isinstance(before, str) and not before.strip())
    return blank or same(before, back)
