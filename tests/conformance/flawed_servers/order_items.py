"""Servers whose orders and items disagree (L-622-R), or do not say how they stand (R-622-05)."""

from collections.abc import Callable

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.conformance.flawed_servers.flaw import flaw
from tests.handlers.facts import Json

ON = "TMF622 v5 productOrder"
_STATES = ("R-302", "R-81*", "R-622-*", "L-*", "R-210", "R-70*")


def _seen(answered: Answered, asked: Asked, change: Callable[[Json], Json]) -> Answered:
    """What is shown of orders, otherwise."""
    shown = asked.creates or asked.reads or asked.lists or asked.patches
    return answered.each(change) if shown and "/productOrder" in asked.path else answered


def _items(order: Json) -> list[Json]:
    return [item for item in order.get("productOrderItem") or [] if isinstance(item, dict)]


@flaw("L-622-R7", *_STATES, on=ON)
async def items_stay_where_they_began(asked: Asked, server: Server) -> Answered:
    """Moves an order, and leaves every item as it was created."""

    def left(order: Json) -> Json:
        if order.get("state") in ("completed", "failed", "cancelled", "rejected"):
            return order
        items = [item | {"state": "acknowledged"} for item in _items(order)]
        return order | ({"productOrderItem": items} if items else {})

    return _seen(await server(asked), asked, left)


@flaw("L-622-R3", *_STATES, on=ON)
async def a_completed_order_has_open_items(asked: Asked, server: Server) -> Answered:
    """Calls an order completed while an item of it has not begun."""

    def open_(order: Json) -> Json:
        items = _items(order)
        if order.get("state") != "completed" or len(items) < 2:
            return order
        return order | {"productOrderItem": [items[0] | {"state": "acknowledged"}, *items[1:]]}

    return _seen(await server(asked), asked, open_)


def _called(order: Json, state: str, *items: str) -> Json:
    """An order called something as soon as its items have these states."""
    found = sorted(str(item.get("state")) for item in _items(order))
    return order | {"state": state} if found == sorted(items) else order


@flaw("L-622-R4", *_STATES, on=ON)
async def a_failed_item_is_passed_over(asked: Asked, server: Server) -> Answered:
    """Calls an order completed when one of its items failed."""
    answered = await server(asked)
    return _seen(answered, asked, lambda o: _called(o, "completed", "completed", "failed"))


@flaw("L-622-R3", *_STATES, on=ON)
async def a_finished_order_goes_on(asked: Asked, server: Server) -> Answered:
    """Calls an order in progress when both of its items are completed."""
    answered = await server(asked)
    return _seen(answered, asked, lambda o: _called(o, "inProgress", "completed", "completed"))


@flaw("L-622-I", *_STATES, on=ON)
async def an_item_moves_anywhere(asked: Asked, server: Server) -> Answered:
    """Lets an item be completed before its order has begun."""
    answered = await server(asked)
    if asked.merges and answered.status == 409 and b'"completed"' in asked.body:
        return await server(asked.reading())
    return answered


@flaw("L-622-R5", *_STATES, on=ON)
async def a_cancelled_item_is_passed_over(asked: Asked, server: Server) -> Answered:
    """Calls an order completed when one of its items was cancelled."""
    answered = await server(asked)
    return _seen(answered, asked, lambda o: _called(o, "completed", "completed", "cancelled"))


@flaw("L-622-R6", *_STATES, on=ON)
async def waiting_items_do_not_hold_an_order(asked: Asked, server: Server) -> Answered:
    """Calls an order in progress though each of its items is held."""
    answered = await server(asked)
    return _seen(answered, asked, lambda o: _called(o, "inProgress", "held", "held"))


@flaw("L-622-R2", *_STATES, on=ON)
async def an_item_in_progress_is_passed_over(asked: Asked, server: Server) -> Answered:
    """Calls an order completed as soon as one of its items is."""
    answered = await server(asked)
    return _seen(answered, asked, lambda o: _called(o, "completed", "completed", "inProgress"))


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


@flaw("R-622-05", *_STATES, "R-709", "R-620-01", "R-1101", "S-001", on=ON)
async def an_order_has_no_state(asked: Asked, server: Server) -> Answered:
    """Does not say how an order stands."""
    answered = await server(asked)
    return _seen(answered, asked, lambda o: {k: v for k, v in o.items() if k != "state"})
