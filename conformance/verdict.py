"""What the results of a run say of the server as a whole (D10)."""

from collections import Counter
from collections.abc import Iterable, Sequence

from conformance.results import Level, Outcome, Result, Verdict

#: The exit code of the command for each verdict.
EXIT = {Verdict.CONFORMANT: 0, Verdict.NOT_CONFORMANT: 1, Verdict.NOT_JUDGED: 2}
#: That of a run that was told to end.
INTERRUPTED = 3
_JUDGED = (Outcome.PASSED, Outcome.FAILED)


def verdict_of(results: Sequence[Result], profile: str = "full") -> Verdict:
    """One failure that is not excused decides; else enough must have been tried.

    That is as much as was skipped, of every resource. A run that may not write cannot fill an
    empty collection: there it is as much as was skipped of all resources together.

    A failed SHOULD, MAY or CHOICE counts as well: such a check fails only when what is offered
    is wrong, or is none of the behaviours that the rule names.
    """
    if any(r.outcome is Outcome.FAILED and not r.excused for r in results):
        return Verdict.NOT_CONFORMANT
    groundless = _mostly_skipped(_binding(results)) if profile == "read-only" else untried(results)
    judged = any(r.outcome in _JUDGED for r in results)
    broke = any(r.outcome is Outcome.KIT_ERROR for r in results)
    return Verdict.NOT_JUDGED if broke or groundless or not judged else Verdict.CONFORMANT


def untried(results: Iterable[Result]) -> tuple[str, ...]:
    """What could not be judged, a sentence each with how much was skipped and why.

    That is a resource of which more checks were skipped than judged. The binding ones alone are
    counted where there are any, so that a wealth of options cannot hide what had no ground.
    """
    by_resource: dict[str, list[Result]] = {}
    for result in results:
        by_resource.setdefault(result.resource, []).append(result)
    return tuple(
        _sentence(resource or "the API as a whole", counted)
        for resource, found in by_resource.items()
        if _mostly_skipped(counted := _binding(found))
    )


def _binding(results: Iterable[Result]) -> list[Result]:
    """The results that decide whether something was judged."""
    ended = [r for r in results if r.outcome in (*_JUDGED, Outcome.SKIPPED)]
    return [r for r in ended if r.level is Level.MUST] or ended


def _mostly_skipped(counted: list[Result]) -> bool:
    skipped = sum(r.outcome is Outcome.SKIPPED for r in counted)
    return skipped > len(counted) - skipped


def _sentence(name: str, counted: list[Result]) -> str:
    reasons = Counter(r.reason for r in counted if r.outcome is Outcome.SKIPPED)
    ((reason, _),) = reasons.most_common(1)
    return (
        f"{name} could not be judged: {reasons.total()} of {len(counted)} checks were skipped, "
        f"most often because: {reason}"
    )
