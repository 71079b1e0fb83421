"""The machines of a resource at work: moves are checked, and states bring their times with them.

Pure. Only the machines of attributes of the resource itself are asked here; the states of an
order's items are checked in `orders`.
"""

from collections.abc import Iterable
from typing import Any

from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import Machine, Mode, When
from tmf_apis.lifecycles.moving import beginning_fault, move_fault
from tmf_apis.tmf630.errors import ILLEGAL_STATE, TmfError

Json = dict[str, Any]


def check(machines: Iterable[Machine], before: Json | None, after: Json, moment: Moment) -> None:
    """Raise `TmfError` (409) for a beginning or a move that an enforced machine does not know
    (R-814, L-001); of one that only warns, put it into the warnings.

    `before` is None for a new resource.
    """
    for machine in machines:
        state = after.get(machine.name)
        if before is None:
            fault = (
                None if state is None else beginning_fault(machine, state, moment.by, moment.words)
            )
        else:
            fault = move_fault(machine, before.get(machine.name), state, moment.by, moment.words)
        if fault is not None:
            refuse(machine, f"/{machine.name}", fault, moment)


def refuse(machine: Machine, pointer: str, fault: str, moment: Moment) -> None:
    """Raise `TmfError` (409) for an illegal move, or warn of it, as the machine's mode is."""
    if machine.mode is Mode.ENFORCED:
        raise TmfError(ILLEGAL_STATE, f"{pointer}: {fault}")
    if machine.mode is Mode.WARNED:
        moment.warnings.append(f"{pointer} {fault}")


def brought(machines: Iterable[Machine], before: Json, after: Json) -> frozenset[str]:
    """The attributes that a change of state brings with it: of those alone no event tells (D17)."""
    names: set[str] = set()
    for machine in machines:
        state = after.get(machine.path[0])
        if machine.stamps and state != before.get(machine.path[0]):
            names |= machine.stamps.get(str(state), {}).keys()
    return frozenset(names)


def stamped(machines: Iterable[Machine], before: Json | None, after: Json, moment: Moment) -> Json:
    """The resource with the times that its new states bring, where the change itself gave none,
    and with what they make true.
    """
    old: Json = before or {}
    for machine in machines:
        state = after.get(machine.name)
        if not machine.stamps or state == old.get(machine.name):
            continue
        for stamp, when in machine.stamps.get(str(state), {}).items():
            given = after.get(stamp)
            if given is None or (when is not When.FIRST and given == old.get(stamp)):
                after = after | {stamp: True if when is When.TRUE else moment.now}
    return after
