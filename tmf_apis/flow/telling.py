"""What an order tells of its flow: why an item is held, and that nothing goes on. Pure."""

from collections.abc import Mapping
from typing import Any

from tmf_apis.behaviour.order_states import FINAL, HELD
from tmf_apis.flow.items import items_of

Json = dict[str, Any]

#: The codes of what is held because a neighbour is away, and because something else is held.
NEIGHBOUR, WAIT = "neighbour", "wait"
_ERRORS, _ALERTS = "productOrderErrorMessage", "productOrderJeopardyAlert"


def with_errors(order: Json, code: str, faults: Mapping[str, str], now: str) -> Json:
    """An order that also tells what is wrong with some items, by their ids."""
    told = [_error(f"flow-{code}", item, order["id"], why, now) for item, why in faults.items()]
    return order | {_ERRORS: [*(order.get(_ERRORS) or ()), *told]}


def _error(code: str, item: str, order: str, message: str, now: str) -> Json:
    """What an order tells of a step that failed."""
    return {
        "@type": "ProductOrderErrorMessage",
        "code": code,
        "reason": "a step of the flow failed",
        "message": message,
        "timestamp": now,
        "productOrderItem": [
            {
                "@type": "ProductOrderItemRef",
                "productOrderItemId": item,
                "productOrderId": order,
                "itemId": item,
            }
        ],
    }


def waits_for_neighbours(order: Json) -> bool:
    """Whether an item is held, and what was told of it last is that a neighbour is away."""
    last: dict[str, str] = {}
    for error in order.get(_ERRORS) or ():
        if error.get("code") != f"flow-{WAIT}":
            items = error.get("productOrderItem") or ()
            last |= {str(item.get("productOrderItemId")): error.get("code") for item in items}
    held = (item.id for item in items_of(order) if item.document.get("state") == HELD)
    return any(last.get(id) == f"flow-{NEIGHBOUR}" for id in held)


def is_untold(order: Json) -> bool:
    """Whether an order is stuck, for all of it that is not over is held, and the last thing it
    told is why: nobody was warned since.
    """
    states = {item.document.get("state") for item in items_of(order)}
    if HELD not in states or not states <= {HELD, *FINAL}:
        return False
    errors, alerts = order.get(_ERRORS) or (), order.get(_ALERTS) or ()
    told = max((str(alert.get("alertDate")) for alert in alerts), default="")
    return any(str(error.get("timestamp")) > told for error in errors)


def in_jeopardy(order: Json, now: str) -> Json:
    """An order with a warning that its items wait for somebody."""
    waiting = [item.id for item in items_of(order) if item.document.get("state") == HELD]
    alerts = order.get(_ALERTS) or []
    alert = {
        "@type": "ProductOrderJeopardyAlert",
        "id": str(len(alerts) + 1),
        "name": "stuck",
        "alertDate": now,
        "jeopardyType": "critical",
        "exception": "held",
        "message": f"nothing goes on until somebody sees to the items {', '.join(waiting)}",
        "productOrderItem": [
            {
                "@type": "ProductOrderItemRef",
                "productOrderId": order["id"],
                "productOrderItemId": id,
            }
            for id in waiting
        ],
    }
    return order | {_ALERTS: [*alerts, alert]}
