"""TMF642 Alarm: alarms and the tasks on them, plural in v4 (R-642-*, L-642, L-TASK)."""

from tmf_apis.rules.base import ResourceRules, Rules

_ALARM = ResourceRules(
    state="state",
    reaction="alarm",
    mirrored={"parentAlarm": "correlatedAlarm", "correlatedAlarm": "parentAlarm"},
    filled=("alarmReportingTime",),
    touched=("alarmChangedTime",),
    told=("alarmChangedTime",),
    defaults={"ackState": "unacknowledged"},
)
#: What each task does to alarms, and where it lists them.
_TASKS = {
    "ackAlarm": ("acknowledge", "ackedAlarm"),
    "unAckAlarm": ("unacknowledge", "unAckedAlarm"),
    "clearAlarm": ("clear", "clearedAlarm"),
    "commentAlarm": ("comment", "commentedAlarm"),
    "groupAlarm": ("group", "groupedAlarm"),
    "unGroupAlarm": ("ungroup", "unGroupedAlarm"),
}


def _task(deed: str, listing: str) -> ResourceRules:
    return ResourceRules(
        state="state",
        initial="acknowledged",
        task=True,
        outcome=(listing, "reason"),
        performs=deed,
        target="alarm",
    )


RULES: dict[str, Rules] = {
    "v4": {"alarm": _ALARM, **{f"{name}s": _task(*task) for name, task in _TASKS.items()}},
    "v5": {"alarm": _ALARM, **{name: _task(*task) for name, task in _TASKS.items()}},
}
