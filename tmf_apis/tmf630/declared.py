"""Names in queries that a resource does not declare, and what they could have been (D29).

Extension attributes are legal, so a query about one is (R-416). When it finds nothing, the name
may be a slip.
"""

from collections.abc import Iterable, Iterator, Sequence

from tmf_apis.nearness import nearest
from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.query import (
    All,
    AnyOf,
    Comparison,
    Element,
    Not,
    Path,
    Predicate,
    Present,
    SortKey,
)

#: The names on the way to an attribute.
Names = tuple[str, ...]

#: What any object may have, whether or not its file says so.
_EVERYWHERE = frozenset({"id", "href", "@type", "@baseType", "@schemaLocation", "@referredType"})
#: The parameters of lists.
PARAMETERS = ("fields", "filter", "limit", "offset", "sort")


def undeclared(predicate: Predicate, root: Attribute | None) -> tuple[Names, ...]:
    """The names in a predicate that no schema declares, each with those before it.

    What is below an attribute without declared ones is never strange.
    """
    return tuple(dict.fromkeys(_in_predicate(predicate, root, ())))


def undeclared_keys(sort: Iterable[SortKey], root: Attribute | None) -> tuple[Names, ...]:
    """The same of the keys of an order."""
    return tuple(dict.fromkeys(names for key in sort for names in _in_path(key.path, root, ())))


def told(names: Names, root: Attribute, kind: str, parameters: Sequence[str] = PARAMETERS) -> str:
    """A sentence about undeclared names of a resource of some kind: what is near, if anything.

    `parameters` may have been meant as well; without anything near they are listed.
    """
    *before, name = names
    sentence = f"{kind} declares no such attribute"
    if name.endswith("!"):
        return f"{sentence}; for what is not equal write {'.'.join(names)[:-1]}.ne=."
    parent = root.find(before)
    known = [*(parent.children if parent is not None else ()), *(() if before else parameters)]
    if near := nearest(name, known) or _below(name, parent):
        return f"{sentence}; the nearest is {'.'.join((*before, near[0]))}."
    if before:
        return f"{sentence}."
    *some, last = parameters
    return f"{sentence}; beside attributes there are {', '.join(some)} and {last}."


def _in_predicate(predicate: Predicate, node: Attribute | None, before: Names) -> Iterator[Names]:
    match predicate:
        case All(of) | AnyOf(of):
            for part in of:
                yield from _in_predicate(part, node, before)
        case Not(inner):
            yield from _in_predicate(inner, node, before)
        case Comparison(path) | Present(path):
            yield from _in_path(path, node, before)
        case Element(path, inner):
            yield from _in_path(path, node, before)
            names = tuple(step.name for step in path)
            below = node.find(names) if node is not None else None
            yield from _in_predicate(inner, below, before + names)


def _in_path(path: Path, node: Attribute | None, before: Names) -> Iterator[Names]:
    for step in path:
        if node is None or not node.children:
            return
        before += (step.name,)
        if step.name not in node.children and step.name not in _EVERYWHERE:
            yield before
            return
        node = node.children.get(step.name)
        if step.chosen is not None:
            yield from _in_predicate(step.chosen, node, before)


def _below(name: str, parent: Attribute | None) -> list[str]:
    """The attributes of this name one level deeper."""
    children = parent.children.items() if parent is not None else ()
    return [f"{child}.{name}" for child, node in children if name in node.children]
