"""The failures of today as a file of expected failures, so that a pipeline fails for new ones."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from conformance.reports.tally import broken, failures
from conformance.results import Report, Result


def write(reports: Sequence[Report], path: Path) -> int:
    """Write an entry for each check, rule and resource that failed; how many there are."""
    entries = [
        _entry(report, result, rule)
        for report in reports
        for result in failures(report)
        for rule in broken(result)
    ]
    text = yaml.safe_dump({"expected": entries}, sort_keys=False, allow_unicode=True, width=100)
    path.write_text(text, encoding="utf-8")
    return len(entries)


def _entry(report: Report, result: Result, rule: str) -> dict[str, Any]:
    entry = {
        "check": result.check,
        "rule": rule,
        "api": report.target.api,
        "version": report.target.version,
        "reason": f"Failed when the baseline was written ({report.started[:10]}): "
        f"expected {result.expected[:120]}, got {result.got[:120]}",
    }
    return entry | ({"resource": result.resource} if result.resource else {})
