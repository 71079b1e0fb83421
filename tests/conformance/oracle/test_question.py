"""How questions are written, and how they are made smaller."""

import asyncio

import pytest

from conformance.oracle.blame import rule
from conformance.oracle.judging import (
    EXTRA,
    MISSING,
    ORDER,
    PAGE,
    REFUSAL,
    SELECTION,
    TOTAL,
    TWICE,
    Difference,
)
from conformance.oracle.question import (
    PLAIN,
    QUOTED,
    REPEATED,
    SUFFIX,
    SYMBOL,
    Condition,
    Question,
    Term,
    literal,
    spelt,
)
from conformance.oracle.shrinker import shrunk
from tmf_apis.spec.types import Kind

BASE = Condition("name", Kind.TEXT, "eq", ("kit1",))
WRONG = Difference(ORDER, "this", "that", ("1", "2"))


def one(path: str, operator: str, *values: str, spelling: str = PLAIN) -> Condition:
    return Condition(path, Kind.TEXT, operator, values, spelling)


@pytest.mark.parametrize(
    ("question", "query"),
    [
        (Question(BASE), "name=kit1"),
        (Question(BASE, ((one("a", "eq", "x,y", "z"),),)), "name=kit1&a=x%2Cy,z"),
        (Question(None, ((one("a", "eq", "x", "y", spelling=REPEATED),),)), "a=x&a=y"),
        (Question(None, ((one("a.b", "gt", "x", spelling=SYMBOL),),)), "a.b%3Ex"),
        (Question(None, ((one("a", "lte", "x", spelling=SUFFIX),),)), "a.lte=x"),
        (Question(None, ((one("a", "eq", "x y", spelling=QUOTED),),)), "a=%22x%20y%22"),
        (
            Question(BASE, ((one("a", "eq", "x"),), (one("b", "eq", "y"),))),
            "name=kit1&a=x;name=kit1&b=y",
        ),
        (
            Question(BASE, sort=(("a", True), ("b", False)), offset=0, limit=2, fields=("a", "b")),
            "name=kit1&sort=-a,b&offset=0&limit=2&fields=a,b",
        ),
    ],
)
def test_a_question_is_written_as_a_query(question: Question, query: str) -> None:
    assert question.query() == query


def test_jsonpath_is_written_with_its_terms() -> None:
    terms = ((Term("a", Kind.TEXT, "==", "O'N"), Term("b", Kind.NUMBER, ">", 0.5)),)
    assert Question(None, terms=terms).path() == '$[?(@.a=="O\'N" && @.b>0.5)]'
    absent = ((Term("a", Kind.TEXT, "exists", negated=True),),) * 2
    assert Question(None, terms=absent).path() == "$[?((!(@.a)) || (!(@.a)))]"
    assert Question(None, terms=terms[:1], within="n").path().startswith("$[?(@.n[?(@.a")


def test_values_are_written_without_exponents() -> None:
    assert [spelt(v) for v in (True, 0.0000001, 1e15, 2**53 + 1)] == [
        "true", "0.0000001", "1000000000000000.0", "9007199254740993"
    ]  # fmt: skip
    assert literal(False) == "false"


#: From what a server does wrong to the smallest question that shows it, and the rule it breaks.
FLAWS = {
    "a comma": (lambda q: any(len(c.values) > 1 for c in q.conditions), "a=x,y", "R-403"),
    "a symbol": (lambda q: any(c.spelling == SYMBOL for c in q.conditions), "b%3E1", "R-407"),
    "two keys": (lambda q: len(q.sort) > 1, "name=kit1&sort=-a,b", "R-601"),
    "a join": (lambda q: q.base and q.conditions, "name=kit1&b.gt=1", "R-402"),
}


@pytest.mark.parametrize("name", FLAWS)
def test_what_does_not_matter_is_taken_away(name: str) -> None:
    wrong, smallest, broken = FLAWS[name]

    async def ask(question: Question) -> Difference | None:
        return WRONG if wrong(question) else None

    conditions = (one("a", "eq", "x", "y", "z"), one("b", "gt", "1", spelling=SYMBOL))
    question = Question(BASE, (conditions, conditions), sort=(("a", True), ("b", False)),
                        offset=1, limit=2, fields=("a",))  # fmt: skip
    found, difference = asyncio.run(shrunk(question, WRONG, ask))
    assert found.query() in (smallest, smallest.replace("x,y", "y,z"))
    assert rule(found, difference) == broken


@pytest.mark.parametrize(
    ("question", "kind", "broken"),
    [
        (Question(None, ((one("a", "eq", "x"),),)), MISSING, "R-401"),
        (Question(None, ((one("a", "eq", "x,y"),),)), MISSING, "R-415"),
        (Question(None, ((one("a", "eq", "*"),),)), MISSING, "R-419"),
        (Question(BASE, ((one("a", "eq", "x"),),)), MISSING, "R-402"),
        (Question(BASE, sort=(("a", False),)), MISSING, "R-604"),
        (Question(BASE, sort=(("a", False), ("b", False))), ORDER, "R-601"),
        (Question(BASE, limit=0), REFUSAL, "R-614"),
        (Question(BASE, offset=9), REFUSAL, "R-612"),
        (Question(BASE, fields=("a",)), SELECTION, "R-301"),
        (Question(BASE, fields=("a.b",)), SELECTION, "R-307"),
        (Question(BASE, sort=(("b", False),), fields=("a",)), ORDER, "R-310"),
        (Question(BASE, sort=(("b", False),), fields=("a.b",)), ORDER, "R-310"),
        (Question(BASE, terms=((Term("a", Kind.TEXT, "==", "x"),),)), MISSING, "R-504"),
        (Question(BASE, terms=((Term("a", Kind.TEXT, "==", "x"),),)), TOTAL, "R-508"),
        (Question(BASE, terms=((Term("a", Kind.TEXT, "==", "x"),),), within="n"), EXTRA, "R-506"),
        (Question(None, ((one("a.b", "eq", "x"),),)), MISSING, "R-410"),
        (Question(None, ((one("a", "regex", "x", spelling=SUFFIX),),)), MISSING, "R-418"),
        (Question(None, ((one("n.a", "eq", "x"), one("n.b", "eq", "y")),)), MISSING, "R-411"),
        (Question(None, ((one("a", "gt", "x"), one("a", "lt", "y")),)), MISSING, "R-409"),
        (Question(None, ((one("a", "eq", "x"),), (one("b", "eq", "y"),))), MISSING, "R-404"),
        (Question(BASE, ((one("a", "eq", "x"),), (one("b", "eq", "y"),))), MISSING, "R-405"),
        (Question(None, ((one("a.b", "eq", "x,y"),),)), TWICE, "R-410"),
        (Question(None, ((one("a", "eq", "x"),),)), TWICE, "R-401"),
        (Question(None, ((one("a", "eq", "%41"),),)), MISSING, "R-415"),
        (Question(BASE, limit=1), PAGE, "R-605"),
        (Question(BASE), TOTAL, "R-607"),
        (Question(BASE, sort=(("a.b", False),)), ORDER, "R-603"),
        (Question(BASE, sort=(("a", False),)), ORDER, "R-604"),
    ],
)
def test_what_is_left_names_the_rule(question: Question, kind: str, broken: str) -> None:
    assert rule(question, Difference(kind, "this", "that")) == broken


def test_a_jsonpath_that_finds_everything_was_not_read_if_it_compares() -> None:
    everything = Difference(EXTRA, "this", "that", everything=True)
    compared, absent = (
        Question(BASE, terms=((Term("a", Kind.TEXT, operator, None, operator == "exists"),),))
        for operator in ("==", "exists")
    )
    assert rule(compared, everything) == "R-501"
    assert rule(absent, everything) == "R-504"


def test_what_a_record_lacks_is_neither_less_nor_more_than_anything() -> None:
    question = Question(None, ((Condition("a", Kind.INSTANT, "lt", ("2031-01-01T00:00:00Z",)),),))
    assert rule(question, Difference(EXTRA, "", "", absent=True)) == "R-406"
    assert rule(question, Difference(EXTRA, "", "")) == "R-414"
