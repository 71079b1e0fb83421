"""JSON Patch Query: RFC 6902 operations whose path picks list elements by content.

Two spellings (R-804..R-806): a pointer with conditions, `/note/author?note.id=7`, where lists
on the way need no index; and a JSONPath, `note[?(@.id=='7')].author`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from jsonpointer import escape, unescape

from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630 import filtering
from tmf_apis.tmf630.errors import INVALID_PATCH, PATCH_CONFLICT, TmfError
from tmf_apis.tmf630.json_patch import Patching, is_index, operations, rooted
from tmf_apis.tmf630.jsonpath.parser import parse
from tmf_apis.tmf630.jsonpath.segments import At, Chosen, Every, Member, Segment
from tmf_apis.tmf630.matching import matches
from tmf_apis.tmf630.query import Predicate
from tmf_apis.tmf630.query_string import Condition, decoded, split
from tmf_apis.tmf630.work import Look

Json = dict[str, Any]

#: What it takes to see whether an element is meant, in steps.
LOOK = 3


@dataclass(frozen=True, slots=True)
class _Hit:
    """One place a path reaches: its exact pointer, and the value at each name on the way."""

    pointer: str
    names: tuple[str, ...]
    #: For each name, the value chosen below it: the list element where there is a list.
    values: tuple[Any, ...]
    #: How many names lead to the innermost list element on the way.
    picked: int


def apply_patch_query(target: Json, patch: Any, root: Attribute) -> Any:
    """The target after all operations; each applies wherever its path finds a place.

    Raises `TmfError`: 400 for a malformed path, 409 where nothing matches (R-807).
    """
    patching = Patching(target, root)
    for number, operation in enumerate(operations(patch)):
        looked_at = partial(patching.work.spend, number=number)
        search = _Search(patching.document, root, looked_at)
        pointers = list(search.places(operation["path"], operation["op"]))
        if not pointers:
            raise TmfError(PATCH_CONFLICT, f"/{number}/path: nothing matches {operation['path']}.")
        # From the last to the first, so that a removal does not move those still to come.
        for pointer in reversed(pointers):
            patching.apply(number, operation, pointer)
    return patching.document


class _Search:
    """Finds the places of a document that a path means; each value looked at is work."""

    def __init__(self, document: Any, root: Attribute, look: Look) -> None:
        self._document = document
        self._root = root
        self._look = look
        #: What the conditions of this operation mean, by themselves and where they are asked.
        self._meant: dict[tuple[Condition, tuple[str, ...]], Predicate] = {}

    def places(self, path: str, op: str) -> Iterator[str]:
        """The exact pointers a path stands for."""
        if "[" in path or path.startswith(("$", ".")):
            segments = parse(path.removeprefix("/").removeprefix("."), self._root)
            yield from self._follow(self._document, "", segments)
            return
        pointer, has_query, query = rooted(path).partition("?")
        if not has_query:
            yield from self._by_names(pointer, op)
            return
        conditions = _conditions(query)
        steps = tuple(_steps(pointer))
        found = False
        for hit in self._reach(steps):
            if all(self._holds(condition, hit) for condition in conditions):
                found = True
                yield hit.pointer
        if op == "add" and not found and len(steps) > 1:
            for hit in self._reach(steps[:-1]):
                if all(self._holds(condition, hit) for condition in conditions):
                    yield f"{hit.pointer}/{escape(steps[-1])}"

    def _by_names(self, pointer: str, op: str) -> Iterator[str]:
        """A plain pointer; where it passes lists without an index, it means all their elements."""
        steps = tuple(_steps(pointer))
        hits = list(self._reach(steps, into_list=False))
        if hits:
            yield from (hit.pointer for hit in hits)
        elif op == "add":
            at_place = steps[-1] == "-" or is_index(steps[-1])
            parents = list(self._reach(steps[:-1], into_list=not at_place)) if steps[1:] else []
            yield from (f"{hit.pointer}/{escape(steps[-1])}" for hit in parents)
            if not parents:
                yield pointer
        else:
            yield pointer

    def _reach(self, steps: tuple[str, ...], *, into_list: bool = True) -> Iterator[_Hit]:
        """Every place the names lead to, lists unrolled; the last list only if `into_list`."""
        yield from self._reach_from(self._document, steps, _Hit("", (), (), 0), into_list)

    def _reach_from(
        self, value: Any, steps: tuple[str, ...], so_far: _Hit, into_list: bool
    ) -> Iterator[_Hit]:
        self._look(1)
        if not steps:
            yield so_far
            return
        step, rest = steps[0], steps[1:]
        if isinstance(value, list):
            if is_index(step) and int(step) < len(value):
                yield from self._reach_from(
                    value[int(step)], rest, _element(so_far, int(step), value), into_list
                )
            return
        if not isinstance(value, dict) or step not in value:
            return
        below = value[step]
        hit = _Hit(
            f"{so_far.pointer}/{escape(step)}", (*so_far.names, step), (*so_far.values, below),
            so_far.picked,
        )  # fmt: skip
        numbered = bool(rest) and is_index(rest[0])
        if isinstance(below, list) and not numbered and (rest or into_list):
            for position, element in enumerate(below):
                place = _element(hit, position, below)
                yield from self._reach_from(element, rest, place, into_list)
        else:
            if isinstance(below, dict):
                hit = _Hit(hit.pointer, hit.names, hit.values, len(hit.names))
            yield from self._reach_from(below, rest, hit, into_list)

    def _holds(self, condition: Condition, hit: _Hit) -> bool:
        """Whether a place satisfies a condition written from the root or from the picked element.

        A value may repeat the path of the picked element in front, as in a TM Forum example.
        """
        path = "/" + "/".join(hit.names[: hit.picked]) + "/"
        if self._meets(condition, hit):
            return True
        if not condition.value.startswith(path):
            return False
        bare = Condition(condition.name, condition.sign, condition.value.removeprefix(path))
        return self._meets(bare, hit)

    def _meets(self, condition: Condition, hit: _Hit) -> bool:
        self._look(LOOK)
        encoded = condition.name.split(".")
        names = [decoded(name) for name in encoded]
        shared = 0
        while shared < min(len(names), len(hit.names)) and names[shared] == hit.names[shared]:
            shared += 1
        if shared == len(names) and isinstance(hit.values[shared - 1], dict):
            # Not the element itself, which is no value, but its attribute of the same name.
            shared = 0
        if not shared:
            value = hit.values[hit.picked - 1] if hit.picked else None
            return matches(self._meaning(condition, hit.names[: hit.picked]), value, self._look)
        # From the last name in common on: what was picked there is a value, or has it below.
        relative = Condition(".".join(encoded[shared - 1 :]), condition.sign, condition.value)
        where = self._meaning(relative, hit.names[: shared - 1])
        return matches(where, {names[shared - 1]: hit.values[shared - 1]}, self._look)

    def _meaning(self, condition: Condition, place: tuple[str, ...]) -> Predicate:
        """What a condition asks of the values at a place."""
        known = self._meant.get((condition, place))
        if known is None:
            known = filtering.predicate([[condition]], self._root.find(place))
            self._meant[condition, place] = known
        return known

    def _follow(self, value: Any, pointer: str, segments: Sequence[Segment]) -> Iterator[str]:
        self._look(1)
        if not segments:
            yield pointer
            return
        segment, rest = segments[0], segments[1:]
        match segment:
            case Member(name):
                if isinstance(value, dict):
                    known = value.get(name)
                    if name in value or not rest:
                        yield from self._follow(known, f"{pointer}/{escape(name)}", rest)
                elif isinstance(value, list):
                    for position, element in enumerate(value):
                        yield from self._follow(element, f"{pointer}/{position}", segments)
            case Every() | Chosen() | At():
                for position, element in enumerate(value if isinstance(value, list) else []):
                    self._look(LOOK)
                    if _picks(segment, position, element, self._look):
                        yield from self._follow(element, f"{pointer}/{position}", rest)


def _steps(pointer: str) -> list[str]:
    return [unescape(step) for step in pointer.split("/")[1:]]


def _element(hit: _Hit, position: int, elements: list[Any]) -> _Hit:
    values = (*hit.values[:-1], elements[position])
    return _Hit(f"{hit.pointer}/{position}", hit.names, values, len(hit.names))


def _conditions(query: str) -> list[Condition]:
    # An attribute may be called as a parameter of lists is.
    _, alternatives = split(query.replace("+", "%2B"), reserved_names=frozenset())
    if len(alternatives) != 1 or len(alternatives[0]) > filtering.MAX_CONDITIONS:
        most = filtering.MAX_CONDITIONS
        raise TmfError(INVALID_PATCH, f"?{query}: give at most {most} conditions, joined by &.")
    return alternatives[0]


def _picks(segment: Segment, position: int, element: Any, look: Look) -> bool:
    match segment:
        case At(indexes):
            return position in indexes
        case Chosen(predicate):
            return matches(predicate, element, look)
        case _:
            return True
