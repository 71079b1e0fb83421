"""`tmf-apis conformance`: judge a server, compare two, list what is checked."""

import asyncio
import sys
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from conformance.check import PROFILES
from conformance.checks import CHECKS
from conformance.fixtures import FixtureError
from conformance.fixtures import read as read_fixtures
from conformance.options import OAuth2, Options
from conformance.results import Outcome, Report, Result
from conformance.runner import judge
from conformance.verdict import EXIT
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
        click.option("--parallel", type=int, default=6, show_default=True),
        click.option("--patience", type=float, default=5.0, help="Seconds to wait for an event."),
        click.option("--listener-url", default="", help="Where the server reaches the listener."),
        click.option("--listener-port", type=int, default=0),
    ]
    for flag in reversed(flags):
        command = flag(command)
    return command


@conformance.command()
@click.option("--url", required=True, help="Base path of the API, or origin of the server.")
@_reaching
def run(url: str, **given: Any) -> None:
    """Judge the server at --url; exit code 0 conformant, 1 not, 2 could not judge."""
    api = _api(given)
    report = _judge(api, _options(url, given))
    _show(report)
    sys.exit(EXIT[report.verdict])


def _judge(api: ApiSpec, options: Options) -> Report:
    """Judge with a bar that shows how far it is."""
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"Judging {api.number} {api.major}", total=None)

        def watch(result: Result, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            if result.outcome is Outcome.FAILED:
                bar.console.print(f"failed: {result.check} {result.resource}", style="red")

        return asyncio.run(judge(api, options, watch))


def _show(report: Report) -> None:
    table = Table("Rule", "Check", "Resource", "Expected", "Got", box=None)
    for result in report.results:
        if result.outcome in (Outcome.FAILED, Outcome.KIT_ERROR):
            table.add_row(
                ", ".join(result.broken) or "-", result.check, result.resource,
                result.expected or result.reason, result.got[:200],
            )  # fmt: skip
    out = Console(highlight=False)
    out.print(table)
    counts = {o: sum(r.outcome is o for r in report.results) for o in Outcome}
    out.print(", ".join(f"{count} {outcome.value}" for outcome, count in counts.items()))
    for note in report.notes:
        out.print(note)
    out.print(f"{report.target.api} {report.target.version}: {report.verdict.value}")


def _api(given: dict[str, Any]) -> ApiSpec:
    """The API that is judged: that of the file, or the built-in one of a number and version."""
    if given["spec"]:
        try:
            return read(given["spec"])
        except SpecError as error:
            _stop(str(error))
    if not given["api"] or not given["version"]:
        _stop("Name the API by --api and --version, or give its file by --spec.")
    wanted = (given["api"].upper(), "v" + given["version"].lower().lstrip("v").split(".")[0])
    for api in built_in():
        if (api.number, api.major) == wanted:
            return api
    _stop(f"{' '.join(wanted)} is not built in; give its file by --spec.")


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
        " patience listener_url listener_port"
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
