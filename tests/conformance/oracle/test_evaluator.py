"""What the kit itself answers: yes, no, or that the rules leave it open."""

import pytest

from conformance.oracle.evaluator import before, compared, matches, values_at
from conformance.oracle.question import Condition, Question, Term
from conformance.oracle.records import Json
from tmf_apis.spec.types import Kind

RECORD: Json = {
    "id": "1", "name": "Zu\u0308rich", "size": 2**53, "flag": True, "empty": "",
    "at": "2031-01-01T15:30:00+05:30",
    "plain": "alpha", "note": [{"text": "a", "author": "x"}, {"text": "b", "author": "y"}],
    "tag": ["red", "green"], "period": {"start": "2031-01-01T10:00:00Z"},
}  # fmt: skip


def asked(path: str, kind: Kind, operator: str, *values: str) -> Question:
    return Question(None, ((Condition(path, kind, operator, values),),))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (asked("plain", Kind.TEXT, "eq", "alpha"), True),
        (asked("plain", Kind.TEXT, "eq", "Alpha"), False),
        (asked("plain", Kind.TEXT, "eq", "bravo", "alpha"), True),
        (asked("name", Kind.TEXT, "eq", "Z\u00fcrich"), False),
        (asked("absent", Kind.TEXT, "eq", "alpha"), False),
        (asked("absent", Kind.NUMBER, "gt", "1"), False),
        (asked("size", Kind.NUMBER, "gte", str(2**53)), True),
        (asked("size", Kind.NUMBER, "eq", str(2**53 + 1)), None),
        (asked("size", Kind.NUMBER, "eq", "5"), False),
        (asked("flag", Kind.BOOLEAN, "eq", "true"), True),
        (asked("at", Kind.INSTANT, "eq", "2031-01-01T10:00:00Z"), True),
        (asked("at", Kind.INSTANT, "lt", "2031-01-01T10:00:00.001Z"), True),
        (asked("at", Kind.INSTANT, "eq", "2031-01-01T10:00:00.0001Z"), None),
        (asked("plain", Kind.TEXT, "gt", "aaa"), True),
        (asked("plain", Kind.TEXT, "gt", "Zebra"), None),
        (asked("plain", Kind.TEXT, "regex", "lph"), True),
        (asked("plain", Kind.TEXT, "regex", "^lph"), False),
        (asked("note.text", Kind.TEXT, "eq", "b"), True),
        (asked("tag", Kind.TEXT, "eq", "green"), True),
        (asked("plain", Kind.TEXT, "eq", ""), False),
        (asked("absent", Kind.TEXT, "eq", ""), None),
        (asked("empty", Kind.TEXT, "eq", ""), None),
        (asked("period.start", Kind.INSTANT, "gt", "2032-01-01T00:00:00Z"), False),
    ],
)
def test_a_condition_holds_does_not_or_is_left_open(
    question: Question, answer: bool | None
) -> None:
    assert matches(question, RECORD) is answer


def test_conditions_are_joined_and_one_alternative_is_enough() -> None:
    yes = Condition("plain", Kind.TEXT, "eq", ("alpha",))
    no = Condition("plain", Kind.TEXT, "eq", ("bravo",))
    left_open = Condition("plain", Kind.TEXT, "gt", ("Zebra",))
    assert matches(Question(None, ((yes, no),)), RECORD) is False
    assert matches(Question(None, ((yes, no), (yes,))), RECORD) is True
    assert matches(Question(None, ((yes, left_open),)), RECORD) is None
    assert matches(Question(None, ((no, left_open),)), RECORD) is False


@pytest.mark.parametrize(
    ("one", "other", "answer"), [("a", "x", True), ("a", "y", False), ("c", "x", False)]
)
def test_terms_within_a_list_are_tied_to_one_element(one: str, other: str, answer: bool) -> None:
    terms = (Term("text", Kind.TEXT, "==", one), Term("author", Kind.TEXT, "==", other))
    assert matches(Question(None, terms=(terms,), within="note"), RECORD) is answer


@pytest.mark.parametrize(
    ("term", "answer"),
    [
        (Term("plain", Kind.TEXT, "!=", "bravo"), True),
        (Term("absent", Kind.TEXT, "!=", "bravo"), None),
        (Term("absent", Kind.TEXT, "==", "bravo"), False),
        (Term("absent", Kind.TEXT, "exists"), False),
        (Term("absent", Kind.TEXT, "exists", negated=True), True),
        (Term("plain", Kind.TEXT, "==", "alpha", negated=True), False),
        (Term("size", Kind.NUMBER, ">", 10), True),
    ],
)
def test_a_term_holds_does_not_or_is_left_open(term: Term, answer: bool | None) -> None:
    assert matches(Question(None, terms=((term,),)), RECORD) is answer


def test_records_stand_by_a_key_unless_that_is_left_open() -> None:
    low, high = {"n": 2, "t": "a"}, {"n": 10, "t": "B"}
    assert before("n", False, low, high, Kind.NUMBER) == -1
    assert before("n", True, low, high, Kind.NUMBER) == 1
    assert before("t", False, low, high, Kind.TEXT) is None
    assert before("x", False, low, high, Kind.TEXT) == 0


def test_values_of_other_types_are_left_open() -> None:
    assert compared(Kind.NUMBER, True, 1) is None
    assert compared(Kind.NUMBER, "1", 1) is None
    assert compared(Kind.BOOLEAN, 1, True) is None
    assert compared(Kind.INSTANT, "yesterday", "2031-01-01T10:00:00Z") is None
    assert compared(Kind.TEXT, 5, "5") is None


def test_values_are_found_through_lists() -> None:
    assert values_at(RECORD, "note.author") == ["x", "y"]
    assert values_at(RECORD, "tag") == ["red", "green"]
    assert values_at(RECORD, "plain.more") == []
