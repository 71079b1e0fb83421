"""importJob: the records of a file are put into the store, each once (R-620-09, R-620-11).

The writes, in order: the job to `Running`; each record, new or in the place of the one with its
id; the job to its end. How far the file was read is noted; a job that goes on reads a little
twice, and a record that is there already as the file has it is left alone.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from uuid import NAMESPACE_URL, uuid5

import orjson

from handlers import bodies
from handlers.acyclic import refuse_cycle
from handlers.changing import ATTEMPTS, put_in_place
from handlers.creating import keep
from handlers.drafting import New
from handlers.following import following
from handlers.jobs.asked import asked_of, forget
from handlers.jobs.batches import Changes, told
from handlers.jobs.packing import unpacked
from handlers.jobs.places import places
from handlers.jobs.subjects import subject_of, subjects
from handlers.reading import Line, LoadError, read_lines
from handlers.references import resolve
from handlers.service import Service
from handlers.tasks.task import Json, Task
from persistence.errors import Duplicate, Missing, Stale
from persistence.store import Record, Scope
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import By
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.identity import without_href
from tmf_apis.tmf630.versions import version_of

#: Records that are put at once, and lines after which it is noted how far the job is.
AT_ONCE, NOTE = 16, 512
#: Faults that the log tells, at most.
MOST_FAULTS = 1000


@dataclass(frozen=True, slots=True)
class Intake:
    """What the records of a file are put into: the resources the job is about, what it changed so
    far, and which records are coming, which others may refer to before they are there.
    """

    task: Task
    chosen: Mapping[str, Service]
    changes: Changes
    coming: Set[tuple[str, str]]


async def perform(task: Task) -> None:
    """Read the file that the job names."""
    job, notes = task.document, task.holding.notes
    chosen = subjects(await asked_of(task), job.get("path"))
    await task.move("Running")
    faults: list[list[object]] = notes.get("faults", [])
    changes = Changes(notes)
    async with places(task.service.settings).reading(str(job.get("url"))) as packed:
        file, largest = unpacked(packed), task.service.settings.max_body
        try:
            coming = await _coming(chosen, lambda: read_lines(file, largest))
            intake = Intake(task, chosen, changes, coming)
            await _put_all(intake, read_lines(file, largest), faults)
        except LoadError as error:
            faults += [[line, text] for line, text in error.faults]
    log = _log(faults) if faults else None
    state = "Failed" if log else "Succeeded"
    await task.end(state, {"errorLog": log}, await told(task, changes))
    await forget(task)


async def _coming(
    chosen: Mapping[str, Service], lines: Callable[[], Iterator[Line]]
) -> Set[tuple[str, str]]:
    """The collection and id of each record of a file, where anybody cares about references."""
    found: set[tuple[str, str]] = set()
    if all(service.referring is None for service in chosen.values()):
        return found
    with suppress(LoadError):  # Whoever puts the records meets it again.
        for line in lines():
            with suppress(orjson.JSONDecodeError):
                record = orjson.loads(line.raw)
                service = subject_of(record, chosen) if isinstance(record, dict) else None
                if service is not None and isinstance(record.get("id"), str):
                    found.add((service.collection.name, record["id"]))
            if line.number % NOTE == 0:
                await asyncio.sleep(0)
    return found


async def _put_all(intake: Intake, lines: Iterator[Line], faults: list[list[object]]) -> None:
    """Put the records of a file from the line on that was noted; what is wrong goes to `faults`."""
    task = intake.task
    done: int = task.holding.notes.get("line", 0)
    noted = done
    while batch := list(islice(lines, AT_ONCE)):
        batch = [line for line in batch if line.number > done]
        if not batch:
            await asyncio.sleep(0)
            continue
        for line, fault in zip(batch, await _put_some(intake, batch), strict=True):
            if fault is not None and len(faults) < MOST_FAULTS:
                faults.append([line.number, fault])
        if batch[-1].number - noted >= NOTE:
            noted = batch[-1].number
            notes = intake.changes.notes
            await task.holding.note(line=noted, done=noted, faults=faults, **notes)
            await task.go_on()


async def _put_some(intake: Intake, batch: list[Line]) -> list[str | None]:
    """What is wrong with each of some lines, None where its record is in the store.

    Records that are tied to others of their kind are put one after the other.
    """
    found = [_read(intake, line) for line in batch]
    tied = any(isinstance(each, tuple) and each[0].rules.acyclic for each in found)
    ids = [each[1]["id"] for each in found if isinstance(each, tuple)]
    if tied or len(set(ids)) < len(ids):
        return [await _put(intake, each) for each in found]
    return await asyncio.gather(*(_put(intake, each) for each in found))


def _read(intake: Intake, line: Line) -> tuple[Service, Json] | str:
    """The resource and the representation of a line, or what is wrong with it."""
    try:
        record = orjson.loads(line.raw)
    except orjson.JSONDecodeError as error:
        return f"not JSON: {error}"
    service = subject_of(record, intake.chosen) if isinstance(record, dict) else None
    if service is None:
        return "neither @type nor href says of which resource it is"
    try:
        document = bodies.loadable(service, line.raw)
        if "id" not in document:
            id = str(uuid5(NAMESPACE_URL, f"{intake.task.name} {line.number}"))
            document = {"id": id, **document}
        bodies.free_id(service, document["id"])
    except TmfError as error:
        return error.message
    return service, without_href(document)


async def _put(intake: Intake, found: tuple[Service, Json] | str) -> str | None:
    """Put a representation into the store; what is wrong, or None."""
    if isinstance(found, str):
        return found
    service, document = found
    place = service.settings.origin + service.collection.name
    moment = Moment(service.now, By.SERVER)
    try:
        await refuse_cycle(service, document)
        for _ in range(ATTEMPTS):
            try:
                seen = await _there(service, document)
                old: Json | None = orjson.loads(seen.body) if seen is not None else None
                if old == document:
                    return None
                new = following(service, old, document, moment)
                new = await resolve(service, old, new, moment.hints, intake.coming)
                if seen is None or old is None:
                    await keep(service, place, New(new, moment), Scope())
                elif new != old:
                    await put_in_place(service, place, seen, old, new, Scope(), moment)
            except (Duplicate, Stale):
                continue
            intake.changes.add(service, new)
            return None
    except TmfError as error:
        return error.message
    return "it kept changing meanwhile"


async def _there(service: Service, document: Json) -> Record | None:
    """The record with the id and the entity version of a representation."""
    version = version_of(document) if service.rules.versioned else None
    try:
        return await service.store.get(
            service.collection, document["id"], Scope(), version, twin=service.has_twin
        )
    except Missing:
        return None


def _log(faults: list[list[object]]) -> str:
    """What was wrong, by line."""
    more = "" if len(faults) < MOST_FAULTS else f"\nand maybe more than these {MOST_FAULTS}"
    return "\n".join(f"Line {line}: {text}" for line, text in faults) + more
