"""What went wrong on the network: the alarms (TMF642)."""

from __future__ import annotations

from typing import NamedTuple

from .company import SITES
from .dates import at
from .equipment import EQUIPMENT
from .records import Record
from .shapes import Either, Ref, Typed


class Alarm(NamedTuple):
    """An alarm; `parent` is the number of the alarm that caused it."""

    number: int
    resource: str
    type: str
    severity: str
    cause: str
    problem: str
    raised: str
    changed: str | None = None
    cleared: str | None = None
    acked_by: str | None = None
    parent: int | None = None
    service: str | None = None
    repair: str | None = None
    comment: str | None = None

    @property
    def id(self) -> str:
        return f"alarm-{self.number}"

    @property
    def state(self) -> str:
        return "cleared" if self.cleared else "updated" if self.changed else "raised"


HUB = "noc-hub"
NIGHT, DAY = "h.braithwaite", "s.okonjo"

# fmt: off
ALARMS = (
    Alarm(5001, "res-olt-01", "equipmentAlarm", "critical", "Power problem",
          "Second supply lost", at("2026-03-30", "02:11:05"), at("2026-03-30", "02:14:40"),
          acked_by=NIGHT, service="svc-rfs-4101", repair="Replace the supply unit.",
          comment="Battery holds for four hours."),
    Alarm(5002, "res-ont-0001", "communicationsAlarm", "major", "Loss of signal",
          "No light from the exchange", at("2026-03-30", "02:11:20"), parent=5001,
          acked_by=NIGHT, service="svc-rfs-4101"),
    Alarm(5003, "res-ont-0002", "communicationsAlarm", "major", "Loss of signal",
          "No light from the exchange", at("2026-03-30", "02:11:21"), parent=5001,
          service="svc-rfs-4102"),
    Alarm(5004, "res-olt-02", "environmentalAlarm", "minor", "Temperature",
          "Cabinet above 50 degrees", at("2026-03-29", "14:02:00"), at("2026-03-29", "15:10:00"),
          acked_by=DAY, repair="Clean the filter of the cabinet."),
    Alarm(5005, "res-cell-011", "qualityOfServiceAlarm", "warning", "Congestion",
          "Throughput per user is low", at("2026-03-31", "18:20:00"), service="svc-rfs-4001"),
    Alarm(5006, "res-cell-012", "equipmentAlarm", "cleared", "Antenna failure",
          "Standing wave ratio too high", at("2026-03-20", "06:00:10"),
          at("2026-03-20", "09:30:00"), at("2026-03-20", "11:45:00"), acked_by=DAY),
    Alarm(5007, "res-gnodeb-02", "communicationsAlarm", "cleared", "Link failure",
          "Backhaul lost", at("2026-02-14", "23:10:00"), at("2026-02-14", "23:12:00"),
          at("2026-02-15", "00:05:30"), acked_by=NIGHT, service="svc-rfs-4006"),
    Alarm(5008, "res-core-router-01", "processingErrorAlarm", "minor", "Software error",
          "Route process restarted", at("2026-03-31", "03:44:12")),
    Alarm(5009, "res-core-router-01", "securityService", "major", "Unauthorized access attempt",
          "Many failed logins", at("2026-03-31", "04:02:00"), at("2026-03-31", "04:20:00"),
          comment="Source address blocked."),
    Alarm(5010, "res-router-0005", "timeDomainViolation", "warning", "Clock drift",
          "Clock differs by 90 seconds", at("2026-03-28", "08:00:00")),
    Alarm(5011, "res-sim-0006", "operationalViolation", "cleared", "Denial of service",
          "Too many attach requests", at("2026-03-11", "13:30:00"),
          cleared=at("2026-03-11", "13:55:00")),
    Alarm(5012, "res-gnodeb-01", "physicalViolation", "indeterminate", "Cabinet opened",
          "Door contact open", at("2026-03-31", "10:05:00"), acked_by=DAY),
    Alarm(5013, "res-olt-02", "integrityViolation", "warning", "Configuration mismatch",
          "Running and stored settings differ", at("2026-03-27", "12:00:00")),
    Alarm(5014, "res-router-0003", "equipmentAlarm", "cleared", "Hardware failure",
          "Radio 3 does not answer", at("2026-03-15", "19:41:00"), at("2026-03-15", "19:50:00"),
          at("2026-03-17", "10:00:00"), service="svc-rfs-4103"),
    Alarm(5015, "res-gnodeb-01", "mechanismViolation", "minor", "Authentication failure",
          "Certificate ends in ten days", at("2026-03-31", "00:00:30"), acked_by=NIGHT,
          repair="Renew the certificate."),
)
# fmt: on

SOURCES = {"res-gnodeb": "ems-radio", "res-cell": "ems-radio", "res-core": "ems-core"}


def alarm_ref(number: int) -> Ref:
    return Ref("Alarm", f"alarm-{number}")


def source(alarm: Alarm) -> str:
    """The management system the alarm comes from."""
    return next(
        (ems for start, ems in SOURCES.items() if alarm.resource.startswith(start)),
        "ems-fibre",
    )


def children(number: int) -> list[Ref]:
    """The alarms that the alarm of this number caused."""
    return [alarm_ref(alarm.number) for alarm in ALARMS if alarm.parent == number]


def comment(text: str, user: str, time: str) -> Typed:
    facts = {"comment": text, "systemId": HUB, "userId": user, "time": time}
    return Typed("Comment", facts)


def _alarm(row: Alarm) -> Record:
    device = EQUIPMENT[row.resource]
    caused = children(row.number)
    return Record(
        row.id,
        {
            "externalAlarmId": f"EMS-{row.number * 7}",
            "state": row.state,
            "alarmType": row.type,
            "perceivedSeverity": row.severity,
            "probableCause": row.cause,
            "specificProblem": row.problem,
            "alarmedObjectType": device.category,
            "alarmedObject": Either(
                {"id": row.resource},
                Ref(device.kind, row.resource, device.name, as_type="AlarmedObjectRef"),
            ),
            "sourceSystemId": source(row),
            "reportingSystemId": HUB,
            "alarmRaisedTime": row.raised,
            "alarmReportingTime": row.raised,
            "alarmChangedTime": row.cleared or row.changed,
            "alarmClearedTime": row.cleared,
            "clearSystemId": row.cleared and HUB,
            "clearUserId": row.cleared and (row.acked_by or DAY),
            "ackState": "acknowledged" if row.acked_by else "unacknowledged",
            "ackSystemId": row.acked_by and HUB,
            "ackUserId": row.acked_by,
            "alarmEscalation": row.severity == "critical",
            "serviceAffecting": row.service is not None,
            "affectedService": row.service
            and [Either({"id": row.service}, Ref("Service", row.service))],
            "isRootCause": bool(caused),
            "correlatedAlarm": caused,
            "parentAlarm": row.parent and [alarm_ref(row.parent)],
            "plannedOutageIndicator": "InService",
            "proposedRepairedActions": row.repair,
            "comment": row.comment and [comment(row.comment, NIGHT, row.changed or row.raised)],
            "place": device.site
            and [
                Either(
                    {
                        "id": device.site,
                        "name": SITES[device.site],
                        "role": "location",
                        "@referredType": "GeographicSite",
                    },
                    Typed(
                        "RelatedPlace",
                        {
                            "role": "location",
                            "relatedPlace": Typed("Place", {"id": device.site}),
                        },
                    ),
                )
            ],
        },
    )


def alarm_records() -> list[Record]:
    """Every alarm."""
    return [_alarm(row) for row in ALARMS]
