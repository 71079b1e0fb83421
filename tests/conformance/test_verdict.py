from dataclasses import replace

from conformance.results import Level, Outcome, Result, Verdict
from conformance.verdict import untried, verdict_of

PASSED = Result("a.b", "", Level.MUST, ("R-1",), "x", Outcome.PASSED)
FAILED = replace(PASSED, outcome=Outcome.FAILED, broken=("R-1",))
SKIPPED = replace(PASSED, outcome=Outcome.SKIPPED)


def test_one_failure_decides() -> None:
    assert verdict_of([PASSED, FAILED]) is Verdict.NOT_CONFORMANT


def test_an_excused_failure_does_not() -> None:
    assert verdict_of([PASSED, replace(FAILED, excused="known")]) is Verdict.CONFORMANT


def test_a_broken_kit_judges_nothing() -> None:
    assert verdict_of([PASSED, replace(PASSED, outcome=Outcome.KIT_ERROR)]) is Verdict.NOT_JUDGED


def test_a_resource_that_could_not_be_tried_is_not_judged() -> None:
    other = replace(SKIPPED, resource="y")
    assert verdict_of([PASSED, SKIPPED]) is Verdict.CONFORMANT
    assert verdict_of([PASSED, other]) is Verdict.NOT_JUDGED
    assert untried([PASSED, other]) == ["y"]


def test_nothing_is_no_verdict() -> None:
    assert verdict_of([]) is Verdict.NOT_JUDGED
