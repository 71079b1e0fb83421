"""The coverage matrix: each rule, the checks that verify it, and why others have none.

`python -m conformance.matrix` prints it as Markdown; `docs/conformance-coverage.md` is that.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.check import Check
from conformance.checks import CHECKS
from conformance.requirements import Requirement, requirements
from conformance.results import Level


@dataclass(frozen=True, slots=True)
class Row:
    """One rule with its checks."""

    rule: Requirement
    checks: tuple[Check, ...]

    @property
    def covered(self) -> bool:
        """Whether a check verifies the rule."""
        return bool(self.checks)


def rows() -> list[Row]:
    """Every rule, in the order of the rule book."""
    by_rule: dict[str, list[Check]] = {}
    for check in CHECKS.values():
        for rule in check.rules:
            by_rule.setdefault(rule, []).append(check)
    return [Row(rule, tuple(by_rule.get(rule.id, ()))) for rule in requirements().values()]


def unexplained() -> list[str]:
    """Rules that have neither a check nor a reason, and rules that have both."""
    return [row.rule.id for row in rows() if row.covered == bool(row.rule.unchecked)]


def markdown() -> str:
    """The matrix as a page."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    found = rows()
    yield "# What the conformance kit checks"
    yield ""
    yield "Written by `python -m conformance.matrix > docs/conformance-coverage.md`."
    yield ""
    yield f"{len(CHECKS)} checks verify {sum(r.covered for r in found)} of {len(found)} rules."
    yield ""
    yield "| level | rules | with checks | with a reason |"
    yield "|---|---|---|---|"
    for level in Level:
        of_level = [row for row in found if row.rule.level is level]
        covered = sum(row.covered for row in of_level)
        yield f"| {level.value} | {len(of_level)} | {covered} | {len(of_level) - covered} |"
    yield ""
    yield "| rule | level | versions | what it asks | checks, or why there are none |"
    yield "|---|---|---|---|---|"
    for row in found:
        checks = "<br>".join(f"`{check.name}`" for check in row.checks)
        text = row.rule.text.replace("|", "\\|")
        versions = " ".join(row.rule.versions)
        why = checks or row.rule.unchecked
        yield f"| {row.rule.id} | {row.rule.level.value} | {versions} | {text} | {why} |"


if __name__ == "__main__":
    print(markdown(), end="")
