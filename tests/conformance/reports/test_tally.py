"""What a report adds up to."""

from conformance.reports.tally import Standing, by_level, by_resource, by_rule, failures
from conformance.results import Level
from tests.conformance.reports.samples import FAILED, REPORT, RESULTS


def test_an_excused_failure_is_no_failure() -> None:
    assert [found.check for found in failures(REPORT)] == ["filters.equality", "fields.none"]
    assert by_level(REPORT)[Level.MUST][Standing.EXPECTED] == 1


def test_every_result_is_counted_once() -> None:
    for counts in (by_level(REPORT), by_resource(REPORT)):
        assert sum(count.total() for count in counts.values()) == len(RESULTS)


def test_a_failure_speaks_only_against_the_rules_it_broke() -> None:
    standings = {tally.rule: tally.standing for tally in by_rule(REPORT)}
    assert standings == {
        "R-401": Standing.FAILED,
        "R-413": Standing.PASSED,
        "R-601": Standing.KIT_ERROR,
        "R-607": Standing.PASSED,
        "R-814": Standing.EXPECTED,
    }


def test_the_gravest_result_comes_first() -> None:
    (first,) = [tally for tally in by_rule(REPORT) if tally.rule == "R-401"]
    assert first.results[0] == FAILED
