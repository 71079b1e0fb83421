"""What customers have: the product inventory (TMF637)."""

from __future__ import annotations

from .billing import PRODUCTS
from .customers import account_ref, customer_ref
from .dates import at, later
from .installed import INSTALLED
from .money import price
from .offerings import LATEST, offering_ref
from .orders import ORDERS, Item, Order, item_ids
from .prices import PRICES, price_ref
from .product_orders import DAYS_TO_DELIVER
from .records import Record
from .resources import resource_ref
from .shapes import Characteristic, Either, Json, Party, Ref, Typed
from .specifications import specification_ref

#: Who has what was given up, and so is in no order that added it.
GIVEN_UP = {"prod-6016": 1006}
_PERIODS = {"recurring": "month"}


def _touching(product: str) -> list[tuple[Order, str, Item]]:
    return [
        (order, id, item)
        for order in ORDERS
        for id, item in item_ids(order)
        if item.product == product and item.state == "completed"
    ]


def _order_item(order: Order, id: str, item: Item) -> Typed:
    return Typed(
        "RelatedOrderItem",
        {
            "role": "product order",
            "orderItemAction": item.action,
            "orderItemId": id,
            "productOrderId": Either(v4=order.id),
            "orderId": Either(v5=order.id),
            "@referredType": "ProductOrder",
        },
    )


def _prices(offering: str) -> list[Json]:
    return [
        Typed(
            "ProductPrice",
            {
                "name": PRICES[id].name,
                "priceType": PRICES[id].kind,
                "recurringChargePeriod": _PERIODS.get(PRICES[id].kind),
                "price": price(PRICES[id].net),
                "productOfferingPrice": price_ref(id),
            },
        )
        for id in LATEST[offering].prices
    ]


def _parts(product: str) -> list[Ref]:
    """What a bundle holds, by the items within its own."""
    order, id, _ = _touching(product)[0]
    inner = [item for _, item in item_ids(order) if item.within == id and item.product]
    return [Ref("Product", str(item.product), LATEST[item.offering].name) for item in inner]


def _party(customer: int) -> Either:
    flat = Party("customer", customer_ref(customer))
    role = {"role": "customer", "partyOrPartyRole": customer_ref(customer)}
    return Either(flat, Typed("RelatedPartyOrPartyRole", role))


def _product(id: str, customer: int) -> Record:
    touched = _touching(id)
    first, _, item = touched[0]
    service = INSTALLED[item.service] if item.service else None
    ended = next((order for order, _, last in touched if last.action == "delete"), None)
    started = service.started if service else None
    chain = [service, *(INSTALLED[rfs] for rfs in service.relies_on)] if service else []
    equipment = dict.fromkeys(use for one in chain for use in one.uses)
    offering = LATEST[item.offering]
    parts = _parts(id)
    return Record(
        id,
        {
            "name": offering.name,
            "description": offering.text,
            "isBundle": bool(parts),
            "isCustomerVisible": True,
            "status": "terminated" if ended else "active",
            "orderDate": at(first.placed),
            "startDate": at(started) if started else later(first.placed, DAYS_TO_DELIVER),
            "terminationDate": ended and later(ended.placed, DAYS_TO_DELIVER),
            "billingAccount": account_ref(customer),
            "productOffering": offering_ref(item.offering),
            "productSpecification": specification_ref(offering.specification),
            "productCharacteristic": [Characteristic(*use) for use in offering.uses],
            "productOrderItem": [_order_item(*touch) for touch in touched],
            "productPrice": [] if item.within else _prices(item.offering),
            "product": parts,
            "realizingService": [Ref("Service", service.id, service.name)] if service else None,
            "realizingResource": [resource_ref(use) for use in equipment],
            "relatedParty": [_party(customer)],
        },
        kind="Product",
    )


def product_records() -> list[Record]:
    """Every product that somebody has or had."""
    owners = {id: owner for id, (owner, _) in PRODUCTS.items()} | GIVEN_UP
    return [_product(id, owner) for id, owner in sorted(owners.items())]
