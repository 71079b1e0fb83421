"""Alarm tasks that have their effect (R-642-06, R-642-07)."""

from collections.abc import Callable, Iterable
from typing import Any

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.handlers.facts import Json

#: The header by which a flaw asks that a pattern be met otherwise.
MEANT = "x-meant"
_MEANT: dict[str, Callable[[Iterable[bool]], bool]] = {
    "": all,
    "any": any,
    "none": lambda fitting: False,
}
#: Attributes that say how a reference is written, not which alarm is meant.
_META = {"@type", "@referredType", "href", "@baseType", "@schemaLocation"}


async def acting(asked: Asked, server: Server) -> Answered:
    """Carry out a task before it is answered as done."""
    name = asked.path.rpartition("/")[2]
    body = asked.json
    task = name.removesuffix("s")
    if not asked.creates or task not in _TASKS or not isinstance(body, dict):
        return await server(asked)
    result, effect = _TASKS[task]
    made = await server(asked)
    if not made.ok:
        return made
    alarms = asked.path.replace(name, "alarm")
    if "roup" in task and asked.header(MEANT) != "none":
        return await _grouped(asked, server, made, alarms)
    changed = []
    for alarm in (await server(asked.reading(alarms))).json:
        if meets(alarm, body.get("alarmPattern", []), _MEANT[asked.header(MEANT)]):
            where = f"{alarms}/{alarm['id']}"
            answered = await server(asked.patching(effect(body, alarm), where))
            changed.append(answered.json if answered.ok else alarm)
    done = {"state": "done", result: [{"id": a["id"], "@type": "AlarmRef"} for a in changed]}
    if "fields" in asked.parameters:
        return made
    return made.each(lambda task: task | done)


async def _grouped(asked: Asked, server: Server, made: Answered, alarms: str) -> Answered:
    """Link each child to its parent, or take the link away; all of them must be there."""
    body = asked.json
    parents, children = (_listed(body.get(n)) for n in ("parentAlarm", "correlatedAlarm"))
    known = {alarm["id"] for alarm in (await server(asked.reading(alarms))).json}
    if not {a.get("id") for a in (*parents, *children)} <= known:
        return made.each(lambda task: task | {"state": "terminatedWithError"})
    linked = [{"id": parent["id"], "@type": "AlarmRef"} for parent in parents]
    change = {"parentAlarm": None if "unGroup" in asked.path else linked}
    for child in children:
        await server(asked.patching(change, f"{alarms}/{child['id']}"))
    return made.each(lambda task: task | {"state": "done"})


def _listed(value: Any) -> list[Json]:
    return value if isinstance(value, list) else [value or {}]


def meets(alarm: Json, patterns: list[Any], enough: Callable[[Iterable[bool]], bool]) -> bool:
    """Whether an alarm has all, or enough, of what one of the patterns names."""
    return any(
        enough(alarm.get(k) == v for k, v in pattern.items() if k not in _META)
        for pattern in patterns
        if set(pattern) - _META
    )


def _acked(task: Json, alarm: Json) -> Json:
    return _by(task) | {"ackState": "acknowledged"}


def _unacked(task: Json, alarm: Json) -> Json:
    return _by(task) | {"ackState": "unacknowledged"}


def _by(task: Json) -> Json:
    return {name: task[name] for name in ("ackSystemId", "ackUserId") if name in task}


def _cleared(task: Json, alarm: Json) -> Json:
    who = {n: task[n] for n in ("clearSystemId", "clearUserId", "alarmClearedTime") if n in task}
    return who | {"state": "cleared", "perceivedSeverity": "cleared"}


def _commented(task: Json, alarm: Json) -> Json:
    given = task.get("comment")
    comments = given if isinstance(given, list) else [given]
    return {"comment": [*alarm.get("comment", []), *comments]}


#: For each task, which v4 has in the plural, the attribute of its result, and what it does.
_TASKS = {
    "ackAlarm": ("ackedAlarm", _acked),
    "unAckAlarm": ("unAckedAlarm", _unacked),
    "clearAlarm": ("clearedAlarm", _cleared),
    "commentAlarm": ("commentedAlarm", _commented),
    "groupAlarm": ("groupedAlarm", _commented),
    "unGroupAlarm": ("unGroupedAlarm", _commented),
}
