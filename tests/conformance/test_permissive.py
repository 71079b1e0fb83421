"""No false alarm: a correct server that does everything otherwise conforms."""

import asyncio

from conformance.options import Options
from conformance.results import Outcome, Report, Verdict
from conformance.runner import judge
from tests.conformance.permissive.app import permissive
from tests.hosting import hosted
from tmf_apis.catalog import built_in, specs_folder


def judged(number: str, major: str) -> Report:
    """The report on the permissive server, in the profile `mandatory`."""
    api = next(a for a in built_in() if (a.number, a.major) == (number, major))
    with hosted(permissive([specs_folder() / api.source.name])) as url:
        return asyncio.run(judge(api, Options(url=url, profile="mandatory", patience=2)))


def test_a_correct_server_of_another_make_conforms() -> None:
    report = judged("TMF629", "v5")
    wrong = [r for r in report.results if r.outcome in (Outcome.FAILED, Outcome.KIT_ERROR)]
    assert wrong == []
    assert report.verdict is Verdict.CONFORMANT
    assert sum(r.outcome is Outcome.PASSED for r in report.results) > 20
