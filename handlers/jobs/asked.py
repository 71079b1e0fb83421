"""Through which version a job was asked for: its file has the records as that one shows them.

A job itself is carried out once, by the newer face (V-707), whose record does not tell. So what was
asked through the older one is noted beside it, before the job is there.
"""

from contextlib import suppress

import orjson

from handlers.service import Service
from handlers.tasks.task import Json, Task
from persistence.errors import Duplicate, Missing, Stale
from persistence.store import Collection, Draft, Scope

ASKED = Collection("jobs/asked")


async def admit(service: Service, job: Json, _hints: list[str]) -> None:
    """Take every job, and note one that is asked for through the older version."""
    if service.lead is service:
        return
    about: Json = {"id": _name(service.lead, job["id"])}
    with suppress(Duplicate):
        await service.store.create(ASKED, Draft(about["id"], about, orjson.dumps(about)), Scope())


async def asked_of(task: Task) -> Service:
    """The service of jobs that one was asked of, whose siblings show what it is about."""
    service = task.service
    if not service.has_twin:
        return service
    try:
        await service.store.get(ASKED, _name(service, task.id), Scope())
    except Missing:
        return service
    return service.twin


async def forget(task: Task) -> None:
    """Drop the note about a job that is over."""
    service = task.service
    with suppress(Missing, Stale):
        record = await service.store.get(ASKED, _name(service, task.id), Scope())
        await service.store.delete(ASKED, [record], Scope())


def _name(lead: Service, id: str) -> str:
    return f"{lead.collection.name}/{id}"
