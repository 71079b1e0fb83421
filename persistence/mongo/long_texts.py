"""Texts that are too long for a pattern: looked for before the pattern is.

MongoDB keeps a deadline between two records, never within a text. So where a query has a pattern
that is too costly for the longest texts there can be, one that asks for such a text goes first.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from typing import NamedTuple

from persistence.mongo.patterns import Words, spelt
from tmf_apis.tmf630.query import (
    All,
    AnyOf,
    Comparison,
    Element,
    Not,
    Operator,
    Path,
    Predicate,
    SortKey,
)

#: Characters of the longest text there can be: a document of MongoDB has 16 MiB.
_LONGEST = 1 << 24
#: How often PCRE takes something to be repeated.
_REPEATED = 60_000


class TooLong(NamedTuple):
    """A predicate that holds for records with a text that is too long, and what to say of them."""

    where: Predicate
    message: str


def too_long(where: Predicate, sort: tuple[SortKey, ...] = ()) -> TooLong | None:
    """What to look for before a query; None where no text can be too long.

    Of the query's conditions only those without patterns count.
    """
    dear = [*_dear(where, ())]
    dear += [found for key in sort for found in _chosen(key.path)]
    if not dear:
        return None
    first = min(dear, key=_longest)
    message = (
        f"the pattern {_pattern(first)} is too costly for texts of more than {_longest(first)}"
        " characters, of which there are some; write it with fewer repetitions and alternatives"
    )
    parts = where.of if isinstance(where, All) else (where,)
    others = [part for part in parts if not any(_comparisons(part, ()))]
    return TooLong(All((*others, AnyOf(tuple(map(_longer, dear))))), message)


def _dear(predicate: Predicate, above: Path) -> Iterator[Comparison]:
    """The comparisons by patterns that are too costly for some texts, from the document on."""
    return (each for each in _comparisons(predicate, above) if _longest(each) < _LONGEST)


def _comparisons(predicate: Predicate, above: Path) -> Iterator[Comparison]:
    """The comparisons by patterns."""
    match predicate:
        case All(of) | AnyOf(of):
            for part in of:
                yield from _comparisons(part, above)
        case Not(inner):
            yield from _comparisons(inner, above)
        case Element(path, inner):
            yield from _comparisons(inner, above + path)
        case Comparison(path, Operator.REGEX, operands):
            for operand in operands:
                yield replace(predicate, path=above + path, operands=(operand,))


def _chosen(path: Path) -> Iterator[Comparison]:
    """The same of what a sort key chooses on its way."""
    for place, step in enumerate(path):
        if step.chosen is not None:
            before = tuple(replace(each, chosen=None) for each in path[: place + 1])
            yield from _dear(step.chosen, before)


def _pattern(comparison: Comparison) -> str:
    return str(comparison.operands[0])


def _longest(comparison: Comparison) -> int:
    return spelt(_pattern(comparison)).longest


def _longer(comparison: Comparison) -> Comparison:
    """The comparison that holds for texts that are too long for another."""
    more = _longest(comparison) + 1
    times = ceil(more / _REPEATED)
    words = Words(rf"\A(?:[\s\S]{{{ceil(more / times)}}}){{{times}}}")
    return replace(comparison, operands=(words,))
