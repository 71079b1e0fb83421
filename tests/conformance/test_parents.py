"""Nested collections are judged within real parents (D9)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from conformance.options import Options
from conformance.results import Outcome, Report, Verdict
from conformance.runner import judge
from tests.handlers.serving import Server, running
from tests.handlers.test_added_specs import BASE, swagger, written
from tests.handlers.test_embedded import house
from tmf_apis.catalog import choose

Json = dict[str, Any]
CHECKS = (
    "creation.what_was_sent_is_stored", "deletion.deleted_is_gone", "etags.fresh_writer_is_served",
    "filters.equal_values_are_found", "merge_patch.patch_is_stored", "paging.total_counts_matches",
    "conditions.change_sends_the_new_tag", "retrieval.record_is_read",
)  # fmt: skip


@pytest.fixture(params=[(swagger, "book"), (house, "door")], ids=["apart", "embedded"])
def nested(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Server, str]]:
    """A server of an API with a nested resource, and what that is called."""
    document, name = request.param
    catalog = choose([written(tmp_path, document())], own=[])
    with running(tmp_path, catalog, development=True) as server:
        yield server, name


def judged(server: Server, name: str, **options: Any) -> Report:
    (api,) = server.catalog.apis
    given = {"only": CHECKS, "resources": (name,), **options}
    return asyncio.run(judge(api, Options(url=server.url, **given)))


def outcomes(report: Report) -> set[Outcome]:
    return {result.outcome for result in report.results}


def test_a_parent_is_made_for_the_run_and_goes_with_it(nested: tuple[Server, str]) -> None:
    server, name = nested
    report = judged(server, name)
    assert outcomes(report) == {Outcome.PASSED}
    assert not any("{" in e.url for r in report.results for e in r.exchanges)
    holder = "shelf" if name == "book" else "house"
    assert httpx.get(f"{server.url}{BASE}/{holder}", trust_env=False).json() == []


def library(server: Server) -> str:
    return str(server.client.post(f"{BASE}/shelf", json={"name": "a"}).json()["id"])


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path, choose([written(tmp_path, swagger())], own=[])) as server:
        yield server


def test_a_run_that_only_reads_looks_for_a_parent(shelves: Server) -> None:
    without = judged(shelves, "book", profile="read-only")
    assert without.verdict is Verdict.NOT_JUDGED
    assert any("there is no shelf to stand in" in note for note in without.notes)
    shelf = library(shelves)
    shelves.client.post(f"{BASE}/shelf/{shelf}/book", json={"name": "x"})
    assert Outcome.PASSED in outcomes(judged(shelves, "book", profile="read-only"))


def test_fixtures_may_say_in_which_parent(shelves: Server) -> None:
    shelf = library(shelves)
    report = judged(shelves, "book", fixtures={"book": {"within": {"shelfId": shelf}}})
    assert outcomes(report) == {Outcome.PASSED}
    assert {f"/shelf/{shelf}/book" in r.exchanges[-1].url for r in report.results} == {True}


def test_a_parent_that_cannot_be_made_is_told_once(shelves: Server) -> None:
    refusing = {"shelf": {"attributes": {"name": 5}}}
    report = judged(shelves, "book", fixtures=refusing)
    assert outcomes(report) == {Outcome.SKIPPED}
    (told,) = (note for note in report.notes if note.startswith(f"{len(CHECKS)} checks of book"))
    assert "a parent that is not there: could not create a shelf: 400" in told
