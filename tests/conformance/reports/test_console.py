"""What the terminal shows."""

from io import StringIO

import pytest
from rich.console import Console

from conformance.reports import curl, saying
from conformance.reports.console import Progress, show
from conformance.reports.tally import failures
from conformance.results import Report
from tests.conformance.reports.samples import CLEAN, REPORT, RESULTS


def said(report: Report) -> str:
    console = Console(file=StringIO(), width=100)
    show(report, console)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_a_failure_is_shown_with_what_is_needed_to_see_it_again() -> None:
    text = said(REPORT)
    for part in ("MUST R-401", "only <category> named it's", "2 of 7", "curl --include"):
        assert part in text
    assert "sesame" not in text and "secret@" not in text


def test_a_request_to_copy_is_not_wrapped() -> None:
    console = Console(file=StringIO(), width=40)
    show(REPORT, console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    shown = [result.exchanges[-1] for result in failures(REPORT) if result.exchanges]
    assert shown
    assert all(curl.command(exchange) in text for exchange in shown)


@pytest.mark.parametrize("report", [REPORT, CLEAN], ids=["broken", "clean"])
def test_the_verdict_and_what_it_rests_on_are_the_last_words(report: Report) -> None:
    last = f"profile full: {report.verdict} ({saying.counts(report)})"
    assert " ".join(said(report).split()).endswith(last)


def test_drift_and_notes_are_told() -> None:
    text = said(REPORT)
    assert "Expected to fail, but does not: rule R-999 (once wrong)" in text
    assert "1 category could not be deleted" in text


def test_progress_counts_while_it_lasts() -> None:
    console = Console(file=StringIO(), width=100, force_terminal=True)
    with Progress(console, "TMF620 v5") as progress:
        for result in RESULTS:
            progress(result)
        progress._live.refresh()
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "2 failed" in shown and "1 expected failure" in shown


def test_progress_writes_nothing_into_a_file() -> None:
    console = Console(file=StringIO(), width=100)
    with Progress(console, "TMF620 v5") as progress:
        progress(RESULTS[0])
    assert console.file.getvalue() == ""  # type: ignore[attr-defined]
