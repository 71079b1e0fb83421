"""One event for the many changes of a job, where the file of the API has such (R-1020).

It comes beside the event of each change, and tells of a catalogue: of every one that the job
changed, or of which it changed a category, or what is listed in one. It is written with the end
of the job.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from handlers.raising import telling
from handlers.service import Service
from handlers.tasks.task import Json, Task
from persistence.store import Event, Scope
from tmf_apis.tmf630.events import Happening
from tmf_apis.tmf630.query import AnyOf, Comparison, Kind, Operator, Path, Query, Shape, Step

#: The kind of event, and the attribute that says where something is listed.
BATCH, LISTED = "Batch", "category"
#: Changes that are many; places that are remembered, and catalogues told of, at most.
MANY, MOST_PLACES, MOST = 2, 500, 100

_ID: Path = (Step("id", Shape.ONE),)
_LISTED: Path = (Step(LISTED, Shape.MANY), Step("id", Shape.ONE))


class Changes:
    """How much a job has changed, and the ids of the catalogues and categories it was in."""

    def __init__(self, noted: Json) -> None:
        self.count: int = noted.get("changes", 0)
        self.places: set[str] = set(noted.get("places", ()))

    @property
    def notes(self) -> Json:
        """What is kept of it while the job goes on."""
        return {"changes": self.count, "places": sorted(self.places)}

    def add(self, service: Service, document: Json) -> None:
        """Take note of a record that the job wrote."""
        self.count += 1
        if len(self.places) >= MOST_PLACES:
            return
        is_catalogue = BATCH in service.events
        if is_catalogue or service.spec.name == LISTED:
            self.places.add(document["id"])
        if not is_catalogue:
            self.places.update(_listed(document.get(LISTED)))


async def told(task: Task, changes: Changes) -> list[Event]:
    """The events that go with the end of a job."""
    holders = [service for service in _faces(task.service) if BATCH in service.events]
    if changes.count < MANY or not changes.places:
        return []
    places = sorted(changes.places)
    return [event for holder in holders for event in await _of(task.service, holder, places)]


def _faces(job: Service) -> Iterator[Service]:
    """What the API of a job serves, and the other faces of that."""
    for service in job.siblings.values():
        yield service
        if service.has_twin:
            yield service.twin


async def _of(job: Service, holder: Service, places: list[str]) -> list[Event]:
    """One event for each of the catalogues that are, or hold, one of some places."""
    where = AnyOf(
        tuple(Comparison(path, Operator.EQ, tuple(places), Kind.TEXT) for path in (_ID, _LISTED))
    )
    found = await holder.store.find(holder.collection, Query(where, limit=MOST), Scope())
    url = holder.settings.origin + holder.collection.name
    batch = Happening(holder.events[BATCH])
    told_of = "" if holder.api is job.api else holder.collection.name
    return [
        telling(holder, url, batch, {"id": record.id, **orjson.loads(record.body)}, told_of)
        for record in found.records
        if record.latest
    ]


def _listed(references: Any) -> Iterator[str]:
    for one in references if isinstance(references, list) else ():
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            yield one["id"]
