"""Who shows one record through two versions conforms to their profile; who does not is caught."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.check import TWO_VERSIONS
from conformance.checks import CHECKS
from conformance.options import Options
from conformance.results import Outcome, Report, Verdict
from conformance.runner import judge, plan
from tests.conformance.flawed_servers import FLAWS
from tests.conformance.flawed_servers.judging import Bench, bench
from tests.conformance.test_runner import api_of
from tests.handlers.serving import running
from tmf_apis.catalog import Catalog

SAMPLE = (
    "deleting_leaves_the_other_face",
    "each_version_has_tags_of_its_own",
    "the_other_face_is_made_anew",
    "one_version_lists_less",
    "addresses_are_those_of_v5",
    "words_of_v4_are_taken_literally",
)
OURS = sorted(name for name, check in CHECKS.items() if TWO_VERSIONS in check.profiles)


def judged(number: str, folder: Path, faces: str = "together") -> Report:
    """The report on our own server with both versions of an API."""
    old, new = api_of(number, "v4"), api_of(number, "v5")
    with running(folder, Catalog((old, new)), development=True, faces=faces, tasks=True) as server:
        options = Options(url=server.url, profile=TWO_VERSIONS, quiet=0.3)
        return asyncio.run(judge(new, options, other=old))


STATES, EFFECTS = (
    f"two_versions_behaviour.{name}" for name in ("states_are_one", "effects_show_in_both")
)
NAMES = "two_versions_apart.names_are_of_the_version"
PLACES = "two_versions_places.values_are_in_their_place"


@pytest.mark.parametrize(
    ("number", "beside"),
    [("TMF622", {EFFECTS}), ("TMF639", {STATES, EFFECTS}), ("TMF642", {STATES, NAMES, PLACES})],
)
def test_our_own_server_shows_one_record_in_both(
    number: str, beside: set[str], tmp_path: Path
) -> None:
    report = judged(number, tmp_path)
    wrong = (Outcome.FAILED, Outcome.KIT_ERROR, Outcome.SKIPPED)
    assert [r for r in report.results if r.outcome in wrong] == []
    assert report.verdict is Verdict.CONFORMANT
    passed = {r.check for r in report.results if r.outcome is Outcome.PASSED}
    assert sorted(passed) == sorted(set(OURS) - beside)


def test_a_server_that_keeps_its_versions_apart_has_two_records(tmp_path: Path) -> None:
    report = judged("TMF629", tmp_path, faces="apart")
    assert report.verdict is Verdict.NOT_CONFORMANT
    broken = {rule for result in report.results for rule in result.broken}
    assert "V-1" in broken and broken <= {"V-1", "V-701", "V-709"}


def test_a_run_about_one_version_knows_nothing_of_the_other() -> None:
    api, other = api_of("TMF678", "v5"), api_of("TMF678", "v4")
    full = {check.name for check, _ in plan(api, Options(url="http://host"))}
    assert full and not full & set(OURS)
    both = plan(api, Options(url="http://host", profile=TWO_VERSIONS), other)
    assert {check.name for check, _ in both} == set(OURS)
    assert "billCycle" not in {spec.name for _, spec in both}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench("TMF638 v4+v5", tmp_path_factory.mktemp("store")) as server:
        yield server


def test_so_is_one_whose_tasks_know_one_version(tmp_path: Path) -> None:
    flaw = FLAWS["tasks_act_on_the_face_they_were_posted_to"]
    with bench("TMF642 v4+v5", tmp_path) as server:
        assert server.catch(flaw).exact


@pytest.mark.parametrize("name", SAMPLE)
def test_a_server_with_two_truths_is_caught_by_the_rule(services: Bench, name: str) -> None:
    caught = services.catch(FLAWS[name])
    assert caught.exact, f"{FLAWS[name].rule} expected, {caught.broken} blamed"
