"""What the command does with a report: show it, and write it in the forms asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from conformance.expected import Expected, apply
from conformance.reports import console, html, jsonl, junit, sarif, signature
from conformance.requirements import requirements
from conformance.results import Report


@dataclass(frozen=True, slots=True)
class Forms:
    """Where each form of a report is to go, if anywhere."""

    json: Path | None = None
    junit: Path | None = None
    html: Path | None = None
    sarif: Path | None = None
    #: The private key to sign the log with, which needs `json`.
    sign: Path | None = None


def publish(report: Report, forms: Forms, expected: Sequence[Expected], out: Console) -> Report:
    """The report with what was expected excused, shown and written."""
    report = apply(report, expected)
    console.show(report, out)
    if forms.json:
        jsonl.write(report, forms.json)
    if forms.json and forms.sign:
        out.print(f"Signed: {signature.sign(forms.json, forms.sign)}", highlight=False)
    if forms.junit:
        junit.write([report], forms.junit)
    if forms.html:
        html.write([report], forms.html, wording())
    if forms.sarif:
        sarif.write([report], forms.sarif)
    return report


def wording() -> dict[str, str]:
    """What each rule asks, by id."""
    return {rule.id: rule.text for rule in requirements().values()}
