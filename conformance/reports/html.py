"""A report as one HTML file that needs nothing else: no server, no network, no JavaScript.

The manager reads the verdict and the counts at the top, the engineer what failed and how to see
it again, then rule by rule what was looked at.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from conformance.reports import curl, saying
from conformance.reports.pages import templates
from conformance.reports.tally import (
    RuleTally,
    Standing,
    broken,
    by_level,
    by_resource,
    by_rule,
    counts,
    failures,
    standing,
)
from conformance.results import Level, Report, Verdict

_TEMPLATE = "report.html"
#: What a verdict means, for those who decide.
_MEANING = {
    Verdict.CONFORMANT: "Every rule that could be tried holds.",
    Verdict.NOT_CONFORMANT: "At least one rule is broken.",
    Verdict.NOT_JUDGED: (
        "The server could not be judged: it was not reached, too much had to be skipped, or the kit"
        " broke."
    ),
}
_LEVEL_MEANING = {
    Level.MUST: "binding",
    Level.SHOULD: "advised: may be absent, must be right where offered",
    Level.MAY: "optional: may be absent, must be right where offered",
    Level.CHOICE: "open in the guidelines: must be one of the accepted alternatives",
}


def write(reports: Sequence[Report], path: Path, wording: Mapping[str, str] | None = None) -> None:
    """Write the page of some reports; `wording` has the text of rules by id."""
    path.write_text(page(reports, wording), encoding="utf-8")


def page(reports: Sequence[Report], wording: Mapping[str, str] | None = None) -> str:
    """The page of some reports of one run."""
    environment = templates()
    environment.filters |= {
        "masked": curl.masked,
        "standing": standing,
        "broken": broken,
        "failures": failures,
        "counts": counts,
        "by_level": by_level,
        "by_resource": by_resource,
        "by_rule": by_rule,
        "grouped": _grouped,
        "total": _total,
        "duration": _duration,
        "minute": lambda time: f"{time[:16].replace('T', ' ')} UTC",
        "said": saying.verdict,
        "tried": saying.tried,
        "counted": saying.counts,
    }
    return environment.get_template(_TEMPLATE).render(
        reports=reports,
        wording=wording or {},
        verdict=_overall(reports),
        headline=saying.headline(reports, _overall(reports)),
        standings=list(Standing),
        meaning=_MEANING,
        level_meaning=_LEVEL_MEANING,
    )


def _overall(reports: Iterable[Report]) -> Verdict:
    """The verdict on all: the worst of them."""
    verdicts = {report.verdict for report in reports}
    worst = (Verdict.NOT_JUDGED, Verdict.NOT_CONFORMANT, Verdict.CONFORMANT)
    return next((verdict for verdict in worst if verdict in verdicts), Verdict.NOT_JUDGED)


def _grouped(tallies: Iterable[RuleTally]) -> list[tuple[Standing, list[RuleTally]]]:
    """The rules by how they stand, the gravest first."""
    groups: dict[Standing, list[RuleTally]] = {how: [] for how in Standing}
    for tally in tallies:
        groups[tally.standing].append(tally)
    return [(how, rules) for how, rules in groups.items() if rules]


def _total(counts: Mapping[object, Counter[Standing]]) -> Counter[Standing]:
    return sum(counts.values(), Counter())


def _duration(report: Report) -> str:
    """How long the run took, or nothing when its times cannot be read."""
    try:
        begun, ended = map(datetime.fromisoformat, (report.started, report.finished))
    except ValueError:
        return ""
    return f"{(ended - begun).total_seconds():.1f} s"
