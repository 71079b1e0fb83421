"""Failures that are known: a file names each with its reason, and says so when it is out of date.

```yaml
expected:
  - rule: R-814
    resource: productOrder
    reason: Lifecycles come with release 2.
```

`check`, `rule`, `resource`, `api` and `version` may hold `*`; what is left out fits all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from conformance.checks import CHECKS
from conformance.flag_types import unknown
from conformance.reports.tally import broken
from conformance.requirements import requirements
from conformance.results import Outcome, Report, Result, Target
from conformance.verdict import verdict_of
from tmf_apis.given_files import GivenFileError, faults, read_file


class ExpectedError(Exception):
    """A file of expected failures that cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One entry: which failures are expected, and why."""

    reason: str
    check: str = "*"
    rule: str = "*"
    resource: str = "*"
    api: str = "*"
    version: str = "*"

    def __str__(self) -> str:
        names = ("check", "rule", "resource", "api", "version")
        said = [f"{name} {value}" for name in names if (value := getattr(self, name)) != "*"]
        return f"{', '.join(said)} ({self.reason})"

    def concerns(self, target: Target) -> bool:
        """Whether the entry speaks of this API in this version."""
        return fnmatchcase(target.api, self.api) and fnmatchcase(target.version, self.version)

    def looks_at(self, result: Result) -> bool:
        """Whether the entry speaks of this check on this resource, failed or not."""
        return (
            fnmatchcase(result.check, self.check)
            and fnmatchcase(result.resource, self.resource)
            and any(fnmatchcase(rule, self.rule) for rule in result.rules)
        )

    def excuses(self, result: Result, rule: str) -> bool:
        """Whether a failure that breaks this rule was expected."""
        return self.looks_at(result) and fnmatchcase(rule, self.rule)


class _EntrySchema(Schema):
    reason = fields.String(required=True, validate=validate.Length(min=1))
    check = fields.String()
    rule = fields.String()
    resource = fields.String()
    api = fields.String()
    version = fields.String()

    @validates_schema
    def names_something(self, data: dict[str, Any], **_: Any) -> None:
        if not {"check", "rule"} & set(data):
            raise ValidationError("An entry needs a check or a rule.")

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> Expected:
        return Expected(**data)


class _FileSchema(Schema):
    expected = fields.List(fields.Nested(_EntrySchema), required=True)


def read(path: Path) -> tuple[Expected, ...]:
    """The entries of a file; raises `ExpectedError`."""
    try:
        loaded: dict[str, list[Expected]] = _FileSchema().load(read_file(path))
    except GivenFileError as error:
        raise ExpectedError(str(error)) from error
    except ValidationError as error:
        raise ExpectedError(f"{path}: {faults(error.messages)}") from error
    for entry in loaded["expected"]:
        for what, pattern, known in (
            ("rule", entry.rule, requirements()),
            ("check", entry.check, CHECKS),
        ):
            if not any(fnmatchcase(name, pattern) for name in known):
                raise ExpectedError(f"{path}: {unknown(what, pattern, known)}")
    return tuple(loaded["expected"])


def apply(report: Report, entries: Sequence[Expected]) -> Report:
    """The report with expected failures excused, its verdict without them, and the entries that
    did not fail.
    """
    entries = [entry for entry in entries if entry.concerns(report.target)]
    results = tuple(replace(r, excused=_excuse(r, entries)) for r in report.results)
    drifted = tuple(str(entry) for entry in entries if _drifted(entry, results))
    verdict = verdict_of(results, report.profile) if results else report.verdict
    return replace(report, results=results, drifted=drifted, verdict=verdict)


def _excuse(result: Result, entries: Sequence[Expected]) -> str:
    """The reasons why a failure was expected; none unless every rule it breaks is covered."""
    if result.outcome is not Outcome.FAILED:
        return ""
    reasons = {
        rule: next((entry.reason for entry in entries if entry.excuses(result, rule)), "")
        for rule in broken(result)
    }
    if not all(reasons.values()):
        return ""
    return "; ".join(dict.fromkeys(reasons.values()))


def _drifted(entry: Expected, results: Sequence[Result]) -> bool:
    """Whether what the entry speaks of was tried, and never failed as expected."""
    seen = [result for result in results if entry.looks_at(result)]
    failed = [
        result
        for result in seen
        if result.outcome is Outcome.FAILED
        and any(entry.excuses(result, rule) for rule in broken(result))
    ]
    return not failed and any(result.outcome is Outcome.PASSED for result in seen)
