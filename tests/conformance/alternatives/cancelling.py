"""Cancel tasks that are carried out at once (L-622-C), in whatever way a server decides."""

from collections.abc import Awaitable, Callable

from tests.conformance.flawed_servers.exchange import Answered, Asked, Behaviour, Server, refusal
from tests.handlers.facts import Json

WHEN = "2031-01-01T00:00:00Z"
#: What becomes of the task, given what is asked, the path of the order, and the server.
Decision = Callable[[Asked, str, Server], Awaitable[Json]]


def cancelling(decide: Decision) -> Behaviour:
    """A server whose cancel tasks are decided as they are created; one order has one of them."""

    async def behaviour(asked: Asked, server: Server) -> Answered:
        over: dict[str, Json] = server.memory.setdefault("over", {})
        if asked.creates and asked.path.endswith("/cancelProductOrder"):
            order = _order(asked)
            if order in server.memory.setdefault("orders", set()):
                return refusal(409, "The order is cancelled already")
            answered = await server(asked)
            if answered.ok:
                server.memory["orders"].add(order)
                change = await decide(asked, order, server)
                over[answered.json["id"]] = change
            return answered.each(lambda task: task | over.get(task.get("id"), {}))
        answered = await server(asked)
        if asked.reads or asked.lists:
            return answered.each(lambda record: record | over.get(record.get("id"), {}))
        return answered

    return behaviour


async def accept(asked: Asked, order: str, server: Server) -> Json:
    """The order is cancelled."""
    reason = asked.json.get("cancellationReason")
    change = {"state": "cancelled", "cancellationDate": WHEN, "cancellationReason": reason}
    await server(asked.patching(change, order))
    return {"state": "done", "effectiveCancellationDate": WHEN}


def _order(asked: Asked) -> str:
    body = asked.json
    named = body.get("productOrder") if isinstance(body, dict) else None
    record = named.get("id") if isinstance(named, dict) else None
    return f"{asked.collection}/productOrder/{record}"
