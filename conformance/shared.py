"""What the trials of one run have in common, and the end of the records they made."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from conformance.bodies import Bodies
from conformance.client import Client, NoAnswer, Session
from conformance.cohort import Cohort
from conformance.invariants.observer import Observer
from conformance.invariants.seen import HUB, place
from conformance.listener import Inbox, Listener
from conformance.options import Options
from conformance.oracle.records import Hostile
from conformance.outcomes import NotApplicable, Skipped
from conformance.shapes import Shapes
from conformance.turns import Turns
from tmf_apis.spec.model import ApiSpec

Value = TypeVar("Value")
#: What was made once in a run, by name, or why it could not be.
Known = dict[str, Value | Skipped | NotApplicable]


@dataclass(slots=True)
class Shared:
    """What the trials of one run have in common."""

    api: ApiSpec
    options: Options
    client: Client
    shapes: Shapes
    bodies: Bodies
    listener: Listener
    #: What is seen of every exchange.
    observer: Observer
    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    #: Where each nested collection is, by its path in the file.
    places: dict[str, str] = field(default_factory=dict)
    #: The cohort of each resource, or why there is none.
    cohorts: Known[Cohort] = field(default_factory=dict)
    #: The hostile records of each resource, likewise.
    hostile: Known[Hostile] = field(default_factory=dict)
    #: The inbox that the checks of events have in common.
    inbox: Inbox | None = None
    #: The path of its registration while there is one, and whose turn it is to have one.
    registration: str | None = None
    turns: Turns = field(default_factory=Turns)
    #: Paths of records that outlive the check that made them.
    kept: list[str] = field(default_factory=list)
    #: How many records there is no way to remove, by collection.
    left: dict[str, int] = field(default_factory=dict)
    #: Paths of records that were not removed though they could be.
    stranded: list[str] = field(default_factory=list)
    #: The same of the other version of the API, where a run is about both.
    other: "Shared | None" = None

    async def once(
        self, name: str, known: Known[Value], make: Callable[[], Awaitable[Value]]
    ) -> Value:
        """What is made once in a run, whoever asks for it first.

        Raises `Skipped` or `NotApplicable` to all where that was so for the first.
        """
        async with self.locks.setdefault(name, asyncio.Lock()):
            if name not in known:
                try:
                    known[name] = await make()
                except (Skipped, NotApplicable) as reason:
                    known[name] = reason
        found = known[name]
        if isinstance(found, Skipped | NotApplicable):
            raise type(found)(str(found))
        return found


def share(api: ApiSpec, base: str, options: Options, listener: Listener) -> Shared:
    """What the trials of one version have in common; every exchange is looked at."""
    bodies, shapes, client = Bodies(api, options.fixtures), Shapes(api), Client(base, options)
    observer = Observer(api, base, shapes)
    client.watch = observer.saw
    return Shared(api, options, client, shapes, bodies, listener, observer)


async def remove(shared: Shared, session: Session, paths: list[str]) -> None:
    """Delete records by path, the latest first; what the API cannot delete is counted, and what
    it does not delete is kept in mind.
    """
    while paths:
        path = paths.pop()
        at = place(shared.api, shared.client.base, shared.client.base + path)
        if at.kind != HUB and (at.spec is None or "DELETE" not in at.spec.item_methods):
            collection = path.rpartition("/")[0]
            shared.left[collection] = shared.left.get(collection, 0) + 1
        elif not await _gone(session, path):
            shared.stranded.append(path)


async def _gone(session: Session, path: str) -> bool:
    try:
        return (await session.send("DELETE", path)).status in (202, 204, 200, 404, 410)
    except NoAnswer:
        return False
