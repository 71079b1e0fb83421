"""The service inventory (TMF638)."""

from __future__ import annotations

from .company import service_specification
from .customers import customer_party
from .dates import at
from .installed import INSTALLED, Installed
from .records import Record
from .resources import resource_ref
from .service_orders import SERVICE_ORDERS
from .shapes import Characteristic, Either, Json, Ref, Typed

# A suspended service is inactive in v4, which has no such state.
V4_STATES = {"suspended": "inactive"}
OPERATING = {
    "active": "running",
    "inactive": "configured",
    "suspended": "stopped",
    "terminated": "stopped",
}
STARTED = {"active", "suspended", "terminated"}


def _service_ref(id: str) -> Ref:
    return Ref("Service", id, INSTALLED[id].name)


def _order_items(id: str) -> list[Json]:
    return [
        Typed(
            "RelatedServiceOrderItem",
            {
                "serviceOrderId": order.id,
                "itemId": item.id,
                "itemAction": item.action,
                "@referredType": "ServiceOrder",
            },
        )
        for order in SERVICE_ORDERS
        for item in order.items
        if item.service == id
    ]


def _relationships(row: Installed) -> list[Json]:
    """The services it relies on and those that rely on it."""
    above = [other.id for other in INSTALLED.values() if row.id in other.relies_on]
    pairs = [("reliesOn", id) for id in row.relies_on] + [("supports", id) for id in above]
    return [
        Typed(
            "ServiceRelationship",
            {"relationshipType": kind, "service": _service_ref(id)},
        )
        for kind, id in pairs
    ]


def _service(row: Installed) -> Record:
    started = row.state in STARTED
    return Record(
        row.id,
        {
            "name": row.name,
            "category": row.category,
            "serviceType": service_specification(row.specification).name,
            "state": Either(V4_STATES.get(row.state, row.state), row.state),
            "operatingStatus": Either(v5=OPERATING.get(row.state, "pending")),
            "isServiceEnabled": row.state == "active",
            "hasStarted": started,
            "isStateful": True,
            "startMode": "1",
            "serviceDate": at(row.started),
            "startDate": at(row.started) if started else None,
            "endDate": row.ended and at(row.ended),
            "serviceSpecification": service_specification(row.specification),
            "serviceCharacteristic": [Characteristic(*detail) for detail in row.details],
            "relatedParty": [customer_party(row.customer)],
            "supportingService": [_service_ref(id) for id in row.relies_on],
            "supportingResource": [resource_ref(id) for id in row.uses],
            "serviceRelationship": _relationships(row),
            "serviceOrderItem": _order_items(row.id),
        },
    )


def service_records() -> list[Record]:
    """Every service."""
    return [_service(row) for row in INSTALLED.values()]
