"""The orders both servers hold: TMF622 v5 product orders of some 3 KB."""

from typing import Any

ORDERS = 10_000
STATES = ("acknowledged", "inProgress", "pending", "held", "completed")


def order(number: int) -> dict[str, Any]:
    """The order of a number, always the same."""
    day, minute = divmod(number, 1440)
    state = STATES[number % len(STATES)]
    return {
        "id": f"order-{number}",
        "@type": "ProductOrder",
        "category": "B2C",
        "description": f"Order {number} of the benchmark",
        "priority": str(number % 5),
        "creationDate": f"2026-01-{1 + day % 28:02d}T{minute // 60:02d}:{minute % 60:02d}:00Z",
        "requestedStartDate": "2026-02-01T08:00:00Z",
        "requestedCompletionDate": "2026-02-03T17:00:00Z",
        "state": state,
        "relatedParty": [_party("customer", f"cust-{number % 500}"), _party("seller", "shop-7")],
        "note": [
            {"@type": "Note", "id": "1", "author": "Web shop", "date": "2026-01-01T10:00:00Z",
             "text": "The customer asks for a call before the technician comes to the house."}
        ],
        "productOrderItem": [_item(str(n), state) for n in range(1, 5)],
    }  # fmt: skip


def posted() -> dict[str, Any]:
    """An order as a client posts it: the states of it and its items are the server's."""
    sent = order(1)
    for one in (sent, *sent["productOrderItem"]):
        del one["state"]
    return {name: value for name, value in sent.items() if name not in ("id", "creationDate")}


def _party(role: str, id: str) -> dict[str, Any]:
    party = {"@type": "PartyRef", "id": id, "name": f"Party {id}", "@referredType": "Individual"}
    return {"@type": "RelatedPartyRefOrPartyRoleRef", "role": role, "partyOrPartyRole": party}


def _item(id: str, state: str) -> dict[str, Any]:
    characteristic = {"@type": "StringCharacteristic", "name": "downloadSpeed",
                      "valueType": "string", "value": "1000 Mbit/s"}  # fmt: skip
    return {
        "@type": "ProductOrderItem",
        "id": id,
        "action": "add",
        "quantity": 1,
        "state": state,
        "productOffering": {"@type": "ProductOfferingRef", "id": f"offer-{id}", "version": "1.0",
                            "name": "Fibre 1000 for the home"},
        "product": {"@type": "Product", "isBundle": False, "name": "Fibre access line",
                    "productCharacteristic": [characteristic]},
        "note": [{"@type": "Note", "id": "1", "text": "Installation in the cellar."}],
    }  # fmt: skip
