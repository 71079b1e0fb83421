"""`tmf-apis conformance`: judge a server, compare two, list what is checked."""

import asyncio
import sys
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from conformance import expected, flags
from conformance.certification.command import certify
from conformance.check import PROFILES, Check
from conformance.checks import CHECKS
from conformance.comparing import compare
from conformance.expected import ExpectedError
from conformance.flag_types import FILE, OUT, URL, Mistake
from conformance.interruption import interruptible
from conformance.options import Options
from conformance.reports import comparison, jsonl
from conformance.reports.comparison import ending
from conformance.reports.console import Progress
from conformance.reports.jsonl import UnreadableReport
from conformance.reports.signature import SignatureError, make_key
from conformance.reports.signature import verify as verify_signature
from conformance.results import Report, Verdict
from conformance.runner import absent, judge
from conformance.targets import chosen_api, offered_apis, other_api
from conformance.verdict import EXIT, INTERRUPTED
from conformance.writing import Forms, publish, show
from tmf_apis import terminal
from tmf_apis.spec.model import ApiSpec

console = Console(stderr=True, highlight=False)


class _Guarded(click.Group):
    """Commands that end with a line and exit code 2 when the kit itself breaks.

    A traceback and exit code 1 would read as a verdict on the server.
    """

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            raise Mistake(
                f"the kit broke, and judged nothing: {type(error).__name__}: {error} "
                f"({Path(where.filename).name}, line {where.lineno})"
            ) from error


@click.group(cls=_Guarded)
def conformance() -> None:
    """Judge any server by the specification of its API."""


conformance.add_command(certify)


@conformance.command()
@click.option("--url", type=URL, help="Base path of the API, or origin of the server.")
@click.option("--other-url", type=URL, help="The same of the other version (two-versions).")
@flags.judging
@click.option("--json", "json_", type=OUT, help="Write the log as JSON lines.")
@click.option("--junit", type=OUT, help="Write JUnit XML.")
@click.option("--html", type=OUT, help="Write a page for people.")
@click.option("--sarif", type=OUT, help="Write SARIF.")
@click.option("--expected-failures", type=FILE, help="Failures that are known, with reasons.")
@click.option("--baseline", type=OUT, help="Write the failures of today as expected ones.")
@click.option("--no-drift", is_flag=True, help="An expected failure that is none: exit code 1.")
@click.option("--all", "every", is_flag=True, help="Every API that the origin at --url offers.")
@click.option("--sign", type=FILE, help="Sign the log of --json with this private key.")
def run(url: str | None, every: bool, no_drift: bool, **given: Any) -> None:
    """Judge the server at --url.

    Exit code 0 conformant, 1 not conformant, 2 could not be judged, 3 interrupted.
    """
    forms = Forms(
        *(given[name] for name in ("json_", "junit", "html", "sarif", "baseline", "sign"))
    )
    url = flags.address(url, given)
    try:
        forms.check()
        known = expected.read(given["expected_failures"]) if given["expected_failures"] else ()
        apis = offered_apis(url, given) if every else [chosen_api(given)]
        reports = _all(url, apis, given)
        reports = publish(reports, forms, known, terminal.results())
    except (ExpectedError, SignatureError) as error:
        raise Mistake(str(error)) from error
    sys.exit(_ended(reports, no_drift=no_drift))


@conformance.command()
@click.argument("logs", nargs=-1, required=True, type=FILE)
@click.option("--junit", type=OUT, help="Write JUnit XML.")
@click.option("--html", type=OUT, help="Write a page for people.")
@click.option("--sarif", type=OUT, help="Write SARIF.")
def view(logs: tuple[Path, ...], **forms: Path | None) -> None:
    """Show the LOGS that --json wrote, together and in any form; ends as the worst of them."""
    try:
        reports = [jsonl.read(log) for log in logs]
    except UnreadableReport as error:
        raise Mistake(str(error)) from error
    show(reports, Forms(**forms), terminal.results())
    sys.exit(max(EXIT[report.verdict] for report in reports))


@conformance.command("compare")
@click.argument("left", type=URL)
@click.argument("right", type=URL)
@flags.judging
@click.option("--html", type=OUT, help="Write a page of the differences.")
@terminal.as_json
def compare_servers(left: str, right: str, as_json: bool, html: Path | None, **given: Any) -> None:
    """Judge two servers by the same checks; show where they end differently."""
    api = chosen_api(given)
    other = other_api(api, given)
    reports = [_judge(api, flags.options(url, api, given), other) for url in (left, right)]
    if silent := [report for report in reports if not report.results]:
        raise Mistake("\n".join(f"{r.target.url}: {note}" for r in silent for note in r.notes))
    found = compare(*reports)
    if html:
        comparison.write(reports[0], reports[1], found, html)
    if found or as_json:
        rows = [(d.check, d.resource, d.rules, ending(d.left), ending(d.right)) for d in found]
        terminal.show(("Check", "Resource", "Rules", "Left", "Right"), rows, as_json=as_json)
    click.echo(f"{len(found)} checks end differently.", err=as_json)
    sys.exit(1 if found else 0)


@conformance.command()
@click.argument("log", type=FILE)
@click.option("--signature", type=FILE, required=True, help="What --sign has written.")
@click.option("--key", type=FILE, required=True, help="The public key, from who signed.")
def verify(log: Path, signature: Path, key: Path) -> None:
    """Say what a signed LOG vouches for; exit code 2 when it was changed or another signed."""
    try:
        statement = verify_signature(log, signature, key)
    except SignatureError as error:
        raise Mistake(str(error)) from error
    for name, value in asdict(statement).items():
        click.echo(f"{name}: {value}")


@conformance.command("make-key")
@click.argument("path", type=OUT)
def make_a_key(path: Path) -> None:
    """Make a private key at PATH, and the public key beside it."""
    try:
        click.echo(make_key(path))
    except SignatureError as error:
        raise Mistake(str(error)) from error


def _all(url: str, apis: Sequence[ApiSpec], given: dict[str, Any]) -> list[Report]:
    """What is said of each API, until somebody interrupts; of several those that are there."""
    reports: list[Report] = []
    for api in apis:
        for note in flags.passed_over(api, given):
            click.echo(note, err=True)
        report = _judge(api, flags.options(url, api, given), other_api(api, given))
        if len(apis) == 1 or not absent(report):
            reports.append(report)
        if report.interrupted:
            break
    if not reports:
        raise Mistake(f"There is none of the {len(apis)} APIs at {url}.")
    return reports


def _ended(reports: Sequence[Report], *, no_drift: bool) -> int:
    """The exit code: that of the worst verdict, unless the run was interrupted."""
    if any(report.interrupted for report in reports):
        return INTERRUPTED
    drifted = no_drift and any(report.drifted for report in reports)
    return max(
        *(EXIT[report.verdict] for report in reports), EXIT[Verdict.NOT_CONFORMANT] * drifted
    )


def _judge(api: ApiSpec, options: Options, other: ApiSpec | None) -> Report:
    """Judge, and say meanwhile how far it is."""

    async def judged() -> Report:
        with interruptible() as stop:
            return await judge(api, options, lambda result, _, __: progress(result), other, stop)

    with Progress(console, f"{api.number} {api.major}") as progress:
        return asyncio.run(judged())


@conformance.command("list")
@terminal.as_json
def list_checks(as_json: bool) -> None:
    """List every check with its rules and profiles."""
    rows = [
        (check.name, check.level, check.rules, _profiles(check), check.title)
        for check in CHECKS.values()
    ]
    terminal.show(("Check", "Level", "Rules", "Profiles", "What is right"), rows, as_json=as_json)


def _profiles(check: Check) -> list[str]:
    return [profile for profile in PROFILES if profile in check.profiles]
