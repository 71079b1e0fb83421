"""The failures of a report as SARIF 2.1.0, for tools that collect findings."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from conformance.reports import curl, saying
from conformance.reports.tally import Standing, broken, counts, standing
from conformance.results import Exchange, Level, Outcome, Report, Result, Verdict

Json = dict[str, Any]
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Level.MUST: "error",
    Level.SHOULD: "warning",
    Level.MAY: "warning",
    Level.CHOICE: "note",
}


def write(reports: Sequence[Report], path: Path) -> None:
    """Write one log with a run for each report."""
    path.write_bytes(orjson.dumps(log(reports), option=orjson.OPT_INDENT_2))


def log(reports: Sequence[Report]) -> Json:
    """The SARIF log of some reports."""
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report) for report in reports]}


def _run(report: Report) -> Json:
    target = report.target
    rules = sorted({rule for result in report.results for rule in result.rules})
    return {
        "tool": {
            "driver": {
                "name": "tmf-apis conformance",
                "semanticVersion": report.kit_version,
                "rules": [_rule(rule, report) for rule in rules],
            }
        },
        "automationDetails": {"id": f"{target.api}/{target.version}/{report.profile}/"},
        "invocations": [_invocation(report)],
        "properties": {
            "verdict": saying.verdict(report),
            "tried": saying.tried(report),
            "counts": counts(report),
            "server": curl.address(target.url),
            "specVersion": target.spec_version,
            "specSha256": target.spec_checksum,
        },
        "results": [
            _result(report, result, rule, rules.index(rule))
            for result in report.results
            if result.outcome is Outcome.FAILED
            for rule in broken(result)
        ],
    }


def _rule(rule: str, report: Report) -> Json:
    """A rule, described by the first check that looks at it."""
    first = next(result for result in report.results if rule in result.rules)
    return {
        "id": rule,
        "shortDescription": {"text": first.title},
        "defaultConfiguration": {"level": _LEVELS[first.level]},
    }


def _result(report: Report, result: Result, rule: str, index: int) -> Json:
    target = report.target
    place = "/".join(filter(None, (target.api, target.version, result.resource)))
    found: Json = {
        "ruleId": rule,
        "ruleIndex": index,
        "kind": "fail",
        "level": _LEVELS[result.level],
        "message": {"text": f"{result.title}: expected {result.expected}, got {result.got}"},
        "locations": [
            {
                # GitHub shows no result without a file, so the resource stands for one.
                "physicalLocation": {
                    "artifactLocation": {"uri": place},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [{"fullyQualifiedName": place, "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"checkOnResource/v1": f"{result.check}@{place}"},
        "properties": {"check": result.check},
    }
    if standing(result) is Standing.EXPECTED:
        suppression = {"kind": "external", "justification": result.excused}
        found["suppressions"] = [suppression]
    if result.exchanges:
        found |= _web(result.exchanges[-1])
    return found


def _web(exchange: Exchange) -> Json:
    request = {
        "protocol": "HTTP",
        "version": "1.1",
        "method": exchange.method,
        "target": curl.address(exchange.url),
        "headers": dict(curl.masked(exchange.request_headers)),
        "body": {"text": exchange.request_body},
    }
    response = {
        "protocol": "HTTP",
        "version": "1.1",
        "statusCode": exchange.status,
        "reasonPhrase": exchange.error,
        "headers": dict(curl.masked(exchange.headers)),
        "body": {"text": exchange.body},
        "noResponseReceived": not exchange.status,
    }
    return {"webRequest": request, "webResponse": response}


def _invocation(report: Report) -> Json:
    """That the kit ran, and where it broke itself."""
    broke = [r for r in report.results if r.outcome is Outcome.KIT_ERROR]
    notes = [{"level": "error", "message": {"text": f"{r.check}: {r.reason}"}} for r in broke]
    notes += [{"level": "note", "message": {"text": note}} for note in report.notes]
    notes += [
        {"level": "warning", "message": {"text": f"Expected failure that did not fail: {entry}"}}
        for entry in report.drifted
    ]
    return {
        "executionSuccessful": report.verdict is not Verdict.NOT_JUDGED,
        "startTimeUtc": _utc(report.started),
        "endTimeUtc": _utc(report.finished),
        "toolExecutionNotifications": notes,
    }


def _utc(time: str) -> str:
    """A time as SARIF spells it."""
    return time.removesuffix("+00:00").removesuffix("Z") + "Z"
