"""The kinds of event that the query of a hub names: `eventType` is known, or refused (D30)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tmf_apis.nearness import nearest
from tmf_apis.tmf630.errors import INVALID_FILTER, TmfError
from tmf_apis.tmf630.query import All, AnyOf, Comparison, Operator, Predicate

_EVENT_TYPE = "eventType"
#: Nearest kinds that are named.
_MOST = 3
#: What names of events end in, in this decade and in the last one (R-1012).
_ENDINGS = ("event", "notification")


@dataclass(frozen=True, slots=True)
class EventTypes:
    """The kinds of event of an API: those it raises, and those its file defines."""

    raised: frozenset[str]
    defined: frozenset[str] = frozenset()

    @classmethod
    def of_all(cls, some: Iterable["EventTypes"]) -> "EventTypes":
        """The kinds of several APIs together."""
        raised, defined = frozenset[str](), frozenset[str]()
        for types in some:
            raised, defined = raised | types.raised, defined | types.defined
        return cls(raised, defined)


def check_types(where: Predicate, types: EventTypes) -> None:
    """Raise `TmfError` (400) when a query asks for a kind of event that the API does not have."""
    known = types.raised | types.defined
    for name in _named(where):
        if known and name not in known:
            near = nearest(name, types.raised, _MOST, _plain)
            told = f"the nearest are: {', '.join(near)}" if near else _all_of(types)
            raise TmfError(
                INVALID_FILTER, f"query: eventType {name} is none of this API's; {told}."
            )


def never_raised(where: Predicate, types: EventTypes) -> list[str]:
    """The kinds a query asks for that the file defines and this server never raises."""
    return [name for name in _named(where) if name in types.defined - types.raised]


def confined(where: Predicate) -> frozenset[str] | None:
    """The kinds of event that a predicate can hold for; None for any."""
    match where:
        case Comparison(operator=Operator.EQ) if _is_type(where):
            return frozenset(map(str, where.operands))
        case All(of):
            found = [kinds for part in of if (kinds := confined(part)) is not None]
            return frozenset.intersection(*found) if found else None
        case AnyOf(of):
            alternatives = [confined(part) for part in of]
            if any(kinds is None for kinds in alternatives):
                return None
            return frozenset().union(*(kinds or () for kinds in alternatives))
    return None


def _named(where: Predicate) -> Iterator[str]:
    """The kinds of event that a predicate asks for by name, not those it excludes.

    One in single quotes is asked for as the kind inside these too, which is the one meant.
    """
    match where:
        case Comparison(operator=Operator.EQ) if _is_type(where):
            asked = [str(operand) for operand in where.operands]
            quoted = {f"'{name}'" for name in asked}
            yield from (name for name in asked if name not in quoted)
        case All(of) | AnyOf(of):
            for part in of:
                yield from _named(part)


def _is_type(comparison: Comparison) -> bool:
    return [step.name for step in comparison.path] == [_EVENT_TYPE]


def _plain(name: str) -> str:
    """A kind whatever its case and its ending."""
    plain = name.lower()
    for ending in _ENDINGS:
        plain = plain.removesuffix(ending)
    return plain


def _all_of(types: EventTypes) -> str:
    return f"those it raises: {', '.join(sorted(types.raised))}"
