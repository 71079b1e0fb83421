"""What a report adds up to: counts by level and resource, and the standing of every rule."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from conformance.results import Level, Outcome, Report, Result

Key = TypeVar("Key")


class Standing(StrEnum):
    """How a result counts, the gravest first: an outcome, or a failure that was expected."""

    FAILED = "failed"
    KIT_ERROR = "kit error"
    EXPECTED = "expected failure"
    SKIPPED = "skipped"
    PASSED = "passed"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class RuleTally:
    """A rule, how it stands, and the results that looked at it, the gravest first."""

    rule: str
    standing: Standing
    results: tuple[Result, ...]


def standing(result: Result) -> Standing:
    """How a result counts."""
    if result.outcome is Outcome.FAILED and result.excused:
        return Standing.EXPECTED
    return Standing(result.outcome.value)


def counts(report: Report) -> dict[str, int]:
    """How many results stand how, the gravest first; what was skipped is told even if nothing was.

    Nobody should have to ask on how much a verdict rests.
    """
    found = Counter(map(standing, report.results))
    told = [how for how in Standing if found[how] or how is Standing.SKIPPED]
    return {how.value: found[how] for how in told}


def by_level(report: Report) -> dict[Level, Counter[Standing]]:
    """How many results of each level stand how; every level is there."""
    return _counts(report.results, list(Level), lambda result: result.level)


def by_resource(report: Report) -> dict[str, Counter[Standing]]:
    """How many results of each resource stand how; the API as a whole is the empty name."""
    names = list(dict.fromkeys(result.resource for result in report.results))
    return _counts(report.results, names, lambda result: result.resource)


def by_rule(report: Report) -> list[RuleTally]:
    """Every rule that was looked at, in the order of their ids."""
    rules = sorted({rule for result in report.results for rule in result.rules})
    return [_of_rule(rule, report.results) for rule in rules]


def failures(report: Report) -> list[Result]:
    """The results that speak against the server, binding ones first."""
    failed = [result for result in report.results if standing(result) is Standing.FAILED]
    return sorted(failed, key=lambda result: list(Level).index(result.level))


def broken(result: Result) -> tuple[str, ...]:
    """The rules a failure breaks: those it names, else the first it verifies."""
    return result.broken or result.rules[:1]


def _of_rule(rule: str, results: Iterable[Result]) -> RuleTally:
    looked = sorted((r for r in results if rule in r.rules), key=lambda r: _gravity(rule, r))
    return RuleTally(rule, _standing_for(rule, looked[0]), tuple(looked))


def _standing_for(rule: str, result: Result) -> Standing:
    """How a result counts for one rule: a failure of other rules says nothing against this one."""
    if result.outcome is Outcome.FAILED and rule not in broken(result):
        return Standing.PASSED
    return standing(result)


def _gravity(rule: str, result: Result) -> int:
    return list(Standing).index(_standing_for(rule, result))


def _counts(
    results: Iterable[Result], keys: list[Key], key: Callable[[Result], Key]
) -> dict[Key, Counter[Standing]]:
    counts: dict[Key, Counter[Standing]] = {name: Counter() for name in keys}
    for result in results:
        counts[key(result)][standing(result)] += 1
    return counts
