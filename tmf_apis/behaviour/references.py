"""The references of a document to what this suite serves: which they are, and what they lack.

Pure. What is at the other end the handlers look up (handlers/references.py).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from jsonpointer import escape

from tmf_apis.behaviour.reference_policy import Policies, Policy
from tmf_apis.spec.references import Place
from tmf_apis.tmf630.remarks import Remark

Json = dict[str, Any]
Pointer = tuple[str | int, ...]

#: What a reference may say where a value may stand instead: with more, it is that value.
_BARE = frozenset({"id", "href", "name", "version", "role", "relationshipType"})


@dataclass(frozen=True, slots=True)
class Referring:
    """How one resource refers to others. `served` are the collections by the names of the classes
    in them.
    """

    top: Place
    policies: Policies
    served: Mapping[str, str]


class Reference(NamedTuple):
    """A reference in a document: where it stands, what it says, and what it refers to."""

    pointer: Pointer
    place: Place
    said: Json
    collection: str
    id: str
    policy: Policy

    @property
    def leads_to(self) -> tuple[str, str]:
        """The collection and the id of what it refers to."""
        return self.collection, self.id

    @property
    def where(self) -> str:
        """Its place as a JSON Pointer (RFC 6901)."""
        return written(self.pointer)


def written(pointer: Pointer) -> str:
    """A place in a document as a JSON Pointer (RFC 6901)."""
    return "".join(f"/{escape(str(step))}" for step in pointer)


def references(referring: Referring, document: Json) -> Iterator[Reference]:
    """The references of a document to what is served, at any depth, in its order; those whose
    policy is off are passed over.
    """
    for pointer, place, value in told(referring.top, document):
        one = _reference(referring, pointer, place, value)
        if one is not None and one.policy is not Policy.OFF:
            yield one


def told(top: Place, document: Json) -> Iterator[tuple[Pointer, Place, Json]]:
    """The objects of a document that stand where a reference may, at any depth, in its order."""
    return _told((), top, document)


def brought(referring: Referring, before: Json | None, after: Json) -> list[Reference]:
    """The references that a change brings; of a new resource, all."""
    old = {one.leads_to for one in references(referring, before)} if before else set()
    return [one for one in references(referring, after) if one.leads_to not in old]


def unknown(one: Reference) -> Remark:
    """What there is to say about a reference that leads nowhere."""
    return nothing_there(one.where, one.collection.rpartition("/")[2], one.id)


def nothing_there(where: str, kind: str, id: str) -> Remark:
    """What there is to say about an id by which nothing of a kind is found."""
    mend = "Refer to one that is there, or make it first."
    return Remark(f"{where}/id", f"There is no {kind} {id}. {mend}")


def completed(document: Json, found: Iterable[tuple[Reference, Json]]) -> Json:
    """A document whose references say what they left out; each comes with its target's own
    `name` and `@referredType`, as far as there are such.
    """
    for one, known in found:
        missing = {n: known[n] for n in one.place.completed if n not in one.said and n in known}
        if missing:
            document = _with(document, one.pointer, missing)
    return document


def _told(pointer: Pointer, place: Place, value: Any) -> Iterator[tuple[Pointer, Place, Json]]:
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _told((*pointer, number), place, each)
    elif isinstance(value, dict):
        if place.refers:
            yield pointer, place, value
        for name, each in value.items():
            if (below := place.below.get(name)) is not None:
                yield from _told((*pointer, name), below, each)


def _reference(
    referring: Referring, pointer: Pointer, place: Place, value: Json
) -> Reference | None:
    id = value.get("id")
    if not isinstance(id, str):
        return None
    if place.valued and any(n not in _BARE and not n.startswith("@") for n in value):
        return None
    said = value.get("@referredType")
    thing = said if isinstance(said, str) and said in referring.served else place.thing
    if thing not in referring.served:
        return None
    names = [step for step in pointer if isinstance(step, str)]
    policy = referring.policies.of(names)
    return Reference(pointer, place, value, referring.served[thing], id, policy)


def _with(value: Any, pointer: Pointer, more: Json) -> Any:
    """A copy of a value with more members in the object at a pointer."""
    if not pointer:
        return value | more
    step, *rest = pointer
    copy = value.copy()
    copy[step] = _with(value[step], tuple(rest), more)
    return copy
