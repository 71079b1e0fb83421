"""Which attributes of the first level a query looks at."""

from collections.abc import Iterator

from tmf_apis.tmf630.query import All, AnyOf, Comparison, Element, Not, Predicate, Present, Query


def looked_at(query: Query) -> frozenset[str]:
    """The names of the attributes that a filter or an order of a query is about."""
    sorted_by = (key.path[0].name for key in query.sort if key.path)
    return frozenset((*_in(query.where), *sorted_by))


def _in(predicate: Predicate) -> Iterator[str]:
    match predicate:
        case All(of) | AnyOf(of):
            for part in of:
                yield from _in(part)
        case Not(of):
            yield from _in(of)
        case Element(path, inner):
            # Behind a path all is below its first name; without one it is the resource itself.
            yield from (path[0].name,) if path else _in(inner)
        case Comparison(path) | Present(path):
            yield from (step.name for step in path[:1])
