"""Servers whose orders and items disagree (L-622-R), or do not say how they stand (R-622-05)."""

from collections.abc import Callable

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.slips import Give, Slip, Slips, without
from tests.handlers.facts import Json

ON = "TMF622 v5 productOrder"
_STATES = ("R-302", "R-81*", "R-622-*", "L-*", "R-210", "R-70*")


def _shown(asked: Asked) -> bool:
    """Whatever shows orders."""
    shows = asked.creates or asked.reads or asked.lists or asked.patches
    return shows and "/productOrder" in asked.path


def _items(order: Json) -> list[Json]:
    return [item for item in order.get("productOrderItem") or [] if isinstance(item, dict)]


def _each(change: Callable[[Json], Json]) -> Give:
    """Orders that are changed."""
    return lambda asked, answered: answered.each(change)


def _calling(state: str, *items: str) -> Give:
    """Orders called something as soon as their items have these states."""

    def called(order: Json) -> Json:
        found = sorted(str(item.get("state")) for item in _items(order))
        return order | {"state": state} if found == sorted(items) else order

    return _each(called)


def _left(order: Json) -> Json:
    """An order whose items stand where they began, until it is over."""
    if order.get("state") in ("completed", "failed", "cancelled", "rejected"):
        return order
    items = [item | {"state": "acknowledged"} for item in _items(order)]
    return order | ({"productOrderItem": items} if items else {})


def _open(order: Json) -> Json:
    """A completed order with an item that has not begun."""
    items = _items(order)
    if order.get("state") != "completed" or len(items) < 2:
        return order
    return order | {"productOrderItem": [items[0] | {"state": "acknowledged"}, *items[1:]]}


Slips(__name__, ON, _STATES).register(
    [
        Slip(
            "items_stay_where_they_began",
            "Moves an order, and leaves every item as it was created.",
            "L-622-R7",
            _shown,
            _each(_left),
        ),
        Slip(
            "a_completed_order_has_open_items",
            "Calls an order completed while an item of it has not begun.",
            "L-622-R3",
            _shown,
            _each(_open),
        ),
        Slip(
            "a_failed_item_is_passed_over",
            "Calls an order completed when one of its items failed.",
            "L-622-R4",
            _shown,
            _calling("completed", "completed", "failed"),
        ),
        Slip(
            "a_finished_order_goes_on",
            "Calls an order in progress when both of its items are completed.",
            "L-622-R3",
            _shown,
            _calling("inProgress", "completed", "completed"),
        ),
        Slip(
            "a_cancelled_item_is_passed_over",
            "Calls an order completed when one of its items was cancelled.",
            "L-622-R5",
            _shown,
            _calling("completed", "completed", "cancelled"),
        ),
        Slip(
            "waiting_items_do_not_hold_an_order",
            "Calls an order in progress though each of its items is held.",
            "L-622-R6",
            _shown,
            _calling("inProgress", "held", "held"),
        ),
        Slip(
            "an_item_in_progress_is_passed_over",
            "Calls an order completed as soon as one of its items is.",
            "L-622-R2",
            _shown,
            _calling("completed", "completed", "inProgress"),
        ),
        Slip(
            "an_order_has_no_state",
            "Does not say how an order stands.",
            "R-622-05",
            _shown,
            without("state"),
            also=("R-709", "R-620-01", "R-1101", "S-001"),
        ),
    ]
)


@flaw("L-622-I", *_STATES, on=ON)
async def an_item_moves_anywhere(asked: Asked, server: Server) -> Answered:
    """Lets an item be completed before its order has begun."""
    answered = await server(asked)
    if asked.merges and answered.status == 409 and b'"completed"' in asked.body:
        return await server(asked.reading())
    return answered


@flaw("L-622-R1", *_STATES, on=ON)
async def an_order_is_rejected_in_part(asked: Asked, server: Server) -> Answered:
    """Rejects one item, and goes on with the others."""
    parts: set[str] = server.memory.setdefault("parts", set())
    body = asked.json
    items = _items(body) if asked.merges and isinstance(body, dict) else []
    if any(item.get("state") == "rejected" for item in items):
        parts.add(asked.path)
        answered = await server(asked.reading())
    else:
        answered = await server(asked)

    def rejected(order: Json) -> Json:
        one, *others = _items(order)
        return order | {"productOrderItem": [one | {"state": "rejected"}, *others]}

    return answered.each(rejected) if asked.path in parts else answered
