"""What a parsed JSONPath means: that it leads somewhere, or how what it leads to compares.

A path means all the values it leads to; that one of them is right is enough (R-503, R-504).
"""

from collections.abc import Sequence

from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.jsonpath.refusals import invalid, unsupported
from tmf_apis.tmf630.jsonpath.segments import At, Chosen, Every, Member, Segment
from tmf_apis.tmf630.paths import BadOperand, compare_literal
from tmf_apis.tmf630.query import (
    ALWAYS,
    All,
    AnyOf,
    Element,
    Not,
    Operator,
    Path,
    Predicate,
    Present,
    Scalar,
    Step,
)

#: The signs of comparison; `!=` is the opposite of an equality.
SIGNS = {
    "==": Operator.EQ,
    "!=": Operator.EQ,
    ">": Operator.GT,
    ">=": Operator.GTE,
    "<": Operator.LT,
    "<=": Operator.LTE,
    "=~": Operator.REGEX,
}


def finds(segments: Sequence[Segment]) -> Predicate:
    """The predicate that the segments lead to at least one value.

    Raises `TmfError` (501) for a position that stands behind no attribute.
    """
    path: Path = ()
    for place, segment in enumerate(segments):
        rest = segments[place + 1 :]
        match segment:
            case Member(name, shape):
                path += (Step(name, shape),)
            case At(indexes):
                found = [_below(_indexed(path, index), rest) for index in indexes]
                return found[0] if len(found) == 1 else AnyOf(tuple(found))
            case Chosen(predicate):
                both = All((predicate, finds(rest))) if rest else predicate
                return Element(path, both) if path else both
            case Every():
                pass
    return Present(path) if path else ALWAYS


def _below(path: Path, rest: Sequence[Segment]) -> Predicate:
    return Element(path, finds(rest)) if rest else Present(path)


def compares(
    segments: Sequence[Segment], attribute: Attribute | None, sign: str, literal: Scalar | None
) -> Predicate:
    """The predicate that a value the segments lead to stands to a literal as one of `SIGNS` says.

    `attribute` is what they lead to, and None if no schema declares it; a literal None is null,
    which stands for what is missing. Raises `TmfError`: 400 for a literal that cannot be
    compared, 501 for a path that cannot stand in a comparison.
    """
    if literal is None:
        if sign not in ("==", "!="):
            raise invalid("null has no order.")
        present = finds(segments)
        return Not(present) if sign == "==" else present
    found = _related(segments, attribute, SIGNS[sign], literal)
    return Not(found) if sign == "!=" else found


def _related(
    segments: Sequence[Segment], attribute: Attribute | None, operator: Operator, literal: Scalar
) -> Predicate:
    """The comparison at the end of a path; brackets before it pick their elements (R-506)."""
    path: Path = ()
    for place, segment in enumerate(segments):
        match segment:
            case Member(name, shape):
                path += (Step(name, shape),)
            case At((index,)):
                path = _indexed(path, index)
            case Chosen(predicate) if path:
                below = _related(segments[place + 1 :], attribute, operator, literal)
                return Element(path, All((predicate, below)))
            case Every():
                pass
            case _:
                raise unsupported("this path in a comparison")
    try:
        return compare_literal(path, operator, literal, attribute)
    except BadOperand as error:
        raise invalid(f"{error}.") from error


def _indexed(path: Path, index: int) -> Path:
    """The path with a position at its last step."""
    if not path or path[-1].index is not None:
        raise unsupported("a position without an attribute before it")
    return (*path[:-1], Step(path[-1].name, path[-1].shape, index))
