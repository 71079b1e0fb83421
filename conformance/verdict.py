"""What the results of a run say of the server as a whole (D10)."""

from collections.abc import Iterable, Sequence

from conformance.results import Outcome, Result, Verdict

#: The exit code of the command for each verdict.
EXIT = {Verdict.CONFORMANT: 0, Verdict.NOT_CONFORMANT: 1, Verdict.NOT_JUDGED: 2}


def verdict_of(results: Sequence[Result]) -> Verdict:
    """One failure that is not excused decides; else everything must have been tried.

    A failed SHOULD, MAY or CHOICE counts as well: such a check fails only when what is offered
    is wrong, or is none of the behaviours that the rule names.
    """
    if any(r.outcome is Outcome.FAILED and not r.excused for r in results):
        return Verdict.NOT_CONFORMANT
    if any(r.outcome is Outcome.KIT_ERROR for r in results) or untried(results):
        return Verdict.NOT_JUDGED
    return Verdict.CONFORMANT


def untried(results: Iterable[Result]) -> list[str]:
    """Resources of which something was to be judged and nothing could be."""
    tried: dict[str, set[Outcome]] = {}
    for result in results:
        tried.setdefault(result.resource, set()).add(result.outcome)
    judged = {Outcome.PASSED, Outcome.FAILED}
    found = [name for name, seen in tried.items() if Outcome.SKIPPED in seen and not judged & seen]
    return found if tried else ["everything"]
