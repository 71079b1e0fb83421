"""Two servers side by side: where the same checks end differently."""

from dataclasses import dataclass

from conformance.results import Outcome, Report, Result


@dataclass(frozen=True, slots=True)
class Difference:
    """A check on a resource that ended differently; None where one side did not run it."""

    check: str
    title: str
    resource: str
    rules: tuple[str, ...]
    left: Result | None
    right: Result | None

    @property
    def better(self) -> str:
        """Which side does what the rules ask: `left`, `right`, or neither."""
        sides = {"left": self.left, "right": self.right}
        passed = [name for name, r in sides.items() if r and r.outcome is Outcome.PASSED]
        return passed[0] if len(passed) == 1 else ""


def compare(left: Report, right: Report) -> tuple[Difference, ...]:
    """Every check that ended differently, or that failed in another way, in the order they ran."""
    one, other = _by_check(left), _by_check(right)
    found = []
    for key in dict.fromkeys([*one, *other]):
        sides = one.get(key), other.get(key)
        if _alike(*sides):
            continue
        known = next(result for result in sides if result is not None)
        found.append(Difference(known.check, known.title, known.resource, known.rules, *sides))
    return tuple(found)


def _by_check(report: Report) -> dict[tuple[str, str], Result]:
    return {(result.check, result.resource): result for result in report.results}


def _alike(left: Result | None, right: Result | None) -> bool:
    if left is None or right is None:
        return left is right
    return (left.outcome, set(left.broken)) == (right.outcome, set(right.broken))
