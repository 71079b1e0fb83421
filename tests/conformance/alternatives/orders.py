"""Servers whose orders move by themselves (R-622-04, L-005)."""

from time import monotonic
from typing import Any

from tests.conformance.alternatives.alternative import alternative
from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.conformance.flawed_servers.given.enforcing import enforcing

ON = "TMF622 v5 productOrder"


@alternative(ON, passed=("orders.existing_things_are_named",))
async def an_order_is_rejected_later(asked: Asked, server: Server) -> Answered:
    """Takes an order that names nothing to change, and rejects it half a second later."""
    rejected: dict[str, float] = server.memory.setdefault("rejected", {})
    if asked.creates and isinstance(asked.json, dict):
        body = asked.json
        items = body.get("productOrderItem") or [{}]
        if items[0].get("action") in ("modify", "delete"):
            added = [item | {"action": "add"} for item in items]
            answered = await server(asked.with_json(body | {"productOrderItem": added}))
            rejected[answered.json["id"]] = monotonic() + 0.5
            return answered
    answered = await server(asked)
    if asked.reads and rejected.get(asked.path.rpartition("/")[2], monotonic()) < monotonic():
        return answered.each(lambda order: order | {"state": "rejected"})
    return answered


@alternative(
    ON,
    passed=("agreement.items_agree_in_every_state", "orders.order_has_a_state"),
    aside=("orders.order_ends",),
    free=False,
)
async def items_follow_a_moment_later(asked: Asked, server: Server) -> Answered:
    """Moves the items of an order three tenths of a second after the order."""
    moved: dict[str, tuple[float, Any]] = server.memory.setdefault("moved", {})
    before = await server(asked.reading()) if asked.patches else None
    answered = await server(asked)
    if before is not None and answered.ok:
        moved[asked.path] = monotonic() + 0.3, before.json.get("productOrderItem")
    until, items = moved.get(asked.path, (0.0, None))
    if asked.reads and items and monotonic() < until:
        return answered.each(lambda order: order | {"productOrderItem": items})
    return answered


@alternative(ON, skipped=("lifecycles.illegal_moves_are_refused",), given=(enforcing,))
async def an_order_starts_by_itself(asked: Asked, server: Server) -> Answered:
    """Begins every order after it came, before anybody asks for it again."""
    waiting: set[str] = server.memory.setdefault("waiting", set())
    if asked.path in waiting:
        waiting.remove(asked.path)
        await server(asked.patching({"state": "inProgress"}))
    answered = await server(asked)
    if asked.creates and answered.ok:
        waiting.add(f"{asked.path}/{answered.json['id']}")
    return answered
