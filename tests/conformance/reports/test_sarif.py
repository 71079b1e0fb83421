"""SARIF 2.1.0: checked against what its published schema asks of the parts in use."""

import re
from typing import Any

import jsonschema
import pytest

from conformance.reports import sarif
from conformance.results import Outcome
from tests.conformance.reports.samples import CLEAN, REPORT

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
HEADERS = {"type": "object", "additionalProperties": {"type": "string"}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    """As the published schema does: nothing but what is known."""
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


RULE = closed(
    ["id"],
    id={"type": "string"},
    shortDescription=TEXT,
    defaultConfiguration=closed([], level=LEVEL),
)
LOCATION = closed(
    [],
    physicalLocation=closed(
        [],
        artifactLocation=closed([], uri={"type": "string", "format": "uri-reference"}),
        region=closed([], startLine={"type": "integer", "minimum": 1}),
    ),
    logicalLocations={
        "type": "array",
        "items": closed([], fullyQualifiedName={"type": "string"}, kind={"type": "string"}),
    },
)
WEB = {
    "protocol": {"type": "string"},
    "version": {"type": "string"},
    "headers": HEADERS,
    "body": closed([], text={"type": "string"}),
}
RESULT = closed(
    ["message"],
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": -1},
    kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
    level=LEVEL,
    message=TEXT,
    locations={"type": "array", "items": LOCATION},
    partialFingerprints=HEADERS,
    properties={"type": "object"},
    suppressions={
        "type": "array",
        "items": closed(
            ["kind"], kind={"enum": ["inSource", "external"]}, justification={"type": "string"}
        ),
    },
    webRequest=closed([], method={"type": "string"}, target={"type": "string"}, **WEB),
    webResponse=closed(
        [],
        statusCode={"type": "integer"},
        reasonPhrase={"type": "string"},
        noResponseReceived={"type": "boolean"},
        **WEB,
    ),
)
INVOCATION = closed(
    ["executionSuccessful"],
    executionSuccessful={"type": "boolean"},
    startTimeUtc={"type": "string", "format": "date-time"},
    endTimeUtc={"type": "string", "format": "date-time"},
    toolExecutionNotifications={
        "type": "array",
        "items": closed(["message"], level=LEVEL, message=TEXT),
    },
)
DRIVER = closed(
    ["name"],
    name={"type": "string"},
    semanticVersion={"type": "string"},
    rules={"type": "array", "items": RULE, "uniqueItems": True},
)
RUN = closed(
    ["tool"],
    tool=closed(["driver"], driver=DRIVER),
    automationDetails=closed([], id={"type": "string"}),
    invocations={"type": "array", "items": INVOCATION},
    properties={"type": "object"},
    results={"type": "array", "items": RESULT},
)
LOG = {
    **closed(["version", "runs"], version={"const": "2.1.0"}, runs={"type": "array", "items": RUN}),
}
LOG["properties"]["$schema"] = {"type": "string", "format": "uri"}


@pytest.fixture(scope="module")
def log() -> Any:
    return sarif.log([REPORT, CLEAN])


def test_it_has_the_published_structure(log: Any) -> None:
    jsonschema.Draft7Validator(LOG).validate(log)


def test_times_are_in_utc(log: Any) -> None:
    for run in log["runs"]:
        for time in (run["invocations"][0]["startTimeUtc"], run["invocations"][0]["endTimeUtc"]):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", time)


def test_each_broken_rule_is_a_result_that_points_to_it(log: Any) -> None:
    run, clean = log["runs"]
    assert [found["ruleId"] for found in run["results"]] == ["R-401", "R-814"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[f["ruleIndex"]]["id"] == f["ruleId"] for f in run["results"])
    assert clean["results"] == []


def test_an_expected_failure_is_suppressed(log: Any) -> None:
    first, second = log["runs"][0]["results"]
    assert "suppressions" not in first
    assert second["suppressions"][0]["justification"] == "Lifecycles come later."


def test_what_the_kit_broke_on_is_no_result(log: Any) -> None:
    said = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert said[0] == {"level": "error", "message": {"text": "sort.keys: KeyError"}}
    assert sum(r.outcome is Outcome.KIT_ERROR for r in REPORT.results) == 1


def test_secrets_stay_inside(log: Any) -> None:
    assert "sesame" not in str(log) and "secret@" not in str(log)
