"""Which resources wait for the server, and in which states: put together once at start."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from handlers.service import Service
from handlers.tasks.performers import WORK, Work
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Predicate, Shape, Step

#: The state of failure of a task, as far as its machine has one.
_BROKEN = ("terminatedWithError", "Failed")


@dataclass(frozen=True, slots=True)
class WorkKind:
    """Resources of one kind that wait for the server while their state is one of `states`."""

    service: Service
    work: Work
    states: frozenset[str]
    #: The state in which work ends that cannot be done; None leaves the resource as it is.
    broken: str | None

    @property
    def is_task(self) -> bool:
        """Whether the resources are tasks, which exist to be carried out."""
        return self.service.rules.task

    @property
    def where(self) -> Predicate:
        """What a resource is like that waits."""
        path = (Step(self.service.rules.state or "", Shape.ONE),)
        return Comparison(path, Operator.EQ, tuple(sorted(self.states)), Kind.TEXT)

    def name(self, id: str) -> str:
        """The name of the work on one resource."""
        return f"{self.service.collection.name}/{id}"


def work_kinds(
    services: Iterable[Service], instead: Mapping[str, Work] = MappingProxyType({})
) -> list[WorkKind]:
    """The kinds of work there are among some services; of two faces the newer has it (V-707).

    `instead` is the work that takes the place of the usual one, by collection.
    """
    leading = (service for service in services if service.lead is service)
    return [
        kind
        for service in leading
        if (kind := _kind(service, instead.get(service.collection.name))) is not None
    ]


def _kind(service: Service, instead: Work | None) -> WorkKind | None:
    work = instead or WORK.get(service.rules.performs)
    machine = service.machine
    states = work.waiting(service) if work is not None else frozenset()
    if work is None or not machine or not states:
        return None
    broken = next((state for state in _BROKEN if state in machine.moves), None)
    return WorkKind(service, work, states, broken)
