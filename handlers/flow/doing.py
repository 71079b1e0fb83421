"""One step of an order that is being done, or undone, and what all kinds of steps need."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.flow.activation import Activation
from handlers.flow.reach import Reach
from persistence.errors import Missing
from tmf_apis.flow.planner import id_of

Json = dict[str, Any]


class Taken(Exception):
    """What a step would make is there, and somebody else's; the text says what."""


@dataclass(slots=True)
class Doing:
    """One step of an order that is being done, or undone."""

    reach: Reach
    activation: Activation
    order: Json
    step: Json
    #: Whether the whole order is cancelled, and not a part of it given up.
    cancelled: bool = False
    #: What is to be noted with the step.
    noted: Json = field(default_factory=dict)
    #: Whether the step is to be done again, once that is written down.
    again: bool = False

    #: Which resource of a pool stands in for one that the plan would have made.
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def about(self) -> Json:
        """What the step makes."""
        return resolved(self.step["about"], self.chosen)

    @property
    def now(self) -> str:
        """The time of this moment."""
        return self.reach.orders.now()

    def id(self, *names: str) -> str:
        """The id of something this step makes."""
        return id_of(self.order["id"], self.step["id"], *names)


def resolved(about: Json, chosen: Mapping[str, str]) -> Json:
    """What a step makes, with the resources that were chosen in place of those planned."""
    if not chosen:
        return about

    def named(resources: list[Json]) -> list[Json]:
        return [
            one | {"resource": chosen.get(one["resource"], one["resource"])} for one in resources
        ]

    found = dict(about)
    if "resources" in found:
        found["resources"] = named(found["resources"])
    if "line" in found:
        found["line"] = found["line"] | {"resources": named(found["line"]["resources"])}
    return found


async def if_there(work: Awaitable[Any]) -> None:
    """Do something to a record; nothing where it is not there any more."""
    try:
        await work
    except Missing:
        return
