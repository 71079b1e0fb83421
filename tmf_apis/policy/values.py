"""The values of a token that a policy asks for, and their places in its conditions.

A value is put into the parsed condition, never into its text: whatever a token says, it is one
value to compare with.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tmf_apis.tmf630.query import (
    All,
    AnyOf,
    Comparison,
    Element,
    Kind,
    Not,
    Operator,
    Predicate,
    Present,
)

_NAME = re.compile(r"\$\{(\w+)\}", re.ASCII)


class Unfilled(ValueError):
    """A value that is asked for and not there; the text is its name."""


def claimed(claims: Mapping[str, Any], way: Sequence[str]) -> tuple[str, ...]:
    """The texts that a token has at the end of a way: one, the elements of a list, or none."""
    found: Any = claims
    for name in way:
        found = found.get(name) if isinstance(found, Mapping) else None
    listed = found if isinstance(found, list) else [found]
    return tuple(
        str(each)
        for each in listed
        if isinstance(each, (str, int)) and not isinstance(each, bool) and each != ""
    )


def written(text: str) -> frozenset[str]:
    """The names that are written in the text of a condition."""
    return frozenset(_NAME.findall(text))


def names_in(predicate: Predicate) -> Iterator[str]:
    """The names whose values a condition asks for. Raises `ValueError` for a `${` that stands in a
    text or a pattern.
    """
    match predicate:
        case All(of) | AnyOf(of):
            for part in of:
                yield from names_in(part)
        case Not(of):
            yield from names_in(of)
        case Element(_, inner):
            yield from names_in(inner)
        case Comparison(_, operator, operands, kind):
            for text in (each for each in operands if isinstance(each, str) and "${" in each):
                found = _NAME.fullmatch(text)
                if found is None or operator is not Operator.EQ or kind is Kind.INSTANT:
                    raise ValueError(f"{text}: ${{name}} stands for a whole value behind =")
                yield found[1]
        case Present():
            return


def filled(predicate: Predicate, values: Mapping[str, Sequence[str]]) -> Predicate:
    """A condition with the values in their places. Raises `Unfilled`."""
    match predicate:
        case All(of):
            return All(tuple(filled(part, values) for part in of))
        case AnyOf(of):
            return AnyOf(tuple(filled(part, values) for part in of))
        case Not(of):
            return Not(filled(of, values))
        case Element(_, inner):
            return replace(predicate, predicate=filled(inner, values))
        case Comparison(_, _, operands):
            put = tuple(one for operand in operands for one in _filled(operand, values))
            return predicate if put == operands else replace(predicate, operands=put)
        case _:
            return predicate


def _filled(operand: Any, values: Mapping[str, Sequence[str]]) -> Sequence[Any]:
    found = _NAME.fullmatch(operand) if isinstance(operand, str) else None
    if found is None:
        return (operand,)
    if not values.get(found[1]):
        raise Unfilled(found[1])
    return values[found[1]]
