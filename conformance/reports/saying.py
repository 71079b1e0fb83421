"""What is said of a run in a few words, the same in every form of a report."""

from conformance.reports import tally
from conformance.results import Report, Verdict


def verdict(report: Report) -> str:
    """The verdict in words: that of a narrowed run says so, and claims no more than was tried."""
    if not report.partial:
        return report.verdict.value
    claim = " in what was tried" if report.verdict is Verdict.CONFORMANT else ""
    return f"{report.verdict}{claim} (partial run: {tried(report)})"


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
