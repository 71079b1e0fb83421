"""Two reports side by side."""

from dataclasses import replace

from conformance.comparing import compare
from conformance.reports.comparison import page
from tests.conformance.reports.samples import FAILED, REPORT, result

PASSED = result("filters.equality")
LEFT = replace(REPORT, results=(PASSED, result("paging.total")))


def test_equal_servers_have_no_difference() -> None:
    assert compare(REPORT, REPORT) == ()


def test_a_check_that_ends_differently_is_told_with_both_sides() -> None:
    (found,) = compare(LEFT, replace(LEFT, results=(FAILED, LEFT.results[1])))
    assert (found.check, found.resource) == ("filters.equality", "category")
    assert (found.left, found.right, found.better) == (PASSED, FAILED, "left")


def test_what_one_side_did_not_run_is_told() -> None:
    (found,) = compare(LEFT, replace(LEFT, results=(PASSED,)))
    assert (found.right, found.better) == (None, "left")


def test_differences_are_shown_on_a_page() -> None:
    right = replace(LEFT, results=(FAILED, LEFT.results[1]))
    shown = page(LEFT, right, compare(LEFT, right))
    assert "1 check ends differently" in shown
    assert FAILED.got in shown and "filters.equality" in shown
    assert "paging.total" not in shown


def test_failing_in_another_way_is_a_difference() -> None:
    other = replace(FAILED, broken=("R-413",))
    (found,) = compare(replace(LEFT, results=(FAILED,)), replace(LEFT, results=(other,)))
    assert found.better == ""


def test_other_words_are_no_difference() -> None:
    other = replace(FAILED, got="3 of 7", seconds=9.0)
    assert compare(replace(LEFT, results=(FAILED,)), replace(LEFT, results=(other,))) == ()
