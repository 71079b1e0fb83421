"""The service orders that follow from product orders, and the requests to cancel them (TMF641)."""

from __future__ import annotations

from typing import NamedTuple

from .company import service_specification
from .customers import customer_party
from .dates import at, later
from .installed import INSTALLED
from .offerings import LATEST
from .orders import ORDERS, Action, Item, item_ids, roll_up
from .product_orders import CANCELLATIONS, CLOSED, OPEN, Cancellation
from .records import Record
from .shapes import Either, Json, Ref, Typed
from .specifications import SPECIFICATIONS


class ServiceItem(NamedTuple):
    """A line of a service order; a service that was never set up has no id."""

    id: str
    action: Action
    state: str
    specification: str
    service: str | None


class ServiceOrder(NamedTuple):
    """A service order; one without a product order is work on the network itself."""

    number: int
    customer: int
    placed: str
    text: str
    items: tuple[ServiceItem, ...]
    product_order: str | None = None
    note: str | None = None

    @property
    def id(self) -> str:
        return f"so-{self.number}"

    @property
    def state(self) -> str:
        return roll_up([item.state for item in self.items])


# Orders that have not passed, or did not pass, their check lead to no service order.
NOT_BROKEN_DOWN = {"acknowledged", "rejected"}
STARTED = {"inProgress", "held", "pending", "completed", "failed", "partial"}


def _service_items(items: list[tuple[str, Item]]) -> tuple[ServiceItem, ...]:
    """The items that need a service, by the specification of their product."""
    return tuple(
        ServiceItem(id, item.action, item.state, specification, item.service)
        for id, item in items
        if not LATEST[item.offering].parts and item.state not in NOT_BROKEN_DOWN
        for specification in SPECIFICATIONS[LATEST[item.offering].specification].services
    )


def _follow_up() -> list[ServiceOrder]:
    """One service order for every product order that needs a service."""
    found = [(order, _service_items(item_ids(order))) for order in ORDERS]
    return [
        ServiceOrder(
            order.number + 1000,
            order.customer,
            order.placed,
            order.text,
            items,
            order.id,
            order.note,
        )
        for order, items in found
        if items
    ]


# fmt: off
NETWORK_WORK = (
    ServiceOrder(3021, 1001, "2026-03-16", "Move a line to the second carrier", (
        ServiceItem("1", "modify", "completed", "sspec-radio-subscription", "svc-rfs-4001"),)),
    ServiceOrder(3022, 1004, "2026-03-30", "Swap a router whose radio failed", (
        ServiceItem("1", "modify", "inProgress", "sspec-fibre-line", "svc-rfs-4103"),)),
    ServiceOrder(3023, 1002, "2026-03-31", "Raise the profile of a fibre line", (
        ServiceItem("1", "modify", "acknowledged", "sspec-fibre-line", "svc-rfs-4102"),)),
)
# fmt: on

SERVICE_ORDERS = (*_follow_up(), *NETWORK_WORK)
BY_PRODUCT_ORDER = {order.product_order: order for order in SERVICE_ORDERS if order.product_order}


def _cancellations() -> list[tuple[ServiceOrder, Cancellation]]:
    """Each cancelled product order that had a service order takes that with it."""
    pairs = [(BY_PRODUCT_ORDER.get(f"po-{row.order}"), row) for row in CANCELLATIONS]
    return [(order, row) for order, row in pairs if order]


def _service(item: ServiceItem) -> Typed:
    return Typed(
        "Service",
        {
            "id": item.service,
            "name": INSTALLED[item.service].name if item.service else None,
            "state": "terminated" if item.action == "delete" else "active",
            "serviceSpecification": service_specification(item.specification),
        },
    )


def _item(item: ServiceItem) -> dict[str, Json]:
    return {
        "id": item.id,
        "action": item.action,
        "quantity": 1,
        "state": item.state,
        "service": _service(item),
    }


def _trouble(order: ServiceOrder) -> dict[str, Json]:
    """What is told about an order that is stuck or has failed."""
    when = later(order.placed, 3)
    alert = {
        "id": "1",
        "name": "Delivery at risk",
        "jeopardyType": "Normal",
        "alertDate": when,
    }
    error = {"code": "site-access", "reason": "Installation failed", "timestamp": when}
    failure = Typed("ServiceOrderErrorMessage", error | {"message": order.note})
    return {
        "jeopardyAlert": [Typed("ServiceOrderJeopardyAlert", alert | {"message": order.note})]
        if order.state == "held"
        else None,
        "errorMessage": Either([failure], failure) if order.state == "failed" else None,
    }


def _milestone(order: ServiceOrder) -> list[Json] | None:
    if order.state not in CLOSED:
        return None
    facts = {
        "id": "1",
        "name": "Service tested",
        "milestoneDate": later(order.placed, 4),
    }
    status = "Violated" if order.state == "failed" else "Completed"
    return [Typed("ServiceOrderMilestone", facts | {"status": status})]


def _order(order: ServiceOrder) -> Record:
    number = (order.product_order or "")[3:]
    origin = {"id": order.product_order, "name": f"Order {number}"}
    reference = Typed("ExternalReference", origin | {"externalReferenceType": "ProductOrder"})
    cancelled = next((row for other, row in _cancellations() if other is order), None)
    ended = cancelled if order.state == "cancelled" else None
    return Record(
        order.id,
        {
            "externalId": Either(v4=order.product_order),
            "externalReference": [reference] if order.product_order else None,
            "description": order.text,
            "category": "product order" if order.product_order else "network work",
            "priority": "3",
            "state": order.state,
            "orderDate": at(order.placed, "11:00:00"),
            "requestedStartDate": later(order.placed, 1),
            "requestedCompletionDate": later(order.placed, 6, "18:00:00"),
            "expectedCompletionDate": later(order.placed, 6, "18:00:00")
            if order.state in OPEN
            else None,
            "startDate": later(order.placed, 1, "10:00:00") if order.state in STARTED else None,
            "completionDate": later(order.placed, 4, "16:00:00") if order.state in CLOSED else None,
            "cancellationDate": ended and ended.effective and at(ended.effective),
            "cancellationReason": ended and ended.reason,
            "relatedParty": [customer_party(order.customer, v4_type="RelatedParty")],
            "milestone": _milestone(order),
            **_trouble(order),
            "serviceOrderItem": [_item(item) for item in order.items],
        },
    )


def service_order_records() -> list[Record]:
    """Every service order."""
    return [_order(order) for order in SERVICE_ORDERS]


def cancel_service_order_records() -> list[Record]:
    """Every request to cancel a service order."""
    return [
        Record(
            f"cso-{row.number + 1000}",
            {
                "state": row.state,
                "cancellationReason": row.reason,
                "requestedCancellationDate": at(row.requested, "08:45:00"),
                "effectiveCancellationDate": row.effective and at(row.effective),
                "serviceOrder": Ref("ServiceOrder", order.id),
            },
        )
        for order, row in _cancellations()
    ]
