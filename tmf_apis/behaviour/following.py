"""The way of every write: complete, check, settle, stamp (docs/decisions/0008)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tmf_apis.behaviour.lifecycle import check, stamped
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import Machine
from tmf_apis.rules.base import ResourceRules

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a resource behaves: its rules, its machines, and what is particular to its kind.

    `complete` gives what a wish implies, before it is checked; `settle` its consequences, after.
    Both take the document before (None for a new one) and the one wished.
    """

    rules: ResourceRules
    machines: tuple[Machine, ...]
    complete: "Step | None" = None
    settle: "Step | None" = None
    #: The machines of attributes of the resource itself, which every write is asked by.
    own: tuple[Machine, ...] = field(init=False, repr=False, compare=False)
    _by_name: dict[str, Machine] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the machines by what they are asked by."""
        own = tuple(machine for machine in self.machines if len(machine.path) == 1)
        object.__setattr__(self, "own", own)
        object.__setattr__(self, "_by_name", {machine.name: machine for machine in self.machines})

    def machine(self, name: str) -> Machine | None:
        """The machine of an attribute: `state`, `productOrderItem.state`."""
        return self._by_name.get(name)


Step = Callable[[Behaviour, Json | None, Json, Moment], Json]


def follow(behaviour: Behaviour, before: Json | None, after: Json, moment: Moment) -> Json:
    """The document to store for the one that is wished; the one given is not changed.

    Raises `TmfError`, 409 for an illegal move.
    """
    if behaviour.complete is not None:
        after = behaviour.complete(behaviour, before, after, moment)
    check(behaviour.own, before, after, moment)
    if behaviour.settle is not None:
        after = behaviour.settle(behaviour, before, after, moment)
    return stamped(behaviour.own, before, after, moment)
