"""Expected failures: excused by name and reason, and told when they no longer fail."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.expected import Expected, ExpectedError, apply, read
from conformance.results import Outcome, Verdict
from tests.conformance.reports.samples import FAILED, REPORT, result


def of(*results: object) -> object:
    return replace(REPORT, results=results)


def excuses(report: object) -> list[str]:
    return [found.excused for found in report.results]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "entry",
    [
        {"rule": "R-401"},
        {"rule": "R-4*"},
        {"check": "filters.equality"},
        {"check": "filters.*", "resource": "category"},
        {"rule": "R-401", "api": "TMF620", "version": "v5"},
    ],
)
def test_a_failure_that_is_named_is_excused(entry: dict[str, str]) -> None:
    report = apply(of(FAILED), [Expected("known", **entry)])  # type: ignore[arg-type]
    assert excuses(report) == ["known"]
    assert report.drifted == ()
    assert report.results[0].outcome is Outcome.FAILED


def test_the_verdict_is_given_without_what_is_excused() -> None:
    known = [Expected("known", rule="R-401")]
    assert apply(of(FAILED), []).verdict is Verdict.NOT_CONFORMANT  # type: ignore[arg-type]
    assert apply(of(FAILED), known).verdict is Verdict.CONFORMANT  # type: ignore[arg-type]
    silent = replace(REPORT, results=(), verdict=Verdict.NOT_JUDGED)
    assert apply(silent, known).verdict is Verdict.NOT_JUDGED


@pytest.mark.parametrize(
    "entry",
    [
        {"rule": "R-413"},
        {"rule": "R-40"},
        {"check": "filters"},
        {"rule": "R-401", "resource": "productOffering"},
        {"rule": "R-401", "version": "v4"},
        {"rule": "R-401", "api": "TMF622"},
    ],
)
def test_another_failure_is_not(entry: dict[str, str]) -> None:
    assert excuses(apply(of(FAILED), [Expected("known", **entry)])) == [""]  # type: ignore[arg-type]


def test_every_broken_rule_needs_its_excuse() -> None:
    both = replace(FAILED, broken=("R-401", "R-413"))
    one, other = Expected("first", rule="R-401"), Expected("second", rule="R-413")
    assert excuses(apply(of(both), [one])) == [""]  # type: ignore[arg-type]
    assert excuses(apply(of(both), [one, other])) == ["first; second"]  # type: ignore[arg-type]


def test_an_entry_that_no_longer_fails_has_drifted() -> None:
    passed = result("filters.equality")
    report = apply(of(passed), [Expected("known", rule="R-401")])  # type: ignore[arg-type]
    assert report.drifted == ("rule R-401 (known)",)


def test_an_entry_that_was_not_tried_has_not_drifted() -> None:
    skipped = result("filters.equality", Outcome.SKIPPED)
    entries = [Expected("known", rule="R-401"), Expected("known", rule="R-402")]
    assert apply(of(skipped), entries).drifted == ()  # type: ignore[arg-type]


def test_entries_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text("expected:\n  - {rule: R-814, resource: alarm, reason: later}\n")
    assert read(file) == (Expected("later", rule="R-814", resource="alarm"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "expected: [{rule: R-1}]",
        "expected: [{reason: why}]",
        "expected: [{rule: R-1, reason: ''}]",
        "expected: [{rule: R-1, reason: why, resorce: x}]",
        "expected: [",
    ],
)
def test_a_file_that_says_too_little_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text(text)
    with pytest.raises(ExpectedError, match=r"expected\.yaml"):
        read(file)


@pytest.mark.parametrize(
    ("entry", "meant"),
    [("rule: R-4010", "R-401"), ("rule: X-*", "X-*"), ("check: filters.equalty", "filters.equal")],
)
def test_what_does_not_exist_cannot_be_expected(tmp_path: Path, entry: str, meant: str) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text(f"expected: [{{{entry}, reason: why}}]")
    with pytest.raises(ExpectedError, match=re.escape(meant)):
        read(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError):
        read(tmp_path / "none.yaml")
