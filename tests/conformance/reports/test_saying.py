"""A narrowed run claims no more than it tried, in every form."""

from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest

from conformance.reports import html, junit, sarif, saying
from conformance.results import Report, Verdict
from tests.conformance.reports.samples import CLEAN, PARTIAL, REPORT

NARROW = replace(CLEAN, only=("R-605", "paging.limit_cuts"))
CLAIM = "conformant in what was tried (partial run: only R-605, paging.limit_cuts)"


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (CLEAN, "conformant"),
        (NARROW, CLAIM),
        (REPORT, "not conformant"),
        (PARTIAL, "not conformant (partial run: resources category; only R-401, R-607)"),
        (
            replace(CLEAN, resources=("category",), verdict=Verdict.NOT_JUDGED),
            "not judged (partial run: resources category)",
        ),
    ],
)
def test_the_verdict_in_words(report: Report, said: str) -> None:
    assert saying.verdict(report) == said


def test_what_was_skipped_is_always_told() -> None:
    assert saying.counts(REPORT) == (
        "2 failed, 1 kit error, 1 expected failure, 1 skipped, 1 passed, 1 not applicable"
    )
    assert saying.counts(CLEAN) == "0 skipped, 1 passed"


def test_every_form_says_so(tmp_path: Path) -> None:
    junit.write([NARROW], tmp_path / "junit.xml")
    told = {
        p.attrib["name"]: p.attrib["value"] for p in parse(tmp_path / "junit.xml").iter("property")
    }
    assert (told["verdict"], told["counts"]) == (CLAIM, "0 skipped, 1 passed")
    (run,) = sarif.log([NARROW])["runs"]
    assert run["properties"]["verdict"] == CLAIM
    assert run["properties"]["counts"] == {"passed": 1, "skipped": 0}
    assert f"C{CLAIM[1:]}" in html.page([NARROW])


def test_several_runs_claim_no_more_than_the_narrowest() -> None:
    assert "<h1>Conformant in what was tried</h1>" in html.page([CLEAN, NARROW])
    assert "<h1>Not conformant</h1>" in html.page([REPORT, NARROW])
