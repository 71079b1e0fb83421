"""Predicates against one value: the words of a query, one by one."""

from typing import Any

import pytest

from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.matching import matches, may_match, walk
from tmf_apis.tmf630.query import (
    ALWAYS,
    All,
    AnyOf,
    Comparison,
    Element,
    Kind,
    Not,
    Operator,
    Path,
    Predicate,
    Present,
    Scalar,
    Step,
)
from tmf_apis.tmf630.work import looking


def path(*names: str) -> Path:
    return tuple(Step(name) for name in names)


def equals(name: str, *operands: Scalar, kind: Kind = Kind.ANY) -> Comparison:
    return Comparison(path(name), Operator.EQ, operands, kind)


YES, NO = ALWAYS, AnyOf(())


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (All(()), True),
        (AnyOf(()), False),
        (All((YES, NO)), False),
        (All((YES, YES)), True),
        (AnyOf((NO, YES)), True),
        (AnyOf((NO, NO)), False),
        (Not(NO), True),
        (Not(YES), False),
    ],
)
def test_joints_join(predicate: Predicate, expected: bool) -> None:
    assert matches(predicate, {}) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1}, True),
        ({"a": None}, True),
        ({"a": []}, True),
        ({"b": 1}, False),
        ({}, False),
        ([{"a": 1}], False),
        ("a", False),
        (None, False),
    ],
)
def test_presence_asks_for_any_value(value: Any, expected: bool) -> None:
    assert matches(Present(path("a")), value) is expected


@pytest.mark.rule("R-410")
@pytest.mark.parametrize(
    ("value", "names", "expected"),
    [
        ({"a": {"b": 1}}, "ab", [1]),
        ({"a": [{"b": 1}, {"b": 2}, {}]}, "ab", [1, 2]),
        ({"a": [{"b": [1, 2]}]}, "ab", [[1, 2]]),
        ({"a": [[{"b": 1}]]}, "ab", []),
        ({"a": 1}, "ab", []),
        ({}, "a", []),
        (5, "", [5]),
    ],
)
def test_a_path_leads_through_lists(value: Any, names: str, expected: list[Any]) -> None:
    assert list(walk(value, path(*names), looking())) == expected


@pytest.mark.parametrize(
    ("value", "index", "expected"),
    [
        ({"a": [1, 2]}, 1, [2]),
        ({"a": [1, 2]}, 2, []),
        ({"a": 1}, 0, []),
        ({"a": {"0": 1}}, 0, []),
    ],
)
def test_an_index_picks_from_a_list(value: Any, index: int, expected: list[Any]) -> None:
    assert list(walk(value, (Step("a", index=index),), looking())) == expected


@pytest.mark.rule("R-414")
@pytest.mark.parametrize(
    ("operand", "matching", "other"),
    [
        (1, [1, 1.0, [2, 1]], [True, "1", None, {"a": 1}, [[1]], []]),
        (True, [True, [True]], [1, "true", False]),
        ("1", ["1", ["1"]], [1, True]),
        (2**53 + 1, [2**53 + 1], [2**53, float(2**53)]),
    ],
)
def test_equality_stays_within_one_json_type(
    operand: Scalar, matching: list[Any], other: list[Any]
) -> None:
    assert [v for v in [*matching, *other] if matches(equals("a", operand), {"a": v})] == matching


@pytest.mark.parametrize("operator", [Operator.GT, Operator.GTE, Operator.LT, Operator.LTE])
def test_missing_and_odd_values_have_no_order(operator: Operator) -> None:
    for value in ({}, {"a": None}, {"a": "5"}, {"a": {}}, {"a": []}):
        assert not matches(Comparison(path("a"), operator, (5,), Kind.NUMBER), value)


def test_no_operand_equals_nothing() -> None:
    assert not matches(equals("a"), {"a": 1})
    assert matches(Not(equals("a")), {"a": 1})


@pytest.mark.rule("R-414")
def test_instants_compare_by_what_they_name() -> None:
    same = equals("a", 0, kind=Kind.INSTANT)
    assert matches(same, {"a": "1970-01-01T01:00:00+01:00"})
    assert not matches(same, {"a": "1970-01-01T01:00:00Z"})
    assert not matches(same, {"a": "soon"})
    assert not matches(same, {"a": 0})


@pytest.mark.rule("R-506")
def test_an_element_satisfies_a_predicate_as_a_whole() -> None:
    both = Element(path("a"), All((equals("x", 1), equals("y", 2))))
    assert matches(both, {"a": [{"x": 0}, {"x": 1, "y": 2}]})
    assert not matches(both, {"a": [{"x": 1}, {"y": 2}]})
    assert matches(both, {"a": {"x": 1, "y": 2}})


@pytest.mark.parametrize(
    ("value", "expected"),
    [([1], True), ([None], True), ({}, True), (1, False), (None, False), ([], False)],
)
def test_elements_are_those_of_a_list_or_one_object(value: Any, expected: bool) -> None:
    assert matches(Element(path("a"), ALWAYS), {"a": value}) is expected


def test_a_pattern_that_is_too_costly_for_a_text_is_refused_and_tells_subscribers_all() -> None:
    costly = Comparison(path("a"), Operator.REGEX, ("(x.{20}y.{20}z){9}",), Kind.TEXT)
    for text, met in (("x" * 100, False), ("x" + "." * 20 + "y", False)):
        assert matches(costly, {"a": text}) is may_match(costly, {"a": text}) is met
    long = {"a": "x" * 4_000_000}
    with pytest.raises(TmfError, match="too costly for a text of 4000000 bytes") as refused:
        matches(costly, long)
    assert refused.value.cause.status == 400
    assert may_match(costly, long)


def test_what_looks_at_too_much_is_refused_and_tells_subscribers_all() -> None:
    """200 conditions, each of which goes through the same list."""
    many = AnyOf(tuple(equals("x", n) for n in range(1, 200)))
    each = Element(path("a"), many)
    few, long = ({"a": [{"x": 0}] * count} for count in (1_000, 20_000))
    assert matches(each, few) is may_match(each, few) is False
    with pytest.raises(TmfError, match="look at more than") as refused:
        matches(each, long)
    assert refused.value.cause.status == 400
    assert may_match(each, long)


def test_patterns_are_looks_as_well() -> None:
    """Each text by itself is within bounds; a thousand of them are not."""
    costly = Comparison(path("a"), Operator.REGEX, ("(x.{20}y.{20}z){9}",), Kind.TEXT)
    assert not matches(costly, {"a": ["x" * 1_000] * 10})
    with pytest.raises(TmfError, match="simpler ones"):
        matches(costly, {"a": ["x" * 1_000] * 1_000})
