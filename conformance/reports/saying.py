"""What is said of a run in a few words, the same in every form of a report."""

from collections.abc import Sequence

from conformance.reports import tally
from conformance.results import Report, Verdict


def verdict(report: Report) -> str:
    """The verdict in words: that of a narrowed run says so, and claims no more than was tried."""
    if not report.partial:
        return report.verdict.value
    return f"{_claim(report.verdict)} (partial run: {tried(report)})"


def headline(reports: Sequence[Report], worst: Verdict) -> str:
    """The verdict on several runs in words: no wider than the narrowest of them."""
    if len(reports) == 1:
        return verdict(reports[0])
    return _claim(worst) if any(report.partial for report in reports) else worst.value


def tried(report: Report) -> str:
    """What the run was asked for."""
    parts = []
    if report.resources:
        parts.append("resources " + ", ".join(report.resources))
    if report.only:
        parts.append("only " + ", ".join(report.only))
    return "; ".join(parts) or "everything"


def counts(report: Report) -> str:
    """How many checks ended how."""
    return ", ".join(f"{count} {how}" for how, count in tally.counts(report).items())


def _claim(verdict: Verdict) -> str:
    return f"{verdict} in what was tried" if verdict is Verdict.CONFORMANT else verdict.value
