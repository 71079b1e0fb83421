"""JUnit XML as CI servers read it."""

from pathlib import Path
from xml.etree.ElementTree import Element, parse

import pytest

from conformance.reports import junit
from tests.conformance.reports.samples import CLEAN, REPORT


@pytest.fixture
def root(tmp_path: Path) -> Element:
    junit.write([REPORT, CLEAN], tmp_path / "junit.xml")
    found = parse(tmp_path / "junit.xml").getroot()
    assert found is not None
    return found


def test_counts_agree_with_the_cases(root: Element) -> None:
    for element in (root, *root.iter("testsuite")):
        for name, tag in (
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert int(element.attrib[name]) == len(list(element.iter(tag)))
    assert (root.attrib["failures"], root.attrib["errors"]) == ("2", "1")


def test_a_failure_says_rule_expected_got_and_curl(root: Element) -> None:
    failure = next(root.iter("failure"))
    assert failure.attrib["message"].startswith("R-401: expected only <category> named it's")
    assert failure.attrib["type"] == "MUST"
    assert "curl --include" in (failure.text or "")
    assert "open-sesame" not in (failure.text or "")


def test_an_expected_failure_is_skipped_with_its_reason(root: Element) -> None:
    said = [skipped.attrib["message"] for skipped in root.iter("skipped")]
    assert "expected failure: Lifecycles come later." in said


def test_drift_is_told(root: Element) -> None:
    assert "rule R-999 (once wrong)" in [case.attrib["name"] for case in root.iter("testcase")]


def test_suites_are_named_after_api_and_resource(root: Element) -> None:
    names = [suite.attrib["name"] for suite in root.iter("testsuite")]
    assert names[:2] == ["TMF620 v5 category", "TMF620 v5 API"]
