"""The records that questions are about, and the attributes that differ in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.results import Exchange
from tmf_apis.spec.types import Kind

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Variable:
    """One attribute that differs: its dotted path, its kind, and the list it runs through.

    `many` is the name of that list, empty where every record holds one value at most.
    """

    path: str
    kind: Kind
    many: str = ""
    integer: bool = False

    @property
    def nested(self) -> bool:
        """Whether it is inside another attribute."""
        return "." in self.path

    @property
    def first(self) -> str:
        """The first-level attribute it is or is in."""
        return self.path.partition(".")[0]


@dataclass(slots=True)
class Hostile:
    """Records as the server reads them back, and the condition that selects them."""

    records: tuple[Json, ...]
    variables: tuple[Variable, ...]
    #: The marker and its text; empty where records that were there are looked at by id.
    marker: str = ""
    text: str = ""
    #: How each was created, by id: the request that a report shows with a difference.
    made: Mapping[str, Exchange] = field(default_factory=dict)
    #: What was sent for each, by id.
    sent: Mapping[str, Json] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, in order of creation."""
        return tuple(str(record["id"]) for record in self.records)

    def by_id(self, record: str) -> Json:
        """One record; raises `KeyError` for an id that is not among them."""
        return next(r for r in self.records if r["id"] == record)
