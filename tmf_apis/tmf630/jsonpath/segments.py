"""The segments of a JSONPath: the steps it takes, one after another (R-505)."""

from dataclasses import dataclass

from tmf_apis.spec.types import Shape
from tmf_apis.tmf630.query import Predicate


@dataclass(frozen=True, slots=True)
class Member:
    """`.name`: a member of an object, or of each object of a list."""

    name: str
    shape: Shape = Shape.EITHER


@dataclass(frozen=True, slots=True)
class Every:
    """`[*]`: each element of a list."""


@dataclass(frozen=True, slots=True)
class At:
    """`[2]` or `[0,2]`: elements of a list by position from 0."""

    indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """`[?(...)]`: the elements of a list that satisfy a predicate."""

    predicate: Predicate


Segment = Member | Every | At | Chosen
