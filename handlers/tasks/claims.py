"""Which task acts on a resource that only one may act on at a time, and what it keeps of it.

A claim is a record named by the resource. It is made before the resource is touched and goes when
the task is over, so that a task that goes on after a sudden end knows its doing from another's.
"""

from typing import Any

import orjson

from handlers.tasks.task import Task
from persistence.errors import Duplicate, Missing, Stale
from persistence.store import Collection, Draft, Scope

Json = dict[str, Any]

CLAIMS = Collection("tasks/claims")


async def claim(task: Task, name: str, kept: Json) -> Json | None:
    """What this task keeps of a resource: `kept`, or what it kept the first time it asked.

    None when another task that is not over has claimed it.
    """
    store = task.service.store
    while True:
        about: Json = {"id": name, "task": task.id, "kept": kept}
        try:
            await store.create(CLAIMS, Draft(name, about, orjson.dumps(about)), Scope())
        except Duplicate:
            pass
        else:
            return kept
        try:
            record = await store.get(CLAIMS, name, Scope())
        except Missing:
            continue
        found: Json = orjson.loads(record.body)
        if found["task"] == task.id:
            mine: Json = found["kept"]
            return mine
        if not await _is_over(task, found["task"]):
            return None
        await _drop(task, name, found["task"])


async def release(task: Task, name: str) -> None:
    """Let go of a resource that this task claimed."""
    await _drop(task, name, task.id)


async def _drop(task: Task, name: str, holder: str) -> None:
    store = task.service.store
    try:
        record = await store.get(CLAIMS, name, Scope())
        if orjson.loads(record.body)["task"] == holder:
            await store.delete(CLAIMS, [record], Scope())
    except (Missing, Stale):
        return


async def _is_over(task: Task, id: str) -> bool:
    """Whether another task of this kind is in a final state, or gone."""
    service, machine = task.service, task.service.machine
    try:
        record = await service.store.get(service.collection, id, Scope())
    except Missing:
        return True
    return (
        machine is None or orjson.loads(record.body).get(service.rules.state or "") in machine.final
    )
