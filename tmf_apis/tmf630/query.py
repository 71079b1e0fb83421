"""The words of a query, shared by those who parse it and those who run it.

Values only: no behaviour, and of ours only the kinds of values. A predicate holds for a
resource when it is true of the resource's JSON; missing values make comparisons false.
"""

from dataclasses import dataclass, field
from enum import Enum

from tmf_apis.spec.types import Kind, Shape

__all__ = [
    "ALWAYS",
    "All",
    "AnyOf",
    "Comparison",
    "Cursor",
    "Element",
    "Kind",
    "Not",
    "Operator",
    "Path",
    "Predicate",
    "Present",
    "Query",
    "Scalar",
    "Shape",
    "SortKey",
    "Step",
]

#: A value to compare with. Instants are microseconds since 1970, as integers (D12).
Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Step:
    """One member name of a path, what it holds there, and at most one index into its list.

    In a sort key, `chosen` leaves of its list the elements that satisfy a predicate; a single
    object counts as its own element.
    """

    name: str
    shape: Shape = Shape.EITHER
    index: int | None = None
    chosen: "Predicate | None" = None


#: From the resource (or from the element of an `Element`) to a value. At every step that
#: holds a list, all its elements are meant.
Path = tuple[Step, ...]


class Operator(Enum):
    """How a value is compared with an operand."""

    EQ = "eq"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    REGEX = "regex"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some value at `path` stands in relation `operator` to some of the `operands`.

    A value is compared only with operands of its own JSON type; a boolean is no number. For
    an `INSTANT` the operands are microseconds and the values are RFC 3339 texts. For `REGEX`
    the operand is one RE2 pattern, found anywhere in a text.
    """

    path: Path
    operator: Operator
    operands: tuple[Scalar, ...]
    kind: Kind
    #: Tells 1 from true, which Python takes for equal: they are not the same comparison.
    _types: tuple[type, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_types", tuple(map(type, self.operands)))


@dataclass(frozen=True, slots=True)
class Present:
    """Some value, be it null, stands at `path`."""

    path: Path


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the list at `path` satisfies `predicate` as a whole (R-506).

    The paths inside start at the element. A single object at `path` counts as its own element.
    """

    path: Path
    predicate: "Predicate"


@dataclass(frozen=True, slots=True)
class All:
    """Every one of them holds; of none, true."""

    of: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of them holds; of none, false."""

    of: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    of: "Predicate"


Predicate = Comparison | Present | Element | All | AnyOf | Not

ALWAYS = All(())


@dataclass(frozen=True, slots=True)
class SortKey:
    """Order by the value at `path`: of a list the smallest ascending, the largest descending.

    Missing values come first ascending and last descending (D14). Where the kind is `ANY`,
    numbers come before texts before booleans, and other values count as missing.
    """

    path: Path
    descending: bool
    kind: Kind


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the sorted result, as the store once named it: what follows or precedes it."""

    token: str
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Which resources, in which order, from where, how many. `limit` None means all.

    A page ends sooner where its resources have more than `room` bytes together; one it has at
    least. Of a `long` query nobody remembers how many match: many such would fill the memory.
    """

    where: Predicate = ALWAYS
    sort: tuple[SortKey, ...] = ()
    offset: int = 0
    limit: int | None = None
    cursor: Cursor | None = None
    #: Words for a message that names what was asked, in the client's spelling.
    asked: tuple[str, ...] = field(default=(), compare=False)
    long: bool = field(default=False, compare=False)
    room: int | None = field(default=None, compare=False)
    #: Its hash, once somebody asked for it: a query that is sent again is the same object.
    _hash: int | None = field(default=None, init=False, compare=False, repr=False)

    def __hash__(self) -> int:
        """As of all that is compared."""
        if self._hash is None:
            compared = self.where, self.sort, self.offset, self.limit, self.cursor
            object.__setattr__(self, "_hash", hash(compared))
        return self._hash  # type: ignore[return-value]
