"""The command of the kit: what it writes, how it ends, and what it makes of mistakes."""

import socket
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from conformance.reports import jsonl
from conformance.results import Outcome
from tests.conformance.flawed_servers.exchange import Answered, Asked, Flawed, Server
from tests.conformance.permissive.app import permissive
from tests.handlers.serving import running
from tests.hosting import hosted
from tmf_apis.catalog import Catalog, built_in, choose, specs_folder
from tmf_apis.cli import main

NOWHERE = "http://127.0.0.1:9"
CUSTOMERS = ("--api", "TMF629", "--version", "v5")
BOTH = ("--profile", "two-versions")


def ran(*words: str | int | Path) -> Result:
    return CliRunner().invoke(main, ["conformance", *map(str, words)])


def test_a_log_can_be_seen_again_in_any_form(tmp_path: Path) -> None:
    log, html, xml = (tmp_path / name for name in ("log.jsonl", "again.html", "again.xml"))
    with running(tmp_path, choose()) as server:
        url = ("--url", server.url)
        first = ran("run", *CUSTOMERS, *url, "--only", "R-607", "--json", log)
        assert first.exit_code == 0, first.output
    again = ran("view", log, log, "--html", html, "--junit", xml)
    assert again.exit_code == 0, again.output
    report = jsonl.read(log)
    assert any(result.outcome is Outcome.PASSED for result in report.results)
    cases = ElementTree.parse(xml).getroot().iter("testcase")
    assert sum(1 for _ in cases) == 2 * len(report.results)
    assert "R-607" in html.read_text()


def test_what_cannot_be_judged_ends_with_2(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    assert ran("run", *CUSTOMERS, "--url", NOWHERE, "--json", log).exit_code == 2
    assert ran("view", log).exit_code == 2
    log.write_text("{}")
    assert ran("view", log).exit_code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--url", NOWHERE), "--spec"),
        (("run", "--url", NOWHERE, "--api", "TMF999", "--version", "v5"), "not built in"),
        (("run", "--url", NOWHERE, *CUSTOMERS, "--sign", __file__), "--json"),
        (("run", "--url", f"{NOWHERE}/v5", *CUSTOMERS, *BOTH), "--other-url"),
        (("run", "--url", NOWHERE, "--api", "TMF999", *BOTH), "TMF999 v5 is not built in"),
        (("run", "--url", NOWHERE, *CUSTOMERS, "--fixtures", __file__), "test_command.py"),
        (("run", "--url", "localhost:1", *CUSTOMERS), "no URL"),
        (("run", "--url", NOWHERE, *CUSTOMERS, "--only", "filters.al"), "perhaps"),
        (("run", "--url", NOWHERE, *CUSTOMERS, "--only", "R-9999"), "R-9999"),
        (("run", "--url", NOWHERE, *CUSTOMERS, "--resource", "Customer"), "customer?"),
        (("run", "--url", NOWHERE, *CUSTOMERS, "--header", "bad"), "no header"),
        (("run", "--url", NOWHERE, *CUSTOMERS, "--rate", "0"), "--rate"),
        (("run", "--url", NOWHERE, *CUSTOMERS, "--parallel", "0"), "--parallel"),
        (("run", "--url", NOWHERE, *CUSTOMERS, "--timeout", "0"), "--timeout"),
        (("run", "--url", NOWHERE, *CUSTOMERS, "--client-key", __file__), "--client-cert"),
        (("run", "--url", NOWHERE, *CUSTOMERS, "--ca", __file__), "PEM"),
        (("run", "--url", NOWHERE, *CUSTOMERS, "--html", "nosuch/r.html"), "nosuch"),
    ],
)
def test_a_mistake_is_said_in_a_line(words: tuple[str, ...], said: str) -> None:
    done = ran(*words)
    assert done.exit_code == 2
    assert said in done.output


def test_a_port_that_is_taken_is_said_before_the_run() -> None:
    with socket.create_server(("", 0)) as taken:
        port = taken.getsockname()[1]
        done = ran("run", *CUSTOMERS, "--url", NOWHERE, "--listener-port", port)
    assert done.exit_code == 2
    assert str(port) in done.output


def test_a_kit_that_breaks_speaks_against_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a mistake of the kit")

    monkeypatch.setattr("conformance.cli.judge", broken)
    done = ran("run", *CUSTOMERS, "--url", NOWHERE)
    assert done.exit_code == 2
    assert "a mistake of the kit" in done.output
    assert "Traceback" not in done.output


def test_a_server_that_does_not_answer_is_not_judged_and_nothing_else_is_said() -> None:
    done = ran("run", *CUSTOMERS, "--url", NOWHERE)
    assert done.exit_code == 2
    why, verdict = done.output.splitlines()
    assert why.startswith("the server does not answer: ConnectError: ")
    assert verdict.startswith("TMF629 v5 (5.0.1) at http://")
    assert verdict.endswith(", profile full: not judged")


def test_either_version_that_does_not_answer_is_said(tmp_path: Path) -> None:
    with running(tmp_path, choose()) as server:
        base = f"{server.url}/tmf-api/customerManagement"
        urls = ("--url", f"{base}/v5", "--other-url", f"{base}/v3")
        done = ran("run", "--api", "TMF629", *BOTH, *urls)
    assert done.exit_code == 2
    assert f"there is no TMF629 Customer Management at {base}/v3: every" in done.output


def test_comparing_with_a_server_that_does_not_answer_says_so() -> None:
    done = ran("compare", NOWHERE, NOWHERE, *CUSTOMERS)
    assert done.exit_code == 2
    assert done.output.count("does not answer") == 2
    assert "end differently" not in done.output


def test_every_api_that_is_there_is_judged_and_the_others_are_left_aside(tmp_path: Path) -> None:
    log, html = tmp_path / "log.jsonl", tmp_path / "all.html"
    apis = [api for api in built_in() if api.number in ("TMF629", "TMF639")]
    with running(tmp_path, Catalog(tuple(apis))) as server:
        words = ("run", "--all", "--version", "v5", "--only", "R-607", "--html", html)
        done = ran(*words, "--json", log, "--url", server.url)
    assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.glob("log*.jsonl")} == {
        "log-TMF629-v5.jsonl", "log-TMF639-v5.jsonl"
    }  # fmt: skip
    assert "TMF620" not in done.output
    assert all(number in html.read_text() for number in ("TMF629", "TMF639"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--api", "TMF629"), "without --api"),
        (("--resource", "customer"), "without --resource"),
        (("--url", f"{NOWHERE}/tmf-api"), "origin"),
    ],
)
def test_every_api_is_asked_for_alone(words: tuple[str, ...], said: str) -> None:
    done = ran("run", "--all", "--url", NOWHERE, *words)
    assert done.exit_code == 2
    assert said in done.output


def test_a_baseline_excuses_the_failures_of_today_until_they_are_gone(tmp_path: Path) -> None:
    known = tmp_path / "known.yaml"
    silent = ("--only", "retrieval.answers_are_json", "--only", "R-203")
    words = ("run", *CUSTOMERS, *silent)
    with hosted(over_text(), lifespan="off") as url:
        first = ran(*words, "--url", url, "--baseline", known)
        assert first.exit_code == 1, first.output
        again = ran(*words, "--url", url, "--expected-failures", known)
        assert again.exit_code == 0, again.output
    with running(tmp_path, choose()) as server:
        mended = (*words, "--url", server.url, "--expected-failures", known)
        assert ran(*mended).exit_code == 0
        drifted = ran(*mended, "--no-drift")
    assert drifted.exit_code == 1
    assert "Expected to fail, but does not" in drifted.output


def over_text() -> Any:
    """A server whose one mistake is that it calls its errors texts."""
    api = next(a for a in built_in() if (a.number, a.major) == ("TMF629", "v5"))
    app = permissive([specs_folder() / api.source.name])

    async def text(asked: Asked, server: Server) -> Answered:
        answered = await server(asked)
        return answered.with_body(b"no") if answered.status >= 400 else answered

    return Flawed(app, text)


def test_a_key_that_cannot_sign_is_refused_before_the_run(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    done = ran("run", *CUSTOMERS, "--url", NOWHERE, "--json", log, "--sign", __file__)
    assert done.exit_code == 2
    assert "no private key" in done.output and not log.exists()
