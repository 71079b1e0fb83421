"""Tasks that have come to their end as soon as they are created (L-622-C, L-678-D, L-620-J)."""

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, answer
from tests.handlers.facts import Json

WHEN = "2031-01-01T00:00:00Z"
_BILL = "kit-bill"


async def cancelling(asked: Asked, server: Server) -> Answered:
    """Grant every cancellation: the order is cancelled, with its date and reason."""
    answered = await server(asked)
    orders: dict[str, Json] = server.memory.setdefault("orders", {})
    if asked.creates and asked.path.endswith("/cancelProductOrder") and answered.ok:
        cancelled = {"state": "cancelled", "cancellationDate": WHEN}
        reason = asked.json.get("cancellationReason")
        about = cancelled | ({"cancellationReason": reason} if reason else {})
        orders[asked.json["productOrder"]["id"]] = about
    if "/cancelProductOrder" in asked.path:
        return _ended(asked, answered, {"state": "done", "effectiveCancellationDate": WHEN})
    if "/productOrder/" in asked.path and asked.reads and answered.ok:
        return answered.each(lambda order: order | orders.get(order["id"], {}))
    return answered


async def billing(asked: Asked, server: Server) -> Answered:
    """Give a bill for every bill on demand; clients move its state alone."""
    if asked.path.endswith(f"/customerBill/{_BILL}") and (asked.reads or asked.merges):
        moved: Json = server.memory.setdefault("bill", {})
        moved |= {"state": asked.json["state"]} if asked.merges and "state" in asked.json else {}
        bill = {"id": _BILL, "href": asked.path, "@type": "CustomerBill", "runType": "offCycle"}
        return answer(bill | moved)
    reference = {"id": _BILL, "@type": "CustomerBillRef"}
    done = {"state": "done", "customerBill": reference}
    answered = await server(asked)
    return _ended(asked, answered, done) if "/customerBillOnDemand" in asked.path else answered


async def exporting(asked: Asked, server: Server) -> Answered:
    """Carry out every export at once."""
    answered = await server(asked)
    done = {"status": "Succeeded", "completionDate": WHEN}
    return _ended(asked, answered, done) if "/exportJob" in asked.path else answered


def _ended(asked: Asked, answered: Answered, end: Json) -> Answered:
    """A task as it is at its end, in every answer that shows it whole."""
    return answered if "fields" in asked.parameters else answered.each(lambda task: task | end)
