"""Steps that an operator's own Python does in place of ours: entry points of installed packages.

A package offers, in the group `tmf_apis.flow_steps` and by the kind of a step, something with two
coroutine functions: `do` does a step and `undo` undoes it. Both take a `Doing` and may be called
again for the same step, which then changes nothing. What a package offers is used for the kinds
alone that a setting names, so that nothing changes by what happens to be installed.
"""

from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from inspect import iscoroutinefunction

from handlers.flow.steps import STEPS, Deed

GROUP = "tmf_apis.flow_steps"

Steps = Mapping[str, tuple[Deed, Deed]]


class ReplacementError(ValueError):
    """A step that is to be replaced and cannot be; the text says why."""


def steps_of(kinds: Iterable[str]) -> Steps:
    """What each kind of step does and how it is undone, of some kinds by an operator's own Python.

    Raises `ReplacementError`.
    """
    return {**STEPS, **{kind: _replacement(kind) for kind in kinds}}


def _replacement(kind: str) -> tuple[Deed, Deed]:
    found = list(entry_points(group=GROUP, name=kind))
    if len(found) != 1:
        many = ", ".join(sorted(one.value for one in found)) or "none"
        raise ReplacementError(
            f"TMF_FLOW_STEPS: one entry point {kind} of {GROUP} is needed, there is {many}"
        )
    return _loaded(found[0])


def _loaded(point: EntryPoint) -> tuple[Deed, Deed]:
    try:
        offered = point.load()
        do, undo = offered.do, offered.undo
    except Exception as error:  # Whatever importing a package of somebody else does.
        why = f"{type(error).__name__}: {error}"
        raise ReplacementError(f"TMF_FLOW_STEPS: {point.name} = {point.value}: {why}") from error
    if not (iscoroutinefunction(do) and iscoroutinefunction(undo)):
        why = "do and undo are to be coroutine functions"
        raise ReplacementError(f"TMF_FLOW_STEPS: {point.name} = {point.value}: {why}")
    return do, undo
