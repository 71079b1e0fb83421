"""Records made to be searched: alike in one attribute, different in others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.free_attributes import free_attributes
from tmf_apis.rules.base import ResourceRules
from tmf_apis.spec.model import ResourceSpec
from tmf_apis.spec.types import Kind

Json = dict[str, Any]

SIZE = 5
#: Values of each kind, one a record, in ascending order; texts get a unique ending.
_VALUES: dict[Kind, tuple[Any, ...]] = {
    Kind.TEXT: ("Alpha", "bravo", "charlie", "delta", "echo"),
    Kind.NUMBER: (2, 9, 10, 33, 100),
    Kind.BOOLEAN: (False, True, False, True, False),
    Kind.INSTANT: (
        "2031-01-01T10:00:00Z",
        "2031-01-01T12:30:00Z",
        "2031-02-01T00:00:00Z",
        "2032-07-01T00:00:00Z",
        "2033-01-01T00:00:00Z",
    ),
}
#: The order in which the records are made, so that creation order is no sorted order.
_SHUFFLED = (2, 0, 4, 1, 3)


@dataclass(slots=True)
class Cohort:
    """Records, a query for them, and the attribute that varies for each kind of value."""

    records: tuple[Json, ...]
    query: str
    varied: Mapping[Kind, str] = field(default_factory=dict)
    marker: str | None = None
    #: Whether the query selects exactly these records; filtering is judged elsewhere.
    selected: bool = False

    @property
    def ids(self) -> list[str]:
        """The ids, in creation order."""
        return [str(record["id"]) for record in self.records]


@dataclass(frozen=True, slots=True)
class Variations:
    """What each record of a cohort has of its own: values of one attribute of each kind."""

    values: tuple[Json, ...]
    attributes: Mapping[Kind, str]


def choose_marker(spec: ResourceSpec, rules: ResourceRules) -> str | None:
    """The attribute by which records of the kit are told from others."""
    return next(free_attributes(spec, rules, Kind.TEXT), None)


def variations(spec: ResourceSpec, rules: ResourceRules, unique: str) -> Variations:
    """The values by which the records of a cohort differ, in the order of their creation."""
    marker = choose_marker(spec, rules)
    attributes: dict[Kind, str] = {}
    for kind in _VALUES:
        names = (name for name in free_attributes(spec, rules, kind) if name != marker)
        if name := next(names, None):
            attributes[kind] = name
    values = []
    for index in _SHUFFLED:
        own = {name: _VALUES[kind][index] for kind, name in attributes.items()}
        if Kind.TEXT in attributes:
            own[attributes[Kind.TEXT]] += f" {unique}"
        values.append(own)
    return Variations(tuple(values), attributes)
