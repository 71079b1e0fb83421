"""Expressions of the mapping reckon with what clients send, and with nothing else."""

from pathlib import Path
from typing import Any

import pytest

from tmf_apis.flow.expressions import LONGEST, ExpressionError, read_expression
from tmf_apis.flow.mapping import MappingError, mapped, read_mapping
from tmf_apis.flow.planner import PlanError, Planner

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("text", "values", "found"),
    [
        ("downlink * 1000", {"downlink": 150}, 150_000),
        ("downlink / 1000", {"downlink": 2500}, 2.5),
        ("downlink / 1000", {"downlink": 2000}, 2),
        ("'gold' if downlink >= 1000 else 'silver'", {"downlink": 999}, "silver"),
        ("upper(zone) + '-' + text(days)", {"zone": "eu", "days": 7}, "EU-7"),
        ("number(given) + 1", {"given": "41"}, 42),
        ("least(a, b) if a and b else none", {"a": 0, "b": 1, "none": ""}, ""),
        ("'5G' in name", {"name": "5G Light"}, True),
        ("downlink * 1000", {}, None),
    ],
)
def test_an_expression_gives(text: str, values: Json, found: Any) -> None:
    assert read_expression(text).reckoned(values) == found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is no expression"),
        ("a +", "is no expression"),
        ("a.real", "Attribute may not be used"),
        ("a ** 9", "Pow may not be used"),
        ("a << 9", "LShift may not be used"),
        ("[b for b in a]", "ListComp may not be used"),
        ("(lambda: 1)()", "may not be used|calls what there is not"),
        ("a[0]", "Subscript may not be used"),
        ("f'{a}'", "may not be used"),
        ("open('x')", "calls what there is not; functions are number"),
        ("a" * (LONGEST + 1), "characters at most"),
    ],
)
def test_an_expression_that_may_not_be_used_is_told(text: str, told: str) -> None:
    with pytest.raises(ExpressionError, match=told):
        read_expression(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a + 1", {"a": "one"}),
        ("1 / a", {"a": 0}),
        ("number(a)", {"a": "many"}),
        ("a * 1000000", {"a": "long"}),
        ("a * 1000", {"a": [1]}),
        ("a % 1", {"a": "%1000000000d"}),
    ],
)
def test_values_that_it_cannot_reckon_with_are_told(text: str, values: Json) -> None:
    with pytest.raises(ExpressionError, match="cannot be reckoned"):
        read_expression(text).reckoned(values)


def _file(folder: Path, source: str) -> Path:
    file = folder / "mapping.yaml"
    file.write_text(f"- product: p\n  target: t\n  set: {{a: {source}}}\n")
    return file


def test_it_reckons_with_what_was_looked_up(tmp_path: Path) -> None:
    source = "{from: size, table: {L: 3}, expression: value * factor, otherwise: 1}"
    rules = read_mapping(_file(tmp_path, source))
    assert mapped(rules, "p", "t", {"size": "L", "factor": 5}) == {"a": 15}
    assert mapped(rules, "p", "t", {"size": "M", "factor": 5}) == {"a": 1}


def test_a_file_with_one_that_may_not_be_used_stops_the_start(tmp_path: Path) -> None:
    file = _file(tmp_path, "{expression: exit()}")
    with pytest.raises(MappingError, match=r"mapping\.yaml: p to t, a: 'exit\(\)' calls"):
        read_mapping(file)


def test_an_order_that_it_cannot_reckon_with_has_no_plan(tmp_path: Path) -> None:
    rules = read_mapping(_file(tmp_path, "{expression: size + 1}"))
    planner = Planner("o", frozenset(), {}, rules)
    assert planner.mapped("1", "p", "t", {"size": 1}) == {"a": 2}
    with pytest.raises(PlanError, match="item 1: the mapping of p to t: 'size \\+ 1' cannot"):
        planner.mapped("1", "p", "t", {"size": "M"})
