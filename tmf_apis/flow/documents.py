"""The documents that steps make, of v5, from the order and what the plan says. Pure."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from tmf_apis.behaviour.order_states import FINAL

Json = dict[str, Any]

#: What tells a service order of a flow from others: where it comes from.
ORIGIN = "ProductOrder"
#: The characteristic of a resource that names the service it is kept for.
RESERVED_FOR = "reservedFor"
_VALUE_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}


def reference(kind: str, target: str, named: Mapping[str, Any]) -> Json | None:
    """A reference of a class to something that is named by id; None for nothing."""
    if not named.get("id"):
        return None
    return {"@type": kind, **named, "@referredType": target}


def characteristics(values: Mapping[str, Any]) -> list[Json]:
    """Characteristics of v5, each of the class of its value."""
    return [_characteristic(name, value) for name, value in values.items()]


def with_characteristics(
    holder: Json, attribute: str, names: Container[str], values: Mapping[str, Any]
) -> Json:
    """Something whose characteristics of these names have some values, or are not there any more.

    `attribute` is what holds its characteristics.
    """
    kept = [one for one in holder.get(attribute) or () if one.get("name") not in names]
    return holder | {attribute: kept + characteristics(values)}


def _characteristic(name: str, value: Any) -> Json:
    kind = _VALUE_TYPES.get(type(value), "object")
    return {
        "@type": f"{kind.capitalize()}Characteristic",
        "name": name,
        "valueType": kind,
        "value": value,
    }


def product(order: Json, item: str, about: Json, account: Json | None, now: str) -> Json:
    """A product from its order on, waiting to become active."""
    return {
        "id": about["product"],
        "@type": "Product",
        "name": about["name"],
        "status": "pendingActive",
        "isBundle": about["bundle"],
        "isCustomerVisible": True,
        "creationDate": now,
        "orderDate": order.get("creationDate"),
        "billingAccount": account,
        "productOffering": reference("ProductOfferingRef", "ProductOffering", about["offering"]),
        "productSpecification": reference(
            "ProductSpecificationRef", "ProductSpecification", about["specification"]
        ),
        "productCharacteristic": characteristics(about["characteristics"]),
        "productOrderItem": [
            {
                "@type": "RelatedOrderItem",
                "role": "product order",
                "orderId": order["id"],
                "orderItemId": item,
                "orderItemAction": "add",
                "@referredType": ORIGIN,
            }
        ],
        "productPrice": [_price(price) for price in about["prices"]],
        "relatedParty": [
            {**party, "@type": "RelatedPartyOrPartyRole"} for party in order.get("relatedParty", [])
        ],
    }


def is_of(product: Json, order: str, item: str) -> bool:
    """Whether a product is what an item of an order makes."""
    return any(
        (one.get("orderId"), one.get("orderItemId")) == (order, item)
        for one in product.get("productOrderItem") or ()
    )


def _price(price: Json) -> Json:
    tax = next((one.get("rate") for one in price["tax"]), None)
    return {
        "@type": "ProductPrice",
        "name": price["name"],
        "priceType": price["type"],
        **({"recurringChargePeriod": price["period"]} if price["period"] else {}),
        "price": {
            "@type": "Price",
            **({} if tax is None else {"taxRate": tax}),
            "dutyFreeAmount": price["amount"],
        },
        "productOfferingPrice": {
            "@type": "ProductOfferingPriceRef",
            "id": price["id"],
            "name": price["name"],
            "@referredType": "ProductOfferingPrice",
        },
        **({"priceAlteration": price["alterations"]} if price.get("alterations") else {}),
    }


def service_order(order: Json, item: str, about: Json, now: str) -> Json:
    """The service order of a customer-facing service, with what it rests on."""
    action = about.get("action", "add")
    return {
        "id": about["serviceOrder"],
        "@type": "ServiceOrder",
        "state": "acknowledged",
        "category": "product order",
        "description": f"Item {item} of product order {order['id']}",
        "orderDate": now,
        "externalReference": [
            {
                "@type": "ExternalReference",
                "id": order["id"],
                "externalReferenceType": ORIGIN,
                "name": f"item {item}",
            }
        ],
        "relatedParty": order.get("relatedParty"),
        "serviceOrderItem": [
            {
                "@type": "ServiceOrderItem",
                "id": str(number),
                "action": action,
                "quantity": 1,
                "state": "acknowledged",
                "service": {
                    "@type": "Service",
                    "id": line["service"],
                    "name": line["name"],
                    "serviceSpecification": _specification(line),
                    "serviceCharacteristic": characteristics(line["characteristics"]),
                },
            }
            for number, line in enumerate(about["lines"], 1)
        ],
    }


def service(order: Json, about: Json, now: str) -> Json:
    """A service that is reserved, with what it rests on."""
    line = about["line"]
    below = [
        {"@type": "ServiceRef", "id": id, "@referredType": "Service"} for id in line["relies_on"]
    ]
    return {
        "id": line["service"],
        "@type": "Service",
        "name": line["name"],
        "category": line["category"],
        "state": "reserved",
        "operatingStatus": "pending",
        "isServiceEnabled": False,
        "hasStarted": False,
        "serviceDate": now,
        "serviceSpecification": _specification(line),
        "serviceCharacteristic": characteristics(line["characteristics"]),
        "relatedParty": order.get("relatedParty"),
        "supportingService": below,
        "serviceRelationship": [
            {"@type": "ServiceRelationship", "relationshipType": "reliesOn", "service": one}
            for one in below
        ],
        "supportingResource": resource_references(line["resources"]),
        "serviceOrderItem": [
            {
                "@type": "RelatedServiceOrderItem",
                "serviceOrderId": about["serviceOrder"],
                "itemId": "1",
                "itemAction": "add",
                "@referredType": "ServiceOrder",
            }
        ],
    }


def resource(order: Json, wanted: Json, service: str) -> Json:
    """A resource that is made for a service, reserved."""
    named = wanted["specification"]
    return {
        "id": wanted["resource"],
        "@type": "LogicalResource",
        "name": f"{named.get('name') or named['id']} {wanted['resource'][:8]}",
        "category": named.get("name"),
        "value": wanted["resource"][:8],
        "administrativeState": "unlocked",
        "operationalState": "enabled",
        "usageState": "idle",
        "lifecycleState": "planned",
        "resourceSpecification": reference(
            "ResourceSpecificationRef", "ResourceSpecification", named
        ),
        "resourceCharacteristic": characteristics(
            {**wanted["characteristics"], RESERVED_FOR: service}
        ),
        "relatedParty": order.get("relatedParty"),
    }


def resource_references(resources: Iterable[Json]) -> list[Json]:
    """References to resources of a plan."""
    return [
        {
            "@type": "ResourceRef",
            "id": one["resource"],
            **(
                {"name": one["specification"]["name"]}
                if one.get("specification", {}).get("name")
                else {}
            ),
            "@referredType": "LogicalResource",
        }
        for one in resources
    ]


def in_state(holder: Json, states: Mapping[str, str]) -> Json:
    """An order with some of its items, by id, in other states; those that are final stay."""
    name = "productOrderItem"
    items = []
    for item in holder.get(name) or ():
        wish = states.get(str(item.get("id")))
        moved = in_state(item, states) if item.get(name) else item
        items.append(
            {**moved, "state": wish} if wish and moved.get("state") not in FINAL else moved
        )
    return holder | {name: items}


def _specification(line: Json) -> Json | None:
    named = {n: v for n, v in line["specification"].items() if not n.startswith("@")}
    return reference("ServiceSpecificationRef", "ServiceSpecification", named)
