"""Which records are over by which rules."""

from pathlib import Path

import pytest

from tmf_apis.privacy.retention import DAY, RetentionError, Rule, digest, read_retention

NOW = 1_000 * DAY
AT = "1972-09-26T00:00:00Z"  # Day 999.


@pytest.mark.parametrize(
    ("rule", "document", "modified", "over"),
    [
        (Rule("A", "a", 10), {}, NOW - 10 * DAY, True),
        (Rule("A", "a", 10), {}, NOW - 10 * DAY + 1, False),
        (Rule("A", "a", 1, since="done"), {"done": AT}, NOW, True),
        (Rule("A", "a", 2, since="done"), {"done": AT}, 0, False),
        (Rule("A", "a", 1, since="done"), {}, 0, False),
        (Rule("A", "a", 1, since="done"), {"done": "long ago"}, 0, False),
        (Rule("A", "a", 1, since="done"), {"done": 7}, 0, False),
    ],
)
def test_a_record_is_over_or_not(
    rule: Rule, document: dict[str, object], modified: int, over: bool
) -> None:
    assert rule.is_over(document, modified, NOW) is over


def test_a_file_has_a_list_of_rules(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("- {api: TMF642, resource: alarm, states: [cleared], days: 90}\n")
    (rule,) = read_retention(file)
    assert rule == Rule("TMF642", "alarm", 90, ("cleared",))
    assert str(rule) == "TMF642 alarm (cleared) after 90 days"
    assert digest([rule]) != digest([Rule("TMF642", "alarm", 91, ("cleared",))])


@pytest.mark.parametrize(
    "text",
    [
        "- {api: A, resource: a}",
        "- {api: A, resource: a, days: 0}",
        "- {api: A, resource: a, days: '5'}",
        "- {api: A, resource: a, days: 1, states: []}",
        "- {api: A, resource: a, days: 1, until: x}",
        "{api: A}",
        "- [",
    ],
)
def test_what_is_no_rule_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text)
    with pytest.raises(RetentionError):
        read_retention(file)
