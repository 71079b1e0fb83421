"""Our own server, judged by the kit in `full`: all sixteen APIs, and nothing fails.

`python -m tests.proofs.conformance FOLDER [API...]` does the same for people: it writes the
reports to a folder and shows them.
"""

import asyncio
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from rich.console import Console

from conformance.options import Options
from conformance.reports import console, html, jsonl, junit, sarif
from conformance.results import Outcome, Report, Verdict
from conformance.runner import judge
from conformance.writing import wording
from tests.proofs.serving import serving
from tmf_apis.catalog import built_in
from tmf_apis.spec.model import ApiSpec

Json = dict[str, Any]

#: What one API may take at most, in seconds, and the kit in megabytes.
LONGEST = 60
LARGEST = 200


def prove() -> dict[str, Any]:
    """Outcomes and time by API, and every failure."""
    return found(judged_all())


def found(
    judged: Iterable[tuple[str, tuple[Report, float]]],
    longest: float = LONGEST,
    largest: int = LARGEST,
) -> Json:
    """The result of a proof, from reports by name and the seconds each took.

    No report is kept when the next one comes: users judge one API at a time.
    """
    figures = {name: _figures(report, seconds) for name, (report, seconds) in judged}
    failed = [name for name, figure in figures.items() if figure["failed"]]
    slow = [name for name, figure in figures.items() if figure["seconds"] > longest]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    conformant = all(f["verdict"] == Verdict.CONFORMANT.value for f in figures.values())
    checks = sum(sum(f["outcomes"].values()) for f in figures.values())
    return {
        "holds": conformant and not slow and memory < largest,
        "summary": f"{checks} checks on {len(figures)} APIs, failures in {failed or 'none'};"
        f" at most {max(f['seconds'] for f in figures.values()):.0f} s an API, {memory} MB",
        "apis": figures,
    }


def judged_all(
    only: Sequence[str] = (), *flags: str, **options: Any
) -> Iterator[tuple[str, tuple[Report, float]]]:
    """A report of each API, or those named by number or version, and how many seconds it took."""
    apis = [api for api in built_in() if not only or {api.number, api.major} & set(only)]
    for api, judged in judged_by(apis, *flags, **options):
        yield f"{api.number} {api.major}", judged


def judged_by(
    apis: Sequence[ApiSpec], *flags: str, **options: Any
) -> Iterator[tuple[ApiSpec, tuple[Report, float]]]:
    """Each of some APIs with its report and how many seconds that took.

    `flags` are those of the server, `options` those of the kit.
    """
    with (
        TemporaryDirectory() as folder,
        serving(Path(folder), "--development", *flags) as server,
    ):
        for api in apis:
            started = monotonic()
            report = asyncio.run(judge(api, Options(url=server.origin, **options)))
            seconds = round(monotonic() - started, 1)
            yield api, (report, seconds)


def _figures(report: Report, seconds: float) -> Json:
    outcomes = {o.value: sum(r.outcome is o for r in report.results) for o in Outcome}
    wrong = [r for r in report.results if r.outcome in (Outcome.FAILED, Outcome.KIT_ERROR)]
    return {
        "verdict": report.verdict.value,
        "seconds": seconds,
        "outcomes": outcomes,
        "failed": [
            f"{' '.join(r.broken)} {r.check} {r.resource}: {r.expected}; {r.got or r.reason}"[:300]
            for r in wrong
        ],
        "skipped": [
            f"{r.check} {r.resource}: {r.reason}"[:200]
            for r in report.results
            if r.outcome is Outcome.SKIPPED
        ],
    }


def main(folder: Path, only: Sequence[str]) -> int:
    """Judge, show and write; 0 when every API is conformant."""
    folder.mkdir(parents=True, exist_ok=True)
    out = Console()
    reports = []
    for name, (report, seconds) in judged_all(only):
        reports.append(report)
        console.show(report, out)
        out.print(f"{seconds} s\n", highlight=False)
        jsonl.write(report, folder / f"{name.replace(' ', '-')}.jsonl")
    junit.write(reports, folder / "junit.xml")
    html.write(reports, folder / "report.html", wording())
    sarif.write(reports, folder / "report.sarif")
    out.print(f"Reports are in {folder}", highlight=False)
    return int(any(report.verdict is not Verdict.CONFORMANT for report in reports))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
