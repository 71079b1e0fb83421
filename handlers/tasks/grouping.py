"""groupAlarms, unGroupAlarms: parent and children are linked, or not any more (R-642-07, -09, -11).

The writes, in order: the task to `inProgress`; each child; the parent; the task to `done`.
"""

from collections.abc import Iterable
from contextlib import suppress

import orjson

from handlers.changing import Decision
from handlers.tasks.task import Failed, Json, Task
from persistence.errors import Missing
from persistence.store import Scope
from tmf_apis.behaviour.alarm_tasks import (
    grouped_child,
    grouped_parent,
    reference,
    ungrouped_child,
    ungrouped_parent,
)


async def group(task: Task) -> None:
    """Link the alarms that a task names, all of which must be there."""
    parent, children = _named(task)
    for id in (parent, *children):
        await _demand(task, id)
    await task.move("inProgress")
    typed = task.service.spec.typed
    above = reference({"id": parent}, typed=typed)
    below = [reference({"id": child}, typed=typed) for child in children]
    for child in children:
        await _alter(task, child, lambda alarm: grouped_child(above, alarm))
    await _alter(task, parent, lambda alarm: grouped_parent(below, alarm))
    await task.move("done", groupedAlarm=await _after(task, children))


async def ungroup(task: Task) -> None:
    """Unlink the alarms that a task names, as far as they are there."""
    parent, children = _named(task)
    await task.move("inProgress")
    for child in children:
        await _alter(task, child, lambda alarm: ungrouped_child(parent, alarm))
    await _alter(task, parent, lambda alarm: ungrouped_parent(children, alarm))
    await task.move("done", unGroupedAlarm=await _after(task, children))


def _named(task: Task) -> tuple[str, list[str]]:
    """The ids of the parent and of the children that a task names, each child once."""
    parent = (task.document.get("parentAlarm") or {}).get("id")
    children = [one.get("id") for one in task.document.get("correlatedAlarm") or ()]
    named = list(dict.fromkeys(id for id in children if isinstance(id, str) and id != parent))
    if not isinstance(parent, str) or not named:
        raise Failed("parentAlarm and correlatedAlarm: name one alarm and others, by their ids")
    return parent, named


async def _demand(task: Task, id: str) -> Json:
    """An alarm that is there. Raises `Failed` (R-642-09)."""
    try:
        record = await task.service.store.get(task.target.collection, id, Scope())
    except Missing as error:
        raise Failed(f"there is no alarm {id}") from error
    alarm: Json = orjson.loads(record.body)
    return alarm


async def _alter(task: Task, id: str, decide: Decision) -> None:
    """Change an alarm that may have gone meanwhile."""
    with suppress(Missing):
        await task.alter(task.target, id, decide)


async def _after(task: Task, children: Iterable[str]) -> list[Json]:
    """The children after the change, those that are there."""
    shown = []
    for id in children:
        with suppress(Failed):
            shown.append(await _demand(task, id))
    return shown
