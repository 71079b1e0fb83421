"""What the operators in the control room did about the alarms: the task records (TMF642)."""

from __future__ import annotations

from .alarms import ALARMS, DAY, HUB, NIGHT, alarm_ref, comment
from .dates import at
from .records import Record
from .shapes import Json, Typed


def _pattern(*numbers: int) -> list[Json]:
    return [Typed("Alarm", {"externalAlarmId": f"EMS-{number * 7}"}) for number in numbers]


def _acknowledgement(user: str, time: str, result: str, *numbers: int) -> dict[str, Json]:
    return {
        "ackSystemId": HUB,
        "ackUserId": user,
        "ackTime": time,
        "state": "done",
        "alarmPattern": _pattern(*numbers),
        result: [alarm_ref(number) for number in numbers],
    }


def _grouping(parent: int, time: str, result: str, *numbers: int) -> dict[str, Json]:
    correlated = [alarm_ref(number) for number in numbers]
    return {
        "sourceSystemId": "ems-fibre",
        "alarmChangedTime": time,
        "state": "done",
        "parentAlarm": alarm_ref(parent),
        "correlatedAlarm": correlated,
        result: [alarm_ref(parent), *correlated],
    }


def ack_records() -> list[Record]:
    """Acknowledgements that still stand."""
    night = _acknowledgement(NIGHT, at("2026-03-30", "02:20:00"), "ackedAlarm", 5001, 5002)
    day = _acknowledgement(DAY, at("2026-03-31", "10:12:00"), "ackedAlarm", 5012)
    return [Record("ack-5501", night), Record("ack-5502", day)]


def un_ack_records() -> list[Record]:
    """An acknowledgement taken back."""
    facts = _acknowledgement(DAY, at("2026-03-31", "08:30:00"), "unAckedAlarm", 5008)
    return [Record("unack-5511", facts)]


def clear_records() -> list[Record]:
    """One task for every cleared alarm."""
    return [
        Record(
            f"clear-{alarm.number}",
            {
                "clearSystemId": HUB,
                "clearUserId": alarm.acked_by or DAY,
                "alarmClearedTime": alarm.cleared,
                "state": "done",
                "alarmPattern": _pattern(alarm.number),
                "clearedAlarm": [alarm_ref(alarm.number)],
            },
        )
        for alarm in ALARMS
        if alarm.cleared
    ]


def comment_records() -> list[Record]:
    """One task for every comment on an alarm."""
    return [
        Record(
            f"comment-{alarm.number}",
            {
                "state": "done",
                "comment": comment(alarm.comment, NIGHT, alarm.changed or alarm.raised),
                "alarmPattern": _pattern(alarm.number),
                "commentedAlarm": [alarm_ref(alarm.number)],
            },
        )
        for alarm in ALARMS
        if alarm.comment
    ]


def group_records() -> list[Record]:
    """The group of alarms with one cause."""
    numbers = [alarm.number for alarm in ALARMS if alarm.parent == 5001]
    facts = _grouping(5001, at("2026-03-30", "02:14:40"), "groupedAlarm", *numbers)
    return [Record("group-5541", facts)]


def un_group_records() -> list[Record]:
    """An alarm that turned out to have another cause."""
    facts = _grouping(5004, at("2026-03-29", "15:10:00"), "unGroupedAlarm", 5013)
    return [Record("ungroup-5551", facts)]
