"""`tmf-apis conformance`: judge a server, compare two, list what is checked."""

import asyncio
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.table import Table

from conformance import expected
from conformance.check import PROFILES
from conformance.checks import CHECKS
from conformance.comparing import compare
from conformance.expected import ExpectedError
from conformance.fixtures import FixtureError
from conformance.fixtures import read as read_fixtures
from conformance.options import OAuth2, Options
from conformance.reports import jsonl
from conformance.reports.console import Progress
from conformance.reports.jsonl import UnreadableReport
from conformance.reports.signature import SignatureError, make_key
from conformance.reports.signature import verify as verify_signature
from conformance.results import Report, Result, Verdict
from conformance.runner import judge
from conformance.verdict import EXIT
from conformance.writing import Forms, publish, show
from tmf_apis.catalog import built_in
from tmf_apis.spec.loading import SpecError
from tmf_apis.spec.model import ApiSpec
from tmf_apis.spec.reader import read

console = Console(stderr=True, highlight=False)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


@click.group()
def conformance() -> None:
    """Judge any server by the specification of its API."""


def _reaching(command: Any) -> Any:
    """The flags that say what is judged and how the server is reached."""
    flags = [
        click.option("--api", help="Number of the API, for instance TMF620."),
        click.option("--version", help="Major version: v4 or v5."),
        click.option("--spec", type=_FILE, help="Judge by this official file instead."),
        click.option("--profile", type=click.Choice(PROFILES), default="full", show_default=True),
        click.option("--resource", multiple=True, help="Only this resource; repeatable."),
        click.option("--only", multiple=True, help="Only this check or rule; repeatable."),
        click.option("--fixtures", type=_FILE, help="What the server needs beyond its file."),
        click.option("--header", multiple=True, metavar="NAME:VALUE", help="Sent every time."),
        click.option("--oauth2-token-url", help="Where to have a token by client credentials."),
        click.option("--oauth2-client-id", envvar="TMF_KIT_CLIENT_ID"),
        click.option("--oauth2-client-secret", envvar="TMF_KIT_CLIENT_SECRET"),
        click.option("--oauth2-scope", default=""),
        click.option("--ca", type=_FILE, help="Certificates to trust, PEM."),
        click.option("--client-cert", type=_FILE, help="Certificate of the client, PEM."),
        click.option("--client-key", type=_FILE, help="Its key, PEM."),
        click.option("--insecure", is_flag=True, help="Trust any certificate."),
        click.option("--proxy", help="URL of a proxy."),
        click.option("--rate", type=float, help="Requests a second at most."),
        click.option("--delay", type=float, default=0.0, help="Seconds before each request."),
        click.option("--timeout", type=float, default=10.0, show_default=True),
        click.option("--deadline", type=float, default=900.0, show_default=True),
        click.option("--parallel", type=int, default=10, show_default=True),
        click.option("--patience", type=float, default=5.0, help="Seconds to wait for an event."),
        click.option("--listener-url", default="", help="Where the server reaches the listener."),
        click.option("--listener-port", type=int, default=0),
        click.option("--fuzz", type=int, default=0, help="Also so many generated cases each."),
    ]
    for flag in reversed(flags):
        command = flag(command)
    return command


@conformance.command()
@click.option("--url", required=True, help="Base path of the API, or origin of the server.")
@_reaching
@click.option("--json", "json_", type=_OUT, help="Write the log as JSON lines.")
@click.option("--junit", type=_OUT, help="Write JUnit XML.")
@click.option("--html", type=_OUT, help="Write a page for people.")
@click.option("--sarif", type=_OUT, help="Write SARIF.")
@click.option("--expected-failures", type=_FILE, help="Failures that are known, with reasons.")
@click.option("--sign", type=_FILE, help="Sign the log of --json with this private key.")
def run(url: str, **given: Any) -> None:
    """Judge the server at --url; exit code 0 conformant, 1 not, 2 could not judge."""
    if given["sign"] and not given["json_"]:
        _stop("--sign signs the log that --json writes: give both.")
    forms = Forms(given["json_"], given["junit"], given["html"], given["sarif"], given["sign"])
    try:
        known = expected.read(given["expected_failures"]) if given["expected_failures"] else ()
        report = _judge(_api(given), _options(url, given))
        report = publish(report, forms, known, Console())
    except (ExpectedError, SignatureError) as error:
        _stop(str(error))
    sys.exit(EXIT[report.verdict])


@conformance.command()
@click.argument("logs", nargs=-1, required=True, type=_FILE)
@click.option("--junit", type=_OUT, help="Write JUnit XML.")
@click.option("--html", type=_OUT, help="Write a page for people.")
@click.option("--sarif", type=_OUT, help="Write SARIF.")
def view(logs: tuple[Path, ...], **forms: Path | None) -> None:
    """Show the LOGS that --json wrote, together and in any form; ends as the worst of them."""
    try:
        reports = [jsonl.read(log) for log in logs]
    except UnreadableReport as error:
        _stop(str(error))
    show(reports, Forms(**forms), Console())
    sys.exit(max(EXIT[report.verdict] for report in reports))


@conformance.command("compare")
@click.argument("left")
@click.argument("right")
@_reaching
def compare_servers(left: str, right: str, **given: Any) -> None:
    """Judge two servers by the same checks; show where they end differently."""
    api = _api(given)
    reports = [_judge(api, _options(url, given)) for url in (left, right)]
    table = Table("Check", "Resource", "Rules", left, right, box=None)
    found = compare(*reports)
    for difference in found:
        sides = [_ending(difference.left), _ending(difference.right)]
        table.add_row(difference.check, difference.resource, " ".join(difference.rules), *sides)
    out = Console(width=200 if not sys.stdout.isatty() else None, highlight=False)
    if found:
        out.print(table)
    out.print(f"{len(found)} checks end differently.")
    if any(report.verdict is Verdict.NOT_JUDGED and not report.results for report in reports):
        sys.exit(2)
    sys.exit(1 if found else 0)


@conformance.command()
@click.argument("log", type=_FILE)
@click.option("--signature", type=_FILE, required=True, help="What --sign has written.")
@click.option("--key", type=_FILE, required=True, help="The public key, from who signed.")
def verify(log: Path, signature: Path, key: Path) -> None:
    """Say what a signed LOG vouches for; exit code 2 when it was changed or another signed."""
    try:
        statement = verify_signature(log, signature, key)
    except SignatureError as error:
        _stop(str(error))
    for name, value in asdict(statement).items():
        click.echo(f"{name}: {value}")


@conformance.command("make-key")
@click.argument("path", type=_OUT)
def make_a_key(path: Path) -> None:
    """Make a private key at PATH, and the public key beside it."""
    try:
        click.echo(make_key(path))
    except SignatureError as error:
        _stop(str(error))


def _ending(result: Result | None) -> str:
    if result is None:
        return "not run"
    return f"{result.outcome.value}: {result.got[:80]}" if result.got else result.outcome.value


def _judge(api: ApiSpec, options: Options) -> Report:
    """Judge, and say meanwhile how far it is."""
    with Progress(console, f"{api.number} {api.major}") as progress:
        return asyncio.run(judge(api, options, lambda result, _, __: progress(result)))


def _api(given: dict[str, Any]) -> ApiSpec:
    """The API that is judged: that of the file, or the built-in one of a number and version."""
    if given["spec"]:
        try:
            return _at_home(read(given["spec"]))
        except SpecError as error:
            _stop(str(error))
    if not given["api"] or not given["version"]:
        _stop("Name the API by --api and --version, or give its file by --spec.")
    wanted = (given["api"].upper(), "v" + given["version"].lower().lstrip("v").split(".")[0])
    for api in built_in():
        if (api.number, api.major) == wanted:
            return api
    _stop(f"{' '.join(wanted)} is not built in; give its file by --spec.")


def _at_home(api: ApiSpec) -> ApiSpec:
    """The API at its canonical path: some official files name another one (R-120 to R-127)."""
    for known in built_in():
        if (known.number, known.major) == (api.number, api.major):
            return replace(api, base_path=known.base_path)
    return api


def _options(url: str, given: dict[str, Any]) -> Options:
    oauth2 = None
    if given["oauth2_token_url"]:
        oauth2 = OAuth2(
            given["oauth2_token_url"],
            given["oauth2_client_id"] or "",
            given["oauth2_client_secret"] or "",
            given["oauth2_scope"],
        )
    headers = [header.partition(":") for header in given["header"]]
    try:
        fixtures = read_fixtures(given["fixtures"]) if given["fixtures"] else {}
    except FixtureError as error:
        _stop(str(error))
    same = (
        "profile ca client_cert client_key insecure proxy rate delay timeout deadline parallel"
        " patience listener_url listener_port fuzz"
    )
    return Options(
        url=url,
        resources=tuple(given["resource"]),
        only=tuple(given["only"]),
        headers=tuple((name.strip(), value.strip()) for name, _, value in headers),
        fixtures=fixtures,
        oauth2=oauth2,
        **{name: given[name] for name in same.split()},
    )


@conformance.command("list")
def list_checks() -> None:
    """List every check with its rules and profiles."""
    table = Table("Check", "Level", "Rules", "Profiles", "What is right", box=None)
    for check in CHECKS.values():
        profiles = " ".join(p for p in PROFILES if p in check.profiles)
        table.add_row(check.name, check.level, " ".join(check.rules), profiles, check.title)
    Console(width=200 if not sys.stdout.isatty() else None).print(table)


def _stop(message: str) -> NoReturn:
    console.print(message, style="red", markup=False, soft_wrap=True)
    sys.exit(2)
