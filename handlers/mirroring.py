"""Which attributes of a resource the store mirrors and indexes: derived from its specification.

Indexed are the state, the name, `@type` and date-times of the first level, and, at most three
names deep, the ids of other entities and the name/value pairs of characteristics (D13).
"""

from collections.abc import Iterator

from persistence.store import Collection, Column
from tmf_apis.rules.base import ResourceRules
from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.model import ResourceSpec
from tmf_apis.spec.references import is_always_reference
from tmf_apis.tmf630.query import Kind, Path, Shape, Step

_SCALARS = (Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.INSTANT)
_ALWAYS_INDEXED = ("name", "@type")
_DEEPEST_REFERENCE = 3
_DEEPEST_PAIR = 3
#: Attributes that are looked at, ten times as many as those of the largest official resource. What
#: is not found is not mirrored, and queries about it scan.
_LOOKED_AT = 10_000


def collection_for(base_path: str, resource: ResourceSpec, rules: ResourceRules) -> Collection:
    """The collection that keeps a resource; its name never depends on the file (D2)."""
    columns = tuple(_columns(resource, rules))
    return Collection(
        name="/".join((base_path, *resource.segments)),
        versioned=rules.versioned,
        columns=columns,
        references=tuple(_references(resource.attributes, (), (), iter(range(_LOOKED_AT)))),
        pairs=tuple(_pairs(resource.attributes, (), iter(range(_LOOKED_AT)))),
        group=tuple(_group(columns, rules)),
    )


def _columns(resource: ResourceSpec, rules: ResourceRules) -> Iterator[Column]:
    for name, attribute in resource.attributes.children.items():
        if name in ("id", "href") or attribute.shape is not Shape.ONE:
            continue
        if attribute.kind in _SCALARS:
            indexed = name in (*_ALWAYS_INDEXED, rules.state) or attribute.kind is Kind.INSTANT
            yield Column((Step(name, Shape.ONE),), attribute.kind, indexed)


def _group(columns: tuple[Column, ...], rules: ResourceRules) -> list[Path]:
    """The state, and the instants its resources are sorted by: those the server sets first."""
    usual = (*rules.stamped, *rules.touched, *rules.filled)
    states = [c.path for c in columns if c.path[0].name == rules.state and c.kind is Kind.TEXT]
    instants = [c.path for c in columns if c.kind is Kind.INSTANT]
    instants.sort(key=lambda p: usual.index(p[0].name) if p[0].name in usual else len(usual))
    return [*states, *instants] if states and instants else []


def _references(
    node: Attribute, path: Path, above: tuple[frozenset[str], ...], left: Iterator[int]
) -> Iterator[Path]:
    """Paths to the ids of references, without going round in circles. `left` is spent on attributes
    that are looked at.
    """
    for (name, child), _ in zip(node.children.items(), left, strict=False):
        here = (*path, Step(name, child.shape))
        if child.kind is not Kind.OBJECT or len(here) >= _DEEPEST_REFERENCE + 1:
            continue
        if child.names and child.names in above:
            continue
        if (
            "id" in child.children
            and ("@referredType" in child.children or is_always_reference(child))
            and len(here) < _DEEPEST_REFERENCE
        ):
            yield (*here, Step("id", child.children["id"].shape))
        if len(here) < _DEEPEST_REFERENCE - 1:
            yield from _references(child, here, (*above, child.names), left)


def _pairs(node: Attribute, path: Path, left: Iterator[int]) -> Iterator[Path]:
    for (name, child), _ in zip(node.children.items(), left, strict=False):
        here = (*path, Step(name, child.shape))
        if child.kind is not Kind.OBJECT or child.shape is Shape.EITHER:
            continue
        if child.shape is Shape.MANY and {"name", "value"} <= child.children.keys():
            yield here
        elif len(here) < _DEEPEST_PAIR:
            yield from _pairs(child, here, left)
