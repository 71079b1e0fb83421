"""Attribute selection: which parts of a resource an answer shows (R-301..R-310)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.errors import INVALID_FIELDS, TmfError, naming
from tmf_apis.tmf630.jsonpath.parser import parse
from tmf_apis.tmf630.jsonpath.segments import At, Chosen, Every, Member, Segment
from tmf_apis.tmf630.lists import members
from tmf_apis.tmf630.matching import matches
from tmf_apis.tmf630.weight import refuse_heavy, weight
from tmf_apis.tmf630.work import Look, looking

Json = dict[str, Any]

MAX_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Fields:
    """What to show: paths from the resource; no path at all is `fields=none`.

    `text` is the selection in a normal form: equal selections, equal representations. `program` is
    how many instructions its patterns have.
    """

    paths: tuple[tuple[Segment, ...], ...]
    text: str
    program: int = 0


def parse_fields(values: Sequence[str], root: Attribute | None) -> Fields | None:
    """The selection that `fields` parameters ask for; None when they ask for everything.

    Raises `TmfError` for a malformed path (400) or one that is not supported (501).
    """
    asked = sorted({member for value in values for member in members(value)})
    if not asked:
        return None
    if len(asked) > MAX_FIELDS:
        raise TmfError(INVALID_FIELDS, f"At most {MAX_FIELDS} fields can be named.")
    with naming("fields"):
        paths = [_path(member, root) for member in asked if member != "none"]
    chosen = [each.predicate for path in paths for each in path if isinstance(each, Chosen)]
    if not chosen:
        return Fields(tuple(path for path in paths if path), ",".join(asked))
    refuse_heavy(*chosen)
    program = sum(weight(predicate).program for predicate in chosen)
    return Fields(tuple(path for path in paths if path), ",".join(asked), program)


def _path(member: str, root: Attribute | None) -> tuple[Segment, ...]:
    if member.replace("@", "").replace("_", "").isalnum():
        return (Member(member),)
    if "[" not in member and "$" not in member:
        names = member.split(".")
        if not all(names):
            raise TmfError(INVALID_FIELDS, f"{member}: not the path of an attribute.")
        return tuple(Member(name) for name in names)
    segments = parse(member, root)
    return segments[1:] if segments and isinstance(segments[0], Every) else segments


def select(
    resource: Json, fields: Fields, always: frozenset[str], look: Look | None = None
) -> Json:
    """The selected part of a resource, in its own order, with what is `always` shown (R-304).

    An attribute the resource lacks is ignored (R-306). `look` counts what is looked at, where
    several resources make one answer. Raises `TmfError` (400) when that is too much.
    """
    paths = fields.paths + tuple((Member(name),) for name in always)
    return _members(resource, paths, look or looking())


def _members(value: Json, paths: Sequence[tuple[Segment, ...]], look: Look) -> Json:
    below: dict[str, list[tuple[Segment, ...]]] = {}
    for path in paths:
        if path and isinstance(path[0], Member):
            below.setdefault(path[0].name, []).append(path[1:])
    shown: Json = {}
    for name, inner in value.items():
        if rest := below.get(name):
            kept, narrowed = _narrowed(inner, rest, look)
            if kept:
                shown[name] = narrowed
    return shown


def _narrowed(value: Any, paths: list[tuple[Segment, ...]], look: Look) -> tuple[bool, Any]:
    """Whether anything of a value is shown, and what."""
    if any(not path for path in paths):
        return True, value
    if isinstance(value, dict):
        return True, _members(value, paths, look)
    if isinstance(value, list):
        look(len(value) * len(paths))
        elements = [_element(place, element, paths, look) for place, element in enumerate(value)]
        return True, [narrowed for kept, narrowed in elements if kept]
    return False, None


def _element(
    place: int, element: Any, paths: list[tuple[Segment, ...]], look: Look
) -> tuple[bool, Any]:
    found = (_applies(place, element, path, look) for path in paths)
    rest = [remaining for remaining in found if remaining is not None]
    return _narrowed(element, rest, look) if rest else (False, None)


def _applies(
    place: int, element: Any, path: tuple[Segment, ...], look: Look
) -> tuple[Segment, ...] | None:
    """What is left of a path once it reached this element, or None if it passes it by."""
    match path[0]:
        case Member():
            return path
        case Every():
            return path[1:]
        case At(indexes):
            return path[1:] if place in indexes else None
        case Chosen(predicate):
            return path[1:] if matches(predicate, element, look) else None
