"""What the command does with a report: show it, and write it in the forms asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from conformance import baseline
from conformance.expected import Expected, apply
from conformance.reports import console, html, jsonl, junit, sarif, signature
from conformance.reports.signature import SignatureError
from conformance.requirements import requirements
from conformance.results import Report


@dataclass(frozen=True, slots=True)
class Forms:
    """Where each form of a report is to go, if anywhere."""

    json: Path | None = None
    junit: Path | None = None
    html: Path | None = None
    sarif: Path | None = None
    #: Where the failures of today go as expected ones.
    baseline: Path | None = None
    #: The private key to sign the log with, which needs `json`.
    sign: Path | None = None

    def check(self) -> None:
        """Whether the log can be signed once it is there; raises `SignatureError`."""
        if self.sign and not self.json:
            raise SignatureError("--sign signs the log that --json writes: give both.")
        if self.sign:
            signature.private_key(self.sign)


def publish(
    reports: Sequence[Report], forms: Forms, expected: Sequence[Expected], out: Console
) -> list[Report]:
    """The reports with what was expected excused, shown and written.

    Of several each has a log of its own, named after its API.
    """
    known = [apply(report, expected) for report in reports]
    if forms.json:
        for report in known:
            jsonl.write(report, _log(forms.json, report) if len(known) > 1 else forms.json)
    if forms.baseline:
        count = baseline.write(known, forms.baseline)
        out.print(f"{count} expected failures are in {forms.baseline}", highlight=False)
    show(known, forms, out)
    if forms.json and forms.sign:
        out.print(f"Signed: {signature.sign(forms.json, forms.sign)}", highlight=False)
    return known


def _log(path: Path, report: Report) -> Path:
    return path.with_stem(f"{path.stem}-{report.target.api}-{report.target.version}")


def show(reports: Sequence[Report], forms: Forms, out: Console) -> None:
    """Reports shown, and written together in the forms that hold several."""
    for report in reports:
        console.show(report, out)
    if forms.junit:
        junit.write(reports, forms.junit)
    if forms.html:
        html.write(reports, forms.html, wording())
    if forms.sarif:
        sarif.write(reports, forms.sarif)


def wording() -> dict[str, str]:
    """What each rule asks, by id."""
    return {rule.id: rule.text for rule in requirements().values()}
