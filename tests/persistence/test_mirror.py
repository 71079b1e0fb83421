"""The mirror holds what queries look up by index, of the declared type only."""

from typing import Any

import pytest

from persistence.mirror import Mirror, column_name, pair_text
from persistence.store import Collection, Column
from tests.persistence.driver import many, one
from tmf_apis.tmf630.query import Kind, Path

MIRROR = Mirror(
    Collection(
        "/test",
        columns=(
            Column(one("name"), Kind.TEXT, True),
            Column(one("amount"), Kind.NUMBER, True),
            Column(one("isBundle"), Kind.BOOLEAN, False),
            Column(one("date"), Kind.INSTANT, True),
            Column(one("validFor", "startDateTime"), Kind.INSTANT, True),
        ),
        references=((*one("channel"), *one("id")), (*many("party"), *one("id"))),
        pairs=(many("characteristic"), (*many("item"), *many("characteristic"))),
    )
)


@pytest.mark.parametrize(
    ("document", "values"),
    [
        ({}, [None] * 5),
        ({"name": "x", "amount": 1, "isBundle": True}, ["x", 1, 1, None, None]),
        ({"name": "", "amount": -0.5, "isBundle": False}, ["", -0.5, 0, None, None]),
        ({"name": 1, "amount": "1", "isBundle": 1, "date": 5}, [None] * 5),
        ({"name": None, "amount": True, "isBundle": "true", "date": "x"}, [None] * 5),
        ({"name": ["x"], "validFor": "2024"}, [None] * 5),
        ({"date": "1970-01-01T01:00:00+01:00"}, [None, None, None, 0, None]),
        (
            {"validFor": {"startDateTime": "1970-01-01T00:00:00.000001Z"}},
            [None, None, None, None, 1],
        ),
    ],
)
@pytest.mark.rule("R-401")
def test_columns_hold_values_of_their_type(document: dict[str, Any], values: list[Any]) -> None:
    assert MIRROR.values(document) == values


@pytest.mark.parametrize(
    ("document", "mentions"),
    [
        ({}, set()),
        ({"channel": {"id": "c"}}, {(0, "c")}),
        ({"channel": [{"id": "c"}, {"id": "d"}]}, {(0, "c"), (0, "d")}),
        ({"party": [{"id": "p"}, {"id": "p"}, {"name": "x"}, {"id": 5}, 7]}, {(1, "p")}),
        ({"party": {"id": "p"}}, {(1, "p")}),
        ({"party": "p", "channel": None}, set()),
        (
            {"characteristic": [{"name": "a", "value": "x"}, {"name": "b", "value": [1, True]}]},
            {(2, "a\x1fsx"), (2, "b\x1fn1"), (2, "b\x1fbTrue")},
        ),
        ({"characteristic": [{"name": "a", "value": {"x": 1}}, {"value": "x"}]}, set()),
        ({"characteristic": [{"name": 1, "value": 1}, "a", [{"name": "a", "value": 1}]]}, set()),
        (
            {"item": [{"characteristic": [{"name": "a", "value": 1.0}]}, {}]},
            {(3, "a\x1fn1")},
        ),
    ],
)
@pytest.mark.rule("R-1111")
def test_references_and_characteristics_are_mentioned(
    document: dict[str, Any], mentions: set[tuple[int, str]]
) -> None:
    assert MIRROR.mentions(document) == mentions


def test_a_change_is_what_one_mentions_and_not_the_other() -> None:
    old = {"channel": {"id": "c"}, "party": [{"id": "p"}, {"id": "q"}], "name": "x"}
    new = {"channel": {"id": "c"}, "party": [{"id": "q"}, {"id": "r"}], "name": "y"}
    assert MIRROR.change(old, new) == ({'"a:name"': "y"}, {(1, "p")}, {(1, "r")})
    assert MIRROR.change(old, old) == ({}, set(), set())
    assert MIRROR.change(old, {}) == ({'"a:name"': None}, MIRROR.mentions(old), set())
    assert MIRROR.change({}, new) == ({'"a:name"': "y"}, set(), MIRROR.mentions(new))


def test_a_change_of_type_alone_is_a_change() -> None:
    old, new = ({"characteristic": [{"name": "a", "value": value}]} for value in (True, 1))
    assert MIRROR.change(old, new) == ({}, {(2, "a\x1fbTrue")}, {(2, "a\x1fn1")})


def test_a_change_of_columns_is_those_with_another_value() -> None:
    old = {"name": "x", "amount": 1, "validFor": {"startDateTime": "1970-01-01T00:00:00Z"}}
    new = {"name": "x", "amount": 2, "validFor": {"startDateTime": "1970-01-01T01:00:00+01:00"}}
    assert MIRROR.change(old, new).values == {'"a:amount"': 2}
    assert MIRROR.change(old, {}).values == {
        '"a:name"': None, '"a:amount"': None, '"a:validFor.startDateTime"': None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one_value", "other", "same"),
    [
        (1, 1.0, True),
        (0, -0.0, True),
        (2**53 + 1, float(2**53), False),
        (1, True, False),
        (1, "1", False),
        (True, "True", False),
        (1e300, 1e300, True),
        (0.1, 0.1000000000000001, False),
        (2.0**63, 2**63 - 1, False),
    ],
)
def test_equal_pairs_are_those_of_equal_values(one_value: Any, other: Any, same: bool) -> None:
    assert (pair_text("n", one_value) == pair_text("n", other)) is same


@pytest.mark.parametrize("value", [None, {}, [], {"a": 1}])
def test_only_scalars_make_pairs(value: Any) -> None:
    assert pair_text("n", value) is None


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (one("name"), '"a:name"'),
        (one("key"), '"a:key"'),
        (one("a", "b"), '"a:a.b"'),
        (one('say "x"'), '"a:say ""x"""'),
    ],
)
def test_column_names_are_quoted_and_never_ours(path: Path, name: str) -> None:
    assert column_name(path) == name


@pytest.mark.parametrize("length", [64, 65, 100_000])
def test_a_long_name_is_told_from_others_and_not_repeated(length: int) -> None:
    name, other = "n" * length, "n" * (length - 1) + "m"
    assert pair_text(name, 1) == pair_text(name, 1)
    assert pair_text(name, 1) not in (pair_text(other, 1), pair_text(name, 2), pair_text(name, "1"))
    pairs = {"characteristic": [{"name": name, "value": list(range(1_000))}]}
    found = MIRROR.mentions(pairs)
    assert len(found) == 1_000
    assert sum(len(text) for _, text in found) < 80_000
