"""Takes away from a question what does not matter: what is left is wrong by itself."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from conformance.oracle.judging import Difference, narrowed
from conformance.oracle.question import PLAIN, SUFFIX, Condition, Question

#: So many smaller questions are asked at most.
BUDGET = 80

Part = TypeVar("Part")
Ask = Callable[[Question], Awaitable[Difference | None]]


async def shrunk(question: Question, found: Difference, ask: Ask) -> tuple[Question, Difference]:
    """The smallest question that is still answered wrongly, and how."""
    budget, smaller = BUDGET, True
    while smaller:
        smaller = False
        for candidate in simpler(question):
            if budget == 0:
                return question, found
            budget -= 1
            wrong = await ask(candidate)
            if wrong is not None:
                question, found, smaller = candidate, wrong, True
                break
    return question, found


async def with_fewest_records(
    question: Question, found: Difference, ask: Ask
) -> tuple[Question, Difference]:
    """The same about the records that show the difference alone, where that is enough."""
    if question.base is None or not found.ids or question.base.path == "id":
        return question, found
    smallest = narrowed(question, *found.ids)
    wrong = await ask(smallest)
    return (question, found) if wrong is None else (smallest, wrong)


def simpler(question: Question) -> Iterator[Question]:
    """Questions with one part less, or with a part that is spelt more plainly."""
    if question.fields:
        yield replace(question, fields=())
    if question.windowed:
        yield question.whole()
    if question.offset and question.limit is not None:
        yield replace(question, offset=None)
    for index in range(len(question.sort)):
        yield replace(question, sort=_without(question.sort, index))
    if question.terms:
        yield replace(question, terms=(), within="")
    for index in range(len(question.terms)):
        if len(question.terms) > 1:
            yield replace(question, terms=_without(question.terms, index))
        for inner in range(len(question.terms[index])):
            if len(question.terms[index]) > 1:
                fewer = _without(question.terms[index], inner)
                terms = (*question.terms[:index], fewer, *question.terms[index + 1 :])
                yield replace(question, terms=terms)
    yield from _fewer_conditions(question)
    for index in range(len(question.fields)):
        if len(question.fields) > 1:
            yield replace(question, fields=_without(question.fields, index))
    if question.base is not None and (question.conditions or question.terms):
        yield replace(question, base=None)


def _fewer_conditions(question: Question) -> Iterator[Question]:
    found = question.alternatives
    for index, conditions in enumerate(found):
        if len(found) > 1:
            yield replace(question, alternatives=_without(found, index))
        for inner, condition in enumerate(conditions):
            if len(found) == 1 or len(conditions) > 1:
                yield _replaced(question, index, _without(conditions, inner))
            for plainer in _plainer(condition):
                changed = (*conditions[:inner], plainer, *conditions[inner + 1 :])
                yield _replaced(question, index, changed)


def _plainer(condition: Condition) -> Iterator[Condition]:
    for index in range(len(condition.values)):
        if len(condition.values) > 1:
            yield replace(condition, values=_without(condition.values, index))
    if condition.operator == "eq" and condition.spelling != PLAIN:
        yield replace(condition, spelling=PLAIN)
    elif condition.operator != "eq" and condition.spelling != SUFFIX:
        yield replace(condition, spelling=SUFFIX)


def _replaced(question: Question, index: int, conditions: tuple[Condition, ...]) -> Question:
    found = question.alternatives
    return replace(question, alternatives=(*found[:index], conditions, *found[index + 1 :]))


def _without(parts: tuple[Part, ...], index: int) -> tuple[Part, ...]:
    return (*parts[:index], *parts[index + 1 :])
