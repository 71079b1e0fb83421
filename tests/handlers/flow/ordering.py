"""Orders what the sample catalogue has, and sees what becomes of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.handlers.serving import Server
from tests.handlers.tasks.waiting import UNDER_WAY, until

Json = dict[str, Any]

ORDERS = "/tmf-api/productOrderingManagement/v5/productOrder"
PRODUCTS = "/tmf-api/productInventory/v5/product"
SERVICE_ORDERS = "/tmf-api/serviceOrdering/v5/serviceOrder"
SERVICES = "/tmf-api/serviceInventory/v5/service"
RESOURCES = "/tmf-api/resourceInventoryManagement/v5/resource"
RATES = "/tmf-api/customerBillManagement/v5/appliedCustomerBillingRate"
CANCELLATIONS = "/tmf-api/productOrderingManagement/v5/cancelProductOrder"
AMENDMENTS = {
    "Product": "/tmf-api/productOrderingManagement/v5/amendProductOrder",
    "Service": "/tmf-api/serviceOrdering/v5/amendServiceOrder",
}
#: Seconds that an order may take.
PATIENCE = 30.0


def added(id: str, offering: str, **more: Any) -> Json:
    """An item that adds a product."""
    return {
        "@type": "ProductOrderItem",
        "id": id,
        "action": "add",
        "productOffering": {"@type": "ProductOfferingRef", "id": offering},
        **more,
    }


def touching(id: str, action: str, product: str, **more: Any) -> Json:
    """An item that is about a product that is there."""
    about = {"@type": "Product", "id": product, **more}
    return {"@type": "ProductOrderItem", "id": id, "action": action, "product": about}


def bundling(parts: Sequence[str]) -> Json:
    """The relation of a bundle to its parts."""
    return {
        "productOrderItemRelationship": [
            {"@type": "OrderItemRelationship", "id": part, "relationshipType": "bundles"}
            for part in parts
        ]
    }


def of(customer: str) -> Json:
    """What says whose an order is."""
    role = {"@type": "PartyRoleRef", "id": customer, "@referredType": "Customer"}
    party = {
        "@type": "RelatedPartyRefOrPartyRoleRef",
        "role": "customer",
        "partyOrPartyRole": role,
    }
    return {"relatedParty": [party]}


def order_of(*items: Json, **more: Any) -> Json:
    """A body that orders some items for a customer of the sample data."""
    body = {"@type": "ProductOrder", "productOrderItem": list(items)}
    return body | of("cust-1001") | more


@dataclass(frozen=True)
class Flowing:
    """A server, asked over HTTP."""

    server: Server

    def order(self, *items: Json, **more: Any) -> str:
        """The id of a new order."""
        answer = self.server.client.post(ORDERS, json=order_of(*items, **more))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def over(self, id: str, *states: str) -> Json:
        """An order once it is in one of some states."""
        until = time.monotonic() + PATIENCE
        while True:
            order = self.get(f"{ORDERS}/{id}")
            if order["state"] in states:
                return order
            assert time.monotonic() < until, (order["state"], self.flow(id))
            time.sleep(0.05)

    def ordered(self, *items: Json, state: str = "completed", **more: Any) -> Json:
        """An order that was carried out; its flow notes that after the order itself does."""
        order = self.over(self.order(*items, **more), state)
        until(lambda: self.flow(order["id"]), lambda flow: flow["state"] != "running")
        return order

    def amend(self, id: str, *, kind: str = "Product", **changes: Any) -> Json:
        """The task of an amendment of an order, of products or of services, when it is over."""
        reference = {f"{kind.lower()}Order": {"@type": f"{kind}OrderRef", "id": id}}
        body = {"@type": f"Amend{kind}Order"} | reference | changes
        answer = self.server.client.post(AMENDMENTS[kind], json=body)
        assert answer.status_code == 201, answer.text
        path = f"{AMENDMENTS[kind]}/{answer.json()['id']}"
        return until(lambda: dict(self.get(path)), lambda task: task["state"] not in UNDER_WAY)

    def get(self, path: str) -> Any:
        answer = self.server.client.get(path)
        assert answer.status_code in (200, 206), answer.text
        return answer.json()

    def flow(self, id: str) -> Json:
        """The flow of an order, as programs see it."""
        return dict(self.get(f"/flow?order={id}"))

    def products(self, id: str) -> list[Json]:
        """What an order made."""
        return list(self.get(f"{PRODUCTS}?productOrderItem.orderId={id}&limit=100"))

    def rates(self, product: str) -> list[Json]:
        """What is charged for a product."""
        return list(self.get(f"{RATES}?product.id={product}&limit=100"))

    def decide(self, id: str, word: str, **more: str) -> Any:
        """Do about held steps what an operator does."""
        answer = self.server.client.post(f"/flow/{word}", params={"order": id, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()["steps"]
