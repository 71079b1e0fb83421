"""The coverage matrix: each rule, the checks that verify it, and why others have none.

A check verifies a rule when it was seen to blame it, on a flawed server (`requirements.proven`);
where it only could, it looks at it. `python -m conformance.matrix` prints the matrix as Markdown;
`docs/conformance-coverage.md` is that.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.check import Check
from conformance.checks import CHECKS
from conformance.requirements import Requirement, proven, requirements
from conformance.results import Level


@dataclass(frozen=True, slots=True)
class Row:
    """One rule with its checks."""

    rule: Requirement
    checks: tuple[Check, ...]

    @property
    def covered(self) -> bool:
        """Whether a check looks at the rule."""
        return bool(self.checks)

    @property
    def verified(self) -> bool:
        """Whether a check was seen to blame it."""
        return any(verifies(check, self.rule.id) for check in self.checks)


def verifies(check: Check, rule: str) -> bool:
    """Whether a check was seen to blame a rule."""
    return rule in proven().get(check.name, {})


def unproven() -> list[str]:
    """The checks that no flawed server has tripped yet."""
    return [name for name in CHECKS if name not in proven()]


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
    verified, looked_at = sum(r.verified for r in found), sum(r.covered for r in found)
    yield "# What the conformance kit checks"
    yield ""
    yield "Written by `python -m conformance.matrix > docs/conformance-coverage.md`."
    yield ""
    yield f"{len(CHECKS)} checks look at {looked_at} of {len(found)} rules, and verify {verified}."
    yield "A check verifies a rule when it was seen to blame one of the"
    yield "[flawed servers](conformance-flaws.md) for it; those that only could are in brackets."
    tripped = len(CHECKS) - len(unproven())
    yield f"{tripped} checks have been tripped so, {len(unproven())} have not yet."
    yield ""
    yield "| level | rules | verified | looked at | with a reason |"
    yield "|---|---|---|---|---|"
    for level in Level:
        of_level = [row for row in found if row.rule.level is level]
        seen, covered = (
            sum(row.verified for row in of_level),
            sum(row.covered for row in of_level),
        )
        yield (
            f"| {level.value} | {len(of_level)} | {seen} | {covered - seen} "
            f"| {len(of_level) - covered} |"
        )
    yield ""
    yield "| rule | level | versions | what it asks | checks, or why there are none |"
    yield "|---|---|---|---|---|"
    for row in found:
        text = row.rule.text.replace("|", "\\|")
        versions = " ".join(row.rule.versions)
        why = "<br>".join(_told(row)) or row.rule.unchecked
        yield f"| {row.rule.id} | {row.rule.level.value} | {versions} | {text} | {why} |"


def _told(row: Row) -> list[str]:
    """The checks of a rule, those that verify it first."""
    seen = [check for check in row.checks if verifies(check, row.rule.id)]
    others = [check for check in row.checks if check not in seen]
    return [f"`{check.name}`" for check in seen] + [f"(`{check.name}`)" for check in others]


if __name__ == "__main__":
    print(markdown(), end="")
