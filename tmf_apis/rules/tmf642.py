"""TMF642 Alarm: alarms and the tasks on them, plural in v4 (R-642-*, L-642, L-TASK)."""

from tmf_apis.rules.base import ResourceRules, Rules

_ALARM = ResourceRules(
    state="state",
    filled=("alarmReportingTime",),
    touched=("alarmChangedTime",),
    told=("alarmChangedTime",),
    defaults={"ackState": "unacknowledged"},
)
_TASK = ResourceRules(state="state", initial="acknowledged", task=True)
_TASKS = (
    "ackAlarm",
    "unAckAlarm",
    "clearAlarm",
    "commentAlarm",
    "groupAlarm",
    "unGroupAlarm",
)

RULES: dict[str, Rules] = {
    "v4": {"alarm": _ALARM, **{f"{task}s": _TASK for task in _TASKS}},
    "v5": {"alarm": _ALARM, **dict.fromkeys(_TASKS, _TASK)},
}
