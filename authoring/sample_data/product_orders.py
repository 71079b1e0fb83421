"""The product orders and the requests to cancel them (TMF622)."""

from __future__ import annotations

from typing import NamedTuple

from .company import channel
from .customers import account_ref, customer_party
from .dates import at, later
from .money import price
from .offerings import first_price, offering_ref
from .orders import ORDERS, Item, Order, item_ids, roll_up
from .prices import price_ref
from .records import Record
from .shapes import Either, Json, Ref, Typed

OPEN = {"acknowledged", "inProgress", "pending", "held"}
CLOSED = {"completed", "failed", "partial"}
PRODUCT_STATUS = {
    "add": "active",
    "modify": "active",
    "noChange": "active",
    "delete": "terminated",
}
DAYS_TO_DELIVER = 7


class Cancellation(NamedTuple):
    """A request to cancel; one that is done has a date on which it took effect, or will."""

    number: int
    order: int
    state: str
    reason: str
    requested: str
    effective: str | None = None


CANCELLATIONS = (
    Cancellation(2501, 2015, "done", "Bought elsewhere", "2026-02-04", "2026-02-05"),
    Cancellation(2502, 2019, "inProgress", "Ordered by mistake", "2026-03-25"),
    Cancellation(2503, 2020, "done", "The second shop will not open", "2026-03-21", "2026-04-02"),
)


def order_ref(number: int) -> Ref:
    return Ref("ProductOrder", f"po-{number}", f"Order {number}")


def _product(item: Item) -> Typed | None:
    """The product as ordered; only a finished or an existing one has an id."""
    if item.product is None:
        return None
    return Typed(
        "Product",
        {
            "id": item.product,
            "name": offering_ref(item.offering).name,
            "status": PRODUCT_STATUS[item.action],
            "realizingService": item.service and [Ref("Service", item.service)],
        },
    )


def _price(item: Item) -> list[Json] | None:
    if item.action != "add" or item.within:
        return None
    first = first_price(item.offering)
    return [
        Typed(
            "OrderPrice",
            {
                "name": first.name,
                "priceType": first.kind,
                "recurringChargePeriod": "month" if first.kind == "recurring" else None,
                "price": price(first.net),
                "productOfferingPrice": price_ref(first.id),
            },
        )
    ]


def _item(order: Order, id: str, item: Item) -> Typed:
    children = [child for child, part in item_ids(order) if part.within == id]
    bundles = [
        Typed("OrderItemRelationship", {"id": child, "relationshipType": "bundles"})
        for child in children
    ]
    return Typed(
        "ProductOrderItem",
        {
            "id": id,
            "action": item.action,
            "quantity": 1,
            "state": item.state,
            "productOffering": offering_ref(item.offering),
            "product": _product(item),
            "itemPrice": _price(item),
            "productOrderItemRelationship": bundles,
        },
    )


def _note(order: Order) -> list[Json] | None:
    if order.note is None:
        return None
    facts = {
        "id": "1",
        "author": "Order desk",
        "date": later(order.placed, 1),
        "text": order.note,
    }
    return [Typed("Note", facts)]


def _cancelled(order: Order) -> Cancellation | None:
    """The cancellation that ended the order, if one did."""
    state = roll_up([item.state for item in order.items])
    found = (c for c in CANCELLATIONS if c.order == order.number and state == "cancelled")
    return next(found, None)


def _trouble(order: Order, state: str) -> dict[str, Json]:
    """What v5 alone tells about an order that is stuck or has failed."""
    when = later(order.placed, 3)
    alert = {
        "id": "1",
        "name": "Delivery at risk",
        "jeopardyType": "Normal",
        "alertDate": when,
    }
    error = {"code": "delivery", "reason": "Delivery failed", "timestamp": when}
    message = {"message": order.note}
    return {
        "productOrderJeopardyAlert": Either(
            v5=[Typed("ProductOrderJeopardyAlert", alert | message)] if state == "held" else None
        ),
        "productOrderErrorMessage": Either(
            v5=[Typed("ProductOrderErrorMessage", error | message)] if state == "failed" else None
        ),
    }


def _order(order: Order) -> Record:
    state = roll_up([item.state for item in order.items])
    cancelled = _cancelled(order)
    placed = at(order.placed, "10:15:00")
    number = f"SHOP-{order.number}"
    shop = {"id": number, "owner": "Shop", "externalIdentifierType": "ShopOrder"}
    relation = channel(order.channel)
    return Record(
        order.id,
        {
            "externalId": Either(number, [Typed("ExternalIdentifier", shop)]),
            "description": order.text,
            "category": "business" if order.channel == "chan-desk" else "consumer",
            "priority": "2" if order.channel == "chan-desk" else "3",
            "state": state,
            "orderDate": Either(v4=placed),
            "creationDate": Either(v5=placed),
            "requestedInitialState": Either(v5="acknowledged"),
            "requestedStartDate": later(order.placed, 1),
            "requestedCompletionDate": later(order.placed, DAYS_TO_DELIVER, "18:00:00"),
            "expectedCompletionDate": later(order.placed, DAYS_TO_DELIVER, "18:00:00")
            if state in OPEN
            else None,
            "completionDate": later(order.placed, 5, "15:30:00") if state in CLOSED else None,
            "cancellationDate": cancelled and cancelled.effective and at(cancelled.effective),
            "cancellationReason": cancelled and cancelled.reason,
            "billingAccount": account_ref(order.customer),
            "channel": [
                Either(
                    {
                        "id": relation.id,
                        "name": relation.name,
                        "role": "sales channel",
                        "@referredType": "Channel",
                    },
                    Typed("RelatedChannel", {"role": "sales channel", "channel": relation}),
                )
            ],
            "relatedParty": [customer_party(order.customer)],
            "note": _note(order),
            **_trouble(order, state),
            "productOrderItem": [_item(order, id, item) for id, item in item_ids(order)],
        },
    )


def product_order_records() -> list[Record]:
    """Every product order."""
    return [_order(order) for order in ORDERS]


def cancel_product_order_records() -> list[Record]:
    """Every request to cancel a product order."""
    return [
        Record(
            f"cpo-{row.number}",
            {
                "state": row.state,
                "cancellationReason": row.reason,
                "creationDate": Either(v5=at(row.requested, "08:30:00")),
                "requestedCancellationDate": at(row.requested, "08:30:00"),
                "effectiveCancellationDate": row.effective and at(row.effective),
                "productOrder": order_ref(row.order),
            },
        )
        for row in CANCELLATIONS
    ]
