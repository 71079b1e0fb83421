"""exportJob: the records of a resource, or of all, are written into a file (R-620-09).

The writes, in order: the job to `Running`; the file beside its place, then into its place; the
job to `Succeeded`. A job that goes on begins the file anew.
"""

import asyncio

from handlers.jobs.asked import asked_of, forget
from handlers.jobs.packing import Writer
from handlers.jobs.places import places
from handlers.jobs.subjects import subjects
from handlers.representation import location, whole
from handlers.service import Service
from handlers.tasks.task import Failed, Task
from handlers.walking import walk
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.listing import parse_listing
from tmf_apis.tmf630.paging import Limits
from tmf_apis.tmf630.query import Predicate

#: Records that are read at once.
BATCH = 200


async def perform(task: Task) -> None:
    """Write the file that the job names."""
    job = task.document
    chosen = subjects(await asked_of(task), job.get("path"))
    wheres = {name: _where(service, job.get("query")) for name, service in chosen.items()}
    await task.move("Running")
    url = str(job.get("url"))
    async with places(task.service.settings).writing(url, task.id) as file:
        writer = Writer(file, url, str(job.get("contentType") or ""))
        done = 0
        for name, service in chosen.items():
            done = await _write(task, service, wheres[name], writer, done)
        writer.close()
    await task.move("Succeeded", errorLog=None)
    await forget(task)


def _where(service: Service, query: object) -> Predicate:
    """What a record is like that is exported. Raises `Failed`."""
    if not query:
        return parse_listing("", service.spec.attributes, Limits(0, 0)).query.where
    try:
        asked = str(query).removeprefix("?")
        return parse_listing(asked, service.spec.attributes, Limits(0, 0)).query.where
    except TmfError as error:
        raise Failed(f"query: {error.message}") from error


async def _write(task: Task, service: Service, where: Predicate, writer: Writer, done: int) -> int:
    """Write the records of one resource; how many are written by then."""
    url = service.settings.origin + service.collection.name
    async for records in walk(service.store, service.collection, where, BATCH):
        for record in records:
            writer.write(whole(record.id, record.body, location(record, url)))
        done += len(records)
        await task.holding.note(done=done)
        await task.go_on()
        await asyncio.sleep(0)
    return done
