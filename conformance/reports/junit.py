"""A report as JUnit XML, which every CI shows: a suite per resource, a case per check."""

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from conformance.reports import curl, saying
from conformance.reports.tally import Standing, broken, standing
from conformance.results import Report, Result

#: The element that tells how a case ended; a passed case has none.
_ELEMENT = {
    Standing.FAILED: "failure",
    Standing.KIT_ERROR: "error",
    Standing.SKIPPED: "skipped",
    Standing.NOT_APPLICABLE: "skipped",
    Standing.EXPECTED: "skipped",
}
#: What no XML may hold, escaped or not.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(reports: Sequence[Report], path: Path) -> None:
    """Write one file for all reports of a run."""
    root = Element("testsuites", name="TMF conformance")
    for report in reports:
        for resource in dict.fromkeys(result.resource for result in report.results):
            root.append(_suite(report, resource))
        if report.drifted:
            root.append(_drift(report))
    _add_counts(root, list(root))
    indent(root)
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _suite(report: Report, resource: str) -> Element:
    """The checks of one resource, or of the API as a whole."""
    name = _name(report, resource or "API")
    suite = Element("testsuite", name=name, timestamp=report.started, hostname=_host(report))
    properties = SubElement(suite, "properties")
    for key, value in (
        ("verdict", saying.verdict(report)),
        ("profile", report.profile),
        ("tried", saying.tried(report)),
        ("counts", saying.counts(report)),
        ("kit.version", report.kit_version),
        ("spec.version", report.target.spec_version),
        ("spec.sha256", report.target.spec_checksum),
    ):
        SubElement(properties, "property", name=key, value=value)
    results = [result for result in report.results if result.resource == resource]
    cases = [_case(name, result) for result in results]
    suite.extend(cases)
    _add_counts(suite, [suite])
    return suite


def _case(suite: str, result: Result) -> Element:
    case = Element(
        "testcase",
        classname=f"{suite}.{result.check}",
        name=f"{result.title} [{' '.join(result.rules)}]",
        time=f"{result.seconds:.3f}",
    )
    how = standing(result)
    if how in _ELEMENT:
        told = SubElement(case, _ELEMENT[how], message=_text(_message(how, result)))
        if how is Standing.FAILED:
            told.set("type", result.level.value)
            told.text = _text(_details(result))
    return case


def _drift(report: Report) -> Element:
    """Expected failures that did not fail: the file that names them is out of date."""
    name = _name(report, "expected failures")
    suite = Element("testsuite", name=name, timestamp=report.started)
    for entry in report.drifted:
        case = SubElement(suite, "testcase", classname=name, name=_text(entry), time="0")
        SubElement(case, "system-out").text = "Expected to fail, but it does not: take it out."
    _add_counts(suite, [suite])
    return suite


def _message(how: Standing, result: Result) -> str:
    if how is Standing.FAILED:
        return f"{', '.join(broken(result))}: expected {result.expected}, got {result.got}"
    return f"{how}: {result.excused or result.reason}"


def _details(result: Result) -> str:
    """What came and how to see it again."""
    parts = [f"expected: {result.expected}", f"got:      {result.got}"]
    for exchange in result.exchanges[-1:]:
        answer = exchange.error or f"{exchange.status}\n{exchange.body}"
        parts += ["", curl.command(exchange), "", answer]
    return "\n".join(parts)


def _add_counts(element: Element, within: list[Element]) -> None:
    """Count the cases below an element."""
    for name, tag in (
        ("tests", "testcase"),
        ("failures", "testcase/failure"),
        ("errors", "testcase/error"),
        ("skipped", "testcase/skipped"),
    ):
        element.set(name, str(sum(len(suite.findall(tag)) for suite in within)))


def _name(report: Report, what: str) -> str:
    return f"{report.target.api} {report.target.version} {what}"


def _host(report: Report) -> str:
    return curl.address(report.target.url).partition("://")[2].partition("/")[0]


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
