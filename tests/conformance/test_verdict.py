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
    other = replace(SKIPPED, resource="y", reason="nothing there")
    assert verdict_of([PASSED, SKIPPED]) is Verdict.CONFORMANT
    assert verdict_of([PASSED, other]) is Verdict.NOT_JUDGED
    assert untried([PASSED, other]) == (
        "y could not be judged: 1 of 1 checks were skipped, most often because: nothing there",
    )


def test_a_resource_of_which_more_was_skipped_than_judged_is_not_judged() -> None:
    assert verdict_of([PASSED, PASSED, SKIPPED, SKIPPED]) is Verdict.CONFORMANT
    assert verdict_of([PASSED, SKIPPED, SKIPPED]) is Verdict.NOT_JUDGED
    assert verdict_of([PASSED, FAILED, SKIPPED, SKIPPED, SKIPPED]) is Verdict.NOT_CONFORMANT


def test_what_does_not_bind_hides_no_skipped_rule() -> None:
    option = replace(PASSED, level=Level.MAY)
    assert verdict_of([option, option, SKIPPED]) is Verdict.NOT_JUDGED
    assert verdict_of([PASSED, *[replace(SKIPPED, level=Level.MAY)] * 3]) is Verdict.CONFORMANT
    assert verdict_of([option]) is Verdict.CONFORMANT


def test_an_empty_collection_among_others_is_no_hindrance_where_nothing_is_written() -> None:
    empty = [replace(SKIPPED, resource="y")] * 2
    assert verdict_of([PASSED, PASSED, *empty]) is Verdict.NOT_JUDGED
    assert verdict_of([PASSED, PASSED, *empty], "read-only") is Verdict.CONFORMANT
    assert verdict_of([PASSED, *empty], "read-only") is Verdict.NOT_JUDGED


def test_what_does_not_apply_is_neither() -> None:
    absent = replace(PASSED, outcome=Outcome.NOT_APPLICABLE)
    assert verdict_of([PASSED, absent, absent]) is Verdict.CONFORMANT
    assert verdict_of([absent]) is Verdict.NOT_JUDGED


def test_nothing_is_no_verdict() -> None:
    assert verdict_of([]) is Verdict.NOT_JUDGED
