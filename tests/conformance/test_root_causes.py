"""One cause that breaks everything is told once, and what depends on it is not judged."""

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from conformance.cli import conformance
from conformance.options import Options
from conformance.preconditions import BECAUSE
from conformance.results import Outcome, Report, Verdict
from conformance.runner import judge
from tests.conformance.flawed_servers.exchange import Answered, Asked, Behaviour, Server, refusal
from tests.conformance.flawed_servers.judging import bench, failing
from tests.conformance.test_runner import api_of
from tests.hosting import hosted

#: So many failures at most may come of one cause.
MOST = 3
RECORDS = b'[{"id": "1"}]'


def answering(status: int, media: str, body: bytes) -> Any:
    """A server that answers everything alike."""

    async def server(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            headers = [(b"content-type", media.encode())]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return server


ALIKE = {
    "nobody is known": (401, "application/json", b"{}", "does not know who asks (401)"),
    "nobody is let in": (403, "application/json", b"{}", "lets the kit read nothing (403)"),
    "it is broken": (500, "application/json", b"{}", "answer 500"),
    "it is not ready": (502, "text/html", b"<h1>Bad gateway</h1>", "answer 502"),
    "it is a page": (200, "text/html", b"<!doctype html><h1>Log in</h1>", "pages, not JSON"),
    "it is XML": (200, "application/xml", b"<customers/>", "pages, not JSON"),
    "it is compressed": (200, "application/json", gzip.compress(RECORDS), "Content-Encoding"),
    "it is nowhere": (404, "application/json", b"{}", "every collection answers 404"),
}


@pytest.mark.parametrize(("status", "media", "body", "said"), ALIKE.values(), ids=ALIKE.keys())
def test_what_keeps_the_kit_out_is_told_and_judges_nothing(
    status: int, media: str, body: bytes, said: str
) -> None:
    with hosted(answering(status, media, body), lifespan="off") as url:
        report = asyncio.run(judge(api_of("TMF629", "v5"), Options(url=url)))
    assert report.verdict is Verdict.NOT_JUDGED and report.results == ()
    assert said in report.notes[0]


def test_a_byte_order_mark_keeps_nobody_out() -> None:
    """What is spelt wrongly can be judged: by R-109."""
    server = answering(200, "application/json", b"\xef\xbb\xbf" + RECORDS)
    with hosted(server, lifespan="off") as url:
        only = ("retrieval.list_is_read", "invariants.bodies_are_json")
        report = asyncio.run(judge(api_of("TMF629", "v5"), Options(url=url, only=only)))
    assert "R-109" in {rule for result in failing(report) for rule in result.broken}


def test_the_command_ends_with_2_where_it_is_kept_out() -> None:
    with hosted(answering(401, "application/json", b"{}"), lifespan="off") as url:
        words = ["run", "--api", "TMF629", "--version", "v5", "--url", url]
        done = CliRunner().invoke(conformance, words)
    assert done.exit_code == 2
    assert "--oauth2-token-url" in done.output


async def _text(asked: Asked, server: Server) -> Answered:
    answered = await server(asked)
    return answered.with_header("content-type", "text/plain") if answered.body else answered


async def _refusing(asked: Asked, server: Server) -> Answered:
    return refusal(422, "No") if asked.creates else await server(asked)


async def _away(asked: Asked, server: Server) -> Answered:
    return refusal(404, "No") if "cancelProductOrder" in asked.path else await server(asked)


async def _reading(asked: Asked, server: Server) -> Answered:
    reads = asked.method in ("GET", "HEAD", "OPTIONS")
    return await server(asked) if reads else refusal(403, "Read only")


async def _hubless(asked: Asked, server: Server) -> Answered:
    return refusal(404, "No") if asked.on_hub else await server(asked)


CAUSES: dict[str, tuple[str, Behaviour, set[str], str]] = {
    "another media type": ("TMF639 v5 resource", _text, {"R-109"}, "a media type"),
    "nothing can be created": ("TMF639 v5 resource", _refusing, {"R-701"}, "422 No"),
    "the hub is missing": ("TMF639 v5 resource", _hubless, {"R-1001"}, "a hub that is not there"),
    "a resource is missing": ("TMF622 v5 cancelProductOrder", _away, {"R-130"}, "answers 404"),
}


@pytest.mark.parametrize(("on", "cause", "rules", "why"), CAUSES.values(), ids=CAUSES.keys())
def test_one_cause_gives_few_failures(
    on: str, cause: Behaviour, rules: set[str], why: str, tmp_path: Path
) -> None:
    report = judged(on, cause, tmp_path)
    failed = failing(report)
    assert 1 <= len(failed) <= MOST, [(r.check, r.broken, r.got) for r in failed]
    assert rules <= {rule for result in failed for rule in result.broken}
    assert [note for note in report.notes if BECAUSE in note and why in note]


def test_credentials_that_may_only_read_speak_against_no_server(tmp_path: Path) -> None:
    report = judged("TMF639 v5 resource", _reading, tmp_path)
    assert [(r.check, r.got) for r in failing(report)] == []
    assert report.verdict is Verdict.NOT_JUDGED
    skipped = [r for r in report.results if r.outcome is Outcome.SKIPPED]
    assert any("rights that the kit lacks" in r.reason for r in skipped)


def judged(on: str, cause: Behaviour, folder: Path) -> Report:
    api, _, resource = on.rpartition(" ")
    with bench(api, folder) as server:
        return server.judged(resource, "full", cause)
