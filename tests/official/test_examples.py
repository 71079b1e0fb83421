"""All official v5 examples are accepted, except the few that are wrong in themselves."""

from collections.abc import Iterator

import pytest

from tests.handlers.serving import Server, running
from tests.official import judging
from tests.official.examples import (
    MISSING,
    Example,
    answers,
    exceptions,
    reference_folder,
    requests,
)

pytestmark = pytest.mark.skipif(reference_folder() is None, reason=MISSING)

REQUESTS = requests()
LISTENED = [e for e in REQUESTS if e.path.startswith("/listener/")]
SERVED = [e for e in REQUESTS if not e.path.startswith("/listener/")]
ANSWERS: dict[str, list[Example]] = {}
for answer in answers():
    ANSWERS.setdefault(answer.key, []).append(answer)


def key(example: Example) -> str:
    return example.key


@pytest.fixture(scope="module", params=["our own files", "official files"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    catalog = judging.catalogs()[request.param]
    with running(tmp_path_factory.mktemp("official"), catalog) as started:
        yield started


@pytest.fixture(scope="module")
def targets(server: Server) -> dict[str, list[str]]:
    return judging.load_targets(server)


def judged(example: Example, kind: str, fault: str | None) -> None:
    """An example is accepted, or it is listed; and what is listed is really refused."""
    if example.key in exceptions(kind):
        assert fault is not None, "accepted although it is listed as wrong in itself"
    else:
        assert fault is None


def test_all_examples_are_found() -> None:
    assert (len(SERVED), len(LISTENED)) == (80, 78)


def test_few_requests_are_wrong_in_themselves() -> None:
    listed = set(exceptions("requests"))
    assert len(listed) <= 6
    assert listed <= {example.key for example in REQUESTS}
    assert set(exceptions("answers")) <= set(ANSWERS)


@pytest.mark.rule("R-701", "R-703", "R-1106")
@pytest.mark.parametrize("example", [e for e in SERVED if e.method == "post"], ids=key)
def test_official_posts_are_accepted_and_come_back(example: Example, server: Server) -> None:
    judged(example, "requests", judging.fault_of_post(server, example))


@pytest.mark.rule("R-801", "R-802", "R-803", "R-804", "R-805", "R-806", "R-808")
@pytest.mark.parametrize("example", [e for e in SERVED if e.method == "patch"], ids=key)
def test_official_patches_apply(
    example: Example, server: Server, targets: dict[str, list[str]]
) -> None:
    found = targets.get(example.key, [])
    judged(example, "requests", judging.fault_of_patch(server, example, found))


@pytest.mark.parametrize("example", LISTENED, ids=key)
def test_official_notifications_fit_their_schema(example: Example) -> None:
    judged(example, "requests", judging.fault_of_schema(example))


@pytest.mark.rule("R-1106")
@pytest.mark.parametrize("name", ANSWERS)
def test_official_answers_fit_their_schema(name: str) -> None:
    faults = [fault for e in ANSWERS[name] if (fault := judging.fault_of_schema(e)) is not None]
    judged(ANSWERS[name][0], "answers", faults[0] if faults else None)
