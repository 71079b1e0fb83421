"""Whether a machine knows a beginning or a move, in words for whoever wished it (R-814, L-001).

Pure: a machine and states in, None or what is wrong out. `words` are states as whoever wished
spells them, where that is not as the machine does.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tmf_apis.lifecycles.machine import By, Machine

Words = Mapping[str, str] | None


def beginning_fault(machine: Machine, state: Any, by: By, words: Words = None) -> str | None:
    """Why a new resource may not begin in a state, or None when it may."""
    known = _known(machine, state)
    if known is None:
        return (
            None if machine.open else f"{state} is no state; use {_listed(machine.states, words)}."
        )
    if not machine.begins:
        return None
    if machine.begins.get(known, By.CLIENT if by is By.SERVER else By.SERVER).allows(by):
        return None
    legal = [name for name, who in machine.begins.items() if who.allows(by)]
    return f"none begins as {_said(state, words)}; it may begin as {_listed(legal, words)}."


def move_fault(
    machine: Machine, before: Any, after: Any, by: By, words: Words = None
) -> str | None:
    """Why a state may not follow another, or None when it may.

    Staying is no move (L-001), and values that the machine does not bind are free (L-620-2).
    """
    if before == after:
        return None
    old, new = _known(machine, before), _known(machine, after)
    if new is None:
        return (
            None if machine.open else f"{after} is no state; use {_listed(machine.states, words)}."
        )
    if old is None or old == new:
        return None
    targets = machine.moves[old]
    if new in targets and targets[new].allows(by):
        return None
    legal = [name for name, who in targets.items() if who.allows(by)]
    was, wished = _said(before, words), _said(after, words)
    if not legal:
        return f"{was} cannot become {wished}: {was} is final."
    return f"{was} cannot become {wished}; it may become {_listed(legal, words)}."


def _known(machine: Machine, state: Any) -> str | None:
    """The state of the table that a value spells, or None."""
    if not isinstance(state, str):
        return None
    if state in machine.moves:
        return state
    if not machine.folded:
        return None
    folded = _folded(state)
    return next((name for name in machine.moves if _folded(name) == folded), None)


def _folded(state: str) -> str:
    return "".join(state.split()).casefold()


def _said(state: str, words: Words) -> str:
    return state if words is None else words.get(state, state)


def _listed(states: Iterable[str], words: Words) -> str:
    *first, last = dict.fromkeys(_said(state, words) for state in states)
    return f"{', '.join(first)} or {last}" if first else last
