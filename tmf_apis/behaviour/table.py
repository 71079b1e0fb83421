"""Which functions belong to which kind of resource; `reaction` in the rules names the kind."""

from tmf_apis.behaviour import alarms, bills, orders
from tmf_apis.behaviour.following import Behaviour, Step
from tmf_apis.lifecycles.machine import Machine
from tmf_apis.rules.base import ResourceRules

#: What completes a wish, and what settles its consequences.
_REACTIONS: dict[str, tuple[Step | None, Step | None]] = {
    "": (None, None),
    "alarm": (alarms.complete, None),
    "bill": (None, bills.settle),
    "order": (None, orders.settle),
}


def behaviour_of(rules: ResourceRules, machines: tuple[Machine, ...]) -> Behaviour | None:
    """The behaviour of a resource, or None when nothing follows from a write to it."""
    complete, settle = _REACTIONS[rules.reaction]
    if complete is None and settle is None and not machines:
        return None
    return Behaviour(rules, machines, complete, settle)
