"""The kit before our own server: no failure, and nothing is left behind."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from conformance.options import Options
from conformance.results import Outcome, Report, Verdict
from conformance.runner import base_url, judge, plan
from handlers.app import create_app
from persistence.opening import open_store
from tests.hosting import hosted
from tmf_apis.catalog import Catalog, built_in
from tmf_apis.settings import Settings
from tmf_apis.spec.model import ApiSpec


def api_of(number: str, major: str) -> ApiSpec:
    return next(a for a in built_in() if (a.number, a.major) == (number, major))


def judged(api: ApiSpec, folder: Path, profile: str = "full") -> tuple[Report, int]:
    """The report on our own server, and how many records it holds afterwards."""
    settings = Settings(store=f"sqlite:///{folder}/tmf.db", sample_data=False, development=True)
    app = create_app(settings, Catalog((api,)), open_store(settings.store))
    with hosted(app) as url:
        report = asyncio.run(judge(api, Options(url=url, profile=profile)))
        path = f"{url}{api.base_path}/{api.resources[0].name}?limit=0"
        left = httpx.get(path, trust_env=False).headers["x-total-count"]
    return report, int(left)


@pytest.mark.parametrize("major", ["v4", "v5"])
def test_our_own_server_conforms(major: str, tmp_path: Path) -> None:
    report, left = judged(api_of("TMF629", major), tmp_path)
    assert [r for r in report.results if r.outcome in (Outcome.FAILED, Outcome.KIT_ERROR)] == []
    assert report.verdict is Verdict.CONFORMANT
    assert sum(r.outcome is Outcome.PASSED for r in report.results) > 150
    assert left == 0


def test_read_only_writes_nothing(tmp_path: Path) -> None:
    report, left = judged(api_of("TMF629", "v5"), tmp_path, "read-only")
    methods = {e.method for r in report.results for e in r.exchanges}
    assert methods == {"GET", "HEAD", "OPTIONS"}
    assert left == 0


def test_a_server_that_is_not_there_is_not_judged() -> None:
    report = asyncio.run(judge(api_of("TMF629", "v5"), Options(url="http://127.0.0.1:9")))
    assert report.verdict is Verdict.NOT_JUDGED
    assert "does not answer" in report.notes[0]


@pytest.mark.parametrize("status", [301, 307, 308])
@pytest.mark.parametrize(
    ("shift", "said"),
    [
        (lambda path: f"/moved{path}", "/moved/tmf-api/customerManagement/v5; give that as --url"),
        (lambda path: path.replace("?", "/?"), "the kit follows no redirects"),
    ],
    ids=["elsewhere", "to a slash"],
)
def test_a_server_that_redirects_is_not_judged_but_followed_by_hand(
    status: int, shift: Callable[[str], str], said: str
) -> None:
    api = api_of("TMF629", "v5")

    async def redirecting(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            asked = f"{scope['path']}?{scope['query_string'].decode()}"
            headers = [(b"location", shift(asked).encode())]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body"})

    with hosted(redirecting, lifespan="off") as url:
        report = asyncio.run(judge(api, Options(url=url)))
    assert report.verdict is Verdict.NOT_JUDGED
    assert report.results == ()
    assert said in report.notes[0]


def test_a_server_that_allows_no_more_requests_is_not_blamed() -> None:
    async def busy(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            greeted = scope["query_string"] == b"limit=1"
            headers = [(b"content-type", b"application/json"), (b"retry-after", b"0")]
            status = 200 if greeted else 429
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b"[]"})

    with hosted(busy, lifespan="off") as url:
        options = Options(url=url, only=("S-002",))
        report = asyncio.run(judge(api_of("TMF629", "v5"), options))
    ended = {r.outcome for r in report.results}
    assert Outcome.KIT_ERROR in ended and Outcome.FAILED not in ended
    assert report.verdict is Verdict.NOT_JUDGED


def test_a_selection_that_holds_no_check_is_said() -> None:
    options = Options(url="http://127.0.0.1:9", profile="events", only=("paging.limit_cuts",))
    report = asyncio.run(judge(api_of("TMF629", "v5"), options))
    assert report.notes == ("no check of the profile fits what was asked for",)


def test_an_origin_is_completed_by_the_canonical_path() -> None:
    api = api_of("TMF629", "v5")
    assert base_url("http://host:1", api) == f"http://host:1{api.base_path}"
    assert base_url("http://host/mine/v5/", api) == "http://host/mine/v5"


def test_the_profile_mandatory_tries_the_minimum_alone() -> None:
    tried = plan(api_of("TMF622", "v4"), Options(url="", profile="mandatory"))
    assert {spec.name for _, spec in tried} == {"productOrder"}
    assert not any({"patch", "delete"} & set(check.needs) for check, _ in tried)
