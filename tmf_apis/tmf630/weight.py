"""How much work conditions ask for, whatever they are about: what every store can run, and hubs."""

from typing import NamedTuple

from tmf_apis.tmf630.errors import INVALID_FILTER, TmfError
from tmf_apis.tmf630.patterns import MAX_PROGRAM, compiled
from tmf_apis.tmf630.query import All, AnyOf, Comparison, Element, Not, Operator, Predicate

#: Comparisons in all, and how deep they nest.
MAX_COMPARISONS = 200
MAX_NESTING = 12


class Weight(NamedTuple):
    """How many comparisons there are, how deep they nest, where a list counts three levels, and
    how many instructions their patterns have.
    """

    comparisons: int
    nesting: int
    program: int


def refuse_heavy(*predicates: Predicate) -> None:
    """Raise `TmfError` (400) for conditions that together are too many, too deep or too costly."""
    found = [weight(predicate) for predicate in predicates]
    comparisons = sum(each.comparisons for each in found)
    if comparisons > MAX_COMPARISONS or max(each.nesting for each in found) > MAX_NESTING:
        message = "There are too many conditions in filters or sort, or they nest too deep."
        raise TmfError(INVALID_FILTER, message)
    if sum(each.program for each in found) > MAX_PROGRAM:
        message = (
            "The patterns are too costly together; repeat less, or smaller sets of characters."
        )
        raise TmfError(INVALID_FILTER, message)


def weight(predicate: Predicate) -> Weight:
    """The weight of a predicate."""
    match predicate:
        case All(of) | AnyOf(of):
            parts = [weight(part) for part in of]
            deepest = max((part.nesting for part in parts), default=0)
            return Weight(sum(p[0] for p in parts), 1 + deepest, sum(p[2] for p in parts))
        case Not(inner):
            below = weight(inner)
            return below._replace(nesting=below.nesting + 1)
        case Element(_, inner):
            below = weight(inner)
            return below._replace(nesting=below.nesting + 3)
        case Comparison(_, Operator.REGEX, patterns):
            return Weight(1, 0, sum(compiled(str(pattern)).program for pattern in patterns))
    return Weight(1, 0, 0)


#: Instructions of patterns that take as long for a byte as to read it otherwise.
_PER_BYTE = 10


def effort(size: int, program: int) -> int:
    """What it is to look through so many bytes for patterns of so many instructions, in bytes that
    are only read.
    """
    return size * (1 + program // _PER_BYTE)
