"""The rule book and the tests speak of the same rules."""

import pytest

from tests import rules_matrix
from tests.rules_matrix import LEVELS, Rule


def test_every_marker_names_a_known_rule() -> None:
    unknown = {id: tests for id, tests in rules_matrix.marked().items() if id not in BOOK}
    assert unknown == {}


def test_no_rule_that_is_tested_still_gives_a_reason_why_not() -> None:
    tested = rules_matrix.marked()
    outdated = [rule.id for rule in BOOK.values() if rule.untested and rule.id in tested]
    assert outdated == [], "remove `untested` from these in specs/tmf630.yaml"


def test_no_rule_waits_for_a_later_step() -> None:
    assert [rule.id for rule in BOOK.values() if "later step" in rule.untested] == []


BOOK = rules_matrix.rules()


@pytest.mark.parametrize("rule", BOOK.values(), ids=lambda rule: rule.id)
def test_every_rule_is_complete(rule: Rule) -> None:
    assert rule.level in LEVELS
    assert rule.versions in (("v4",), ("v5",), ("v4", "v5"))
    assert rule.text.endswith((".", ")")) and len(rule.text) < 500
    assert rule.source


def rule(id: str, untested: str = "") -> Rule:
    return Rule(id, ("v4", "v5"), "MUST", "Text.", "CHOICE", untested)


@pytest.mark.parametrize(
    ("id", "due"),
    [("R-101", True), ("R-817", True), ("R-1101", True), ("R-1305", True),
     ("R-901", False), ("R-1001", False), ("R-620-01", False), ("L-001", False)],
)  # fmt: skip
def test_the_rules_of_the_common_behaviour_are_due(id: str, due: bool) -> None:
    assert rule(id).due is due


def test_a_due_rule_without_test_or_reason_is_missing() -> None:
    book = {each.id: each for each in (rule("R-101"), rule("R-102", "later"), rule("R-901"))}
    assert [each.id for each in rules_matrix.missing(book, {})] == ["R-101"]
    assert rules_matrix.missing(book, {"R-101": ["a test"]}) == []
