"""The resource inventory (TMF639): every piece of equipment with the state the alarms leave it in."""

from __future__ import annotations

from .alarms import ALARMS
from .calendar import at
from .company import OPERATOR, resource_specification, site
from .customers import customer_party
from .equipment import EQUIPMENT, Device
from .records import Record
from .shapes import Characteristic, Either, Json, Place, Ref, Typed

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
    return {
        "serialNumber": device.value,
        "manufactureDate": at("2024-02-12"),
        "versionNumber": "1",
        "powerState": "1" if device.in_use else "0",
    }


def _resource(device: Device) -> Record:
    severities = _open_severities(device.id)
    statuses = [status for status in ALARM_STATUSES if status in severities]
    unlocked = device.in_use or device.category == "IPv4"
    place = device.site and Place("location", site(device.site), "RelatedPlaceRef")
    return Record(
        device.id,
        {
            "name": device.name,
            "category": device.category,
            **_identity(device),
            "resourceVersion": "1.0",
            "startOperatingDate": at(device.since),
            "administrativeState": "unlocked" if unlocked else "locked",
            "operationalState": Either("enable", "enabled")
            if unlocked
            else Either("disable", "disabled"),
            "usageState": "active" if device.in_use else "idle",
            "lifecycleState": Either(v5="installed" if unlocked else "pendingRemoval"),
            "resourceStatus": Either(
                v4="alarm" if severities else "reserved" if device.customer else "available"
            ),
            "alarmStatus": Either(v5=statuses or None),
            "resourceSpecification": resource_specification(device.specification),
            "resourceCharacteristic": [Characteristic("vendor", "Helmcrag")]
            if device.kind == "PhysicalResource"
            else [Characteristic("inUse", device.in_use)],
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
