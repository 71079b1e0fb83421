"""A piece of work as its performer sees it: what there is to do, and the means to do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers.changing import Decision, alter
from handlers.service import Service
from handlers.tasks.holding import Holding
from persistence.store import Event
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import By

Json = dict[str, Any]


class Later(Exception):
    """There is nothing to do yet; look again in so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Stopped(Exception):
    """Somebody else ended the task."""


class Failed(Exception):
    """The work cannot be done, and never will be; the text says why."""


@dataclass(slots=True)
class Task:
    """A resource that waits for the server: a task, or an order.

    `document` is it as it was found, or as it was last changed here. Every change is by
    compare-and-set and raises its events; doing the same again changes nothing.
    """

    service: Service
    document: Json
    holding: Holding

    @property
    def id(self) -> str:
        """The id of the resource."""
        return str(self.document["id"])

    @property
    def name(self) -> str:
        """The name of the work, unique among all kinds."""
        return self.holding.record.id

    @property
    def target(self) -> Service:
        """The service of the resource that the task acts on."""
        return self.service.siblings[self.service.rules.target]

    @property
    def state(self) -> Any:
        """The state of the resource, as it was last seen."""
        return self.document.get(self.service.rules.state or "")

    async def move(self, state: str, **attributes: Any) -> None:
        """Move the resource on, with further attributes; one with None is removed.

        Nothing happens to one that is in that state already. Raises `Stopped` for one that is in
        another state which is final.
        """
        await self.end(state, attributes)

    async def end(self, state: str, attributes: Json, told: Sequence[Event] = ()) -> None:
        """The same; what is `told` is written with the move, beside its own events."""
        name, machine = self.service.rules.state or "", self.service.machine

        def decide(document: Json) -> Json | None:
            if document.get(name) == state:
                return None
            if machine and document.get(name) in machine.final:
                raise Stopped(self.id)
            wanted = document | {name: state} | attributes
            return {key: value for key, value in wanted.items() if value is not None}

        moment = self.moment(self.service)
        self.document = await alter(self.service, self.id, decide, moment, told)

    async def go_on(self) -> None:
        """Return if the task is still to be carried out. Raises `Stopped` if somebody ended it."""
        state = self.state
        await self.move(str(state))

    async def alter(self, service: Service, id: str, decide: Decision) -> Json:
        """A resource after the server changed it as `decide` wants. Raises `Missing`."""
        return await alter(service, id, decide, self.moment(service))

    def moment(self, service: Service) -> Moment:
        """The circumstances of a change that the server makes."""
        return Moment(service.now, By.SERVER)
