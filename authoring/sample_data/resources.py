"""The resource inventory (TMF639): all equipment, in the state the alarms leave it in."""

from __future__ import annotations

from typing import NamedTuple

from .alarms import ALARMS
from .company import OPERATOR, resource_specification, site
from .customers import customer_party
from .dates import at
from .equipment import EQUIPMENT, Device
from .records import Record
from .shapes import Characteristic, Either, Json, Place, Ref, Typed


class Stage(NamedTuple):
    """The states of equipment that is used, free or retired."""

    administrative: str
    operational: Either
    usage: str
    lifecycle: str
    v4_status: str


ENABLED, DISABLED = Either("enable", "enabled"), Either("disable", "disabled")

STAGES = {
    "used": Stage("unlocked", ENABLED, "active", "installed", "reserved"),
    "free": Stage("unlocked", ENABLED, "idle", "installed", "available"),
    "retired": Stage("locked", DISABLED, "idle", "pendingRemoval", "suspended"),
}

# Severities for which v5 has an alarm status.
ALARM_STATUSES = ("critical", "major", "minor")

# TMF639 v4 alone wants an href in the reference to a related resource.
V4_PATH = "/tmf-api/resourceInventoryManagement/v4/resource"


def resource_ref(id: str) -> Ref:
    device = EQUIPMENT[id]
    return Ref(device.kind, id, device.name)


def _relationship(kind: str, id: str) -> Typed:
    device = EQUIPMENT[id]
    linked = Ref(device.kind, id, device.name, more={"href": f"{V4_PATH}/{id}"})
    return Typed(
        "ResourceRelationship",
        {"relationshipType": kind, "resource": Either(linked, resource_ref(id))},
    )


def _open_severities(id: str) -> list[str]:
    return [alarm.severity for alarm in ALARMS if alarm.resource == id and not alarm.cleared]


def _identity(device: Device) -> dict[str, Json]:
    """The attributes that logical and physical resources have of their own."""
    if device.kind == "LogicalResource":
        return {"value": device.value}
    # A SIM card draws its power from the telephone; all else that is physical is on.
    powered = device.category != "SIM"
    return {
        "serialNumber": device.value,
        "manufactureDate": at("2024-02-12"),
        "versionNumber": Either(v4="1"),
        "powerState": Either(v4="3" if powered else "1"),
        "powerConsumingState": Either(v5="fullPower" if powered else None),
    }


def _resource(device: Device) -> Record:
    severities = _open_severities(device.id)
    statuses = [status for status in ALARM_STATUSES if status in severities]
    stage = STAGES[device.stage]
    place = device.site and Place("location", site(device.site), "RelatedPlaceRef")
    return Record(
        device.id,
        {
            "name": device.name,
            "category": device.category,
            **_identity(device),
            "resourceVersion": "1.0",
            "startOperatingDate": at(device.since),
            "administrativeState": stage.administrative,
            "operationalState": stage.operational,
            "usageState": stage.usage,
            "lifecycleState": Either(v5=stage.lifecycle),
            "resourceStatus": Either(v4="alarm" if severities else stage.v4_status),
            "alarmStatus": Either(v5=statuses),
            "resourceSpecification": resource_specification(device.specification),
            "resourceCharacteristic": [Characteristic("vendor", "Helmcrag")]
            if device.kind == "PhysicalResource"
            else [Characteristic("inUse", device.stage == "used")],
            "place": Either(place, [place] if place else None),
            "relatedParty": [
                OPERATOR,
                *([customer_party(device.customer)] if device.customer else []),
            ],
            "resourceRelationship": [_relationship(*relation) for relation in device.related],
        },
        kind=device.kind,
    )


def resource_records() -> list[Record]:
    """Every resource."""
    return [_resource(device) for device in EQUIPMENT.values()]
