"""The tasks of TMF642 that act on every alarm a pattern means (R-642-06 to -08, -10).

The writes, in order: the plan, which names every alarm that is meant; the task to `inProgress`;
each alarm; the task to `done` with its list; the plan away. An alarm is changed once: doing it
again changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic

import orjson

from handlers.tasks.plans import Plan
from handlers.tasks.task import Failed, Json, Task
from handlers.walking import walk
from persistence.errors import Missing
from persistence.store import Record, Scope
from tmf_apis.behaviour.alarm_patterns import candidates, compared, means
from tmf_apis.behaviour.alarm_tasks import BY_PATTERN, AlarmTask, reference

#: Alarms that are read at once, and changed at once.
READ, AT_ONCE = 50, 2
#: The longest list that shows its alarms whole, and the longest of all; others are references.
WHOLE, MOST = 100, 20_000
#: The share of the time that a task works; in the rest others are served. Four alarms at once in
#: half of the time take half as long, and make others wait one and a half times as long.
SHARE = 1 / 3


def performer(kind: str) -> Callable[[Task], Awaitable[None]]:
    """What carries out the tasks of one kind of `alarm_tasks`."""
    doing = BY_PATTERN[kind]

    async def perform(task: Task) -> None:
        plan = Plan(task.service.store, task.name)
        about = await plan.about()
        if about is None:
            patterns = _patterns(task)
            about = await plan.make(_meant(task, patterns), at=task.service.now())
        await task.move("inProgress")
        found = [ids async for ids in _acted(task, plan, doing, about)]
        ids = [id for part in found for id in part]
        await task.move("done", **{doing.result: await _listed(task, ids)})
        await plan.drop()

    return perform


def _patterns(task: Task) -> list[Json]:
    """The patterns of a task that say something. Raises `Failed` when none does."""
    given = task.document.get("alarmPattern") or []
    patterns = [pattern for pattern in given if compared(pattern)]
    if not patterns:
        raise Failed("alarmPattern: no pattern names an attribute, so none means an alarm")
    return patterns


async def _meant(task: Task, patterns: list[Json]) -> AsyncIterator[list[str]]:
    """The ids of all alarms that some pattern means, each once."""
    seen: set[str] = set()
    for pattern in patterns:
        where = candidates(pattern, task.target.spec.attributes)
        async for records in walk(task.service.store, task.target.collection, where, READ):
            ids = [r.id for r in records if r.id not in seen and _is_meant(pattern, r)]
            seen.update(ids)
            yield ids


def _is_meant(pattern: Json, record: Record) -> bool:
    return means(pattern, {"id": record.id, **orjson.loads(record.body)})


async def _acted(task: Task, plan: Plan, doing: AlarmTask, about: Json) -> AsyncIterator[list[str]]:
    """Change the alarms of a plan; the ids of those that are there."""

    async def act(id: str) -> str | None:
        def deed(alarm: Json) -> Json:
            return doing.deed(task.document, about["at"], alarm)

        try:
            await task.alter(task.target, id, deed)
        except Missing:
            return None
        return id

    done = 0
    async for ids in plan.parts(about):
        there: list[str] = []
        for start in range(0, len(ids), AT_ONCE):
            began = monotonic()
            batch = ids[start : start + AT_ONCE]
            there += [id for id in await asyncio.gather(*map(act, batch)) if id is not None]
            await asyncio.sleep((monotonic() - began) * (1 - SHARE) / SHARE)
        done += len(ids)
        await task.holding.note(done=done)
        await task.go_on()
        yield there


async def _listed(task: Task, ids: list[str]) -> list[Json]:
    """The alarms after the change, or, where they are many, references to them (R-642-08)."""
    if len(ids) > WHOLE:
        return [reference({"id": id}, typed=task.service.spec.typed) for id in ids[:MOST]]
    shown = []
    for id in ids:
        try:
            record = await task.service.store.get(task.target.collection, id, Scope())
        except Missing:
            continue
        # Without href, which depends on who asks (D6).
        shown.append({"id": id, **orjson.loads(record.body)})
    return shown
