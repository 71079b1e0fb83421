"""A server that hangs ends the kit with a clear verdict and exit code 2; the kit never hangs."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from conformance.cli import conformance
from conformance.options import Options
from conformance.results import Outcome, Verdict
from conformance.runner import judge
from tests.conformance import silent
from tests.conformance.permissive.app import permissive
from tests.hosting import hosted
from tmf_apis.catalog import built_in, specs_folder

API = next(a for a in built_in() if (a.number, a.major) == ("TMF629", "v5"))
MANNERS = (silent.says_nothing, silent.drips, silent.hangs_up, silent.speaks_in_tongues)
#: Seconds within which a run with a time limit of one second for a request must be over.
PATIENCE = 20


@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.__name__)
def test_the_command_ends_and_says_why(manner: Callable[..., None]) -> None:
    flags = ["run", "--api", "TMF629", "--version", "v5", "--timeout", "1"]
    begun = time.monotonic()
    with silent.silent(manner) as url:
        done = CliRunner().invoke(conformance, [*flags, "--url", url])
    assert done.exit_code == 2, done.output
    assert "not judged" in done.output
    assert "does not answer" in done.output
    assert time.monotonic() - begun < PATIENCE


def test_a_port_where_nothing_listens_is_not_judged() -> None:
    report = asyncio.run(judge(API, Options(url="http://127.0.0.1:9", timeout=1)))
    assert report.verdict is Verdict.NOT_JUDGED
    assert report.notes


def test_a_server_that_stops_answering_half_way_is_not_judged() -> None:
    app = permissive([specs_folder() / API.source.name])
    answered = 0

    async def falling_silent(scope: Any, receive: Any, send: Any) -> None:
        nonlocal answered
        answered += scope["type"] == "http"
        if answered > 20:
            await asyncio.sleep(PATIENCE)
        await app(scope, receive, send)

    begun = time.monotonic()
    with hosted(falling_silent) as url:
        options = Options(url=url, profile="mandatory", timeout=0.3, patience=1)
        report = asyncio.run(judge(API, options))
    assert report.verdict is Verdict.NOT_JUDGED
    broke = [r for r in report.results if r.outcome is Outcome.KIT_ERROR]
    assert broke and all(r.reason for r in broke)
    assert not any(r.outcome is Outcome.FAILED for r in report.results)
    assert time.monotonic() - begun < 2 * PATIENCE
