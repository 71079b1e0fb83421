"""Servers whose orders move by themselves (R-622-04, L-005)."""

from time import monotonic

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
