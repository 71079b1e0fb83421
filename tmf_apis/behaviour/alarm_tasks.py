"""What the tasks of TMF642 make of an alarm (R-642-07). Pure.

Each takes the task, the time of its deed, and an alarm, and gives the alarm as it is to be. The
time is the same whenever a task goes on after an interruption, so that doing it again changes
nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tmf_apis.behaviour.alarms import CLEARED, SEVERITY, STATE

Json = dict[str, Any]
Deed = Callable[[Json, str, Json], Json]

_ACKNOWLEDGEMENT = ("ackSystemId", "ackUserId", "ackTime")


@dataclass(frozen=True, slots=True)
class AlarmTask:
    """What a task does to every alarm that it means, and the attribute that lists them."""

    deed: Deed
    result: str


def acknowledge(task: Json, at: str, alarm: Json) -> Json:
    """Acknowledged, by whom and when; a second time with another who and when (L-642-A)."""
    who = {name: task[name] for name in _ACKNOWLEDGEMENT if name in task}
    return alarm | {"ackState": "acknowledged", "ackTime": at} | who


def unacknowledge(_task: Json, _at: str, alarm: Json) -> Json:
    """As if it had not been acknowledged."""
    left = {name: value for name, value in alarm.items() if name not in _ACKNOWLEDGEMENT}
    return left | {"ackState": "unacknowledged"}


def clear(task: Json, at: str, alarm: Json) -> Json:
    """Cleared, by whom and when; one that is cleared already stays as it is (R-642-05)."""
    if alarm.get(STATE) == CLEARED:
        return alarm
    names = ("clearSystemId", "clearUserId", "alarmClearedTime")
    who = {name: task[name] for name in names if name in task}
    return alarm | {STATE: CLEARED, SEVERITY: CLEARED, "alarmClearedTime": at} | who


def comment(task: Json, at: str, alarm: Json) -> Json:
    """With the task's comment behind those there are, once."""
    told = task.get("comment")
    added = {"time": at, **told} if isinstance(told, dict) else {"time": at, "comment": told}
    there = alarm.get("comment") or []
    return alarm if added in there else alarm | {"comment": [*there, added]}


BY_PATTERN: Mapping[str, AlarmTask] = {
    "acknowledge": AlarmTask(acknowledge, "ackedAlarm"),
    "unacknowledge": AlarmTask(unacknowledge, "unAckedAlarm"),
    "clear": AlarmTask(clear, "clearedAlarm"),
    "comment": AlarmTask(comment, "commentedAlarm"),
}


def grouped_child(parent: Json, alarm: Json) -> Json:
    """An alarm with a parent; `parent` is a reference."""
    return alarm | {"parentAlarm": _with(alarm.get("parentAlarm"), [parent])}


def grouped_parent(children: Iterable[Json], alarm: Json) -> Json:
    """An alarm that is the cause of others; `children` are references (R-642-11)."""
    linked = _with(alarm.get("correlatedAlarm"), children)
    return alarm | {"correlatedAlarm": linked, "isRootCause": True}


def ungrouped_child(parent: str, alarm: Json) -> Json:
    """An alarm without one of its parents."""
    return _without(alarm, "parentAlarm", {parent})


def ungrouped_parent(children: Iterable[str], alarm: Json) -> Json:
    """An alarm without some of those it caused; without any it is no root cause."""
    left = _without(alarm, "correlatedAlarm", set(children))
    if left is not alarm and "correlatedAlarm" not in left:
        left = left | {"isRootCause": False}
    return left


def reference(alarm: Json, *, typed: bool) -> Json:
    """How another alarm refers to one."""
    meta = {"@type": "AlarmRef", "@referredType": "Alarm"} if typed else {}
    return {"id": alarm["id"]} | meta


def _with(there: Any, added: Iterable[Json]) -> list[Json]:
    """A list of references with others behind, each once."""
    found = list(there) if isinstance(there, list) else []
    known = {one.get("id") for one in found if isinstance(one, dict)}
    return found + [one for one in added if one["id"] not in known]


def _without(alarm: Json, name: str, gone: set[str]) -> Json:
    """An alarm without some references of a list, and without the list when it is empty."""
    there = alarm.get(name)
    if not isinstance(there, list):
        return alarm
    left = [one for one in there if one.get("id") not in gone]
    if len(left) == len(there):
        return alarm
    kept = {key: value for key, value in alarm.items() if key != name}
    return kept | ({name: left} if left else {})
