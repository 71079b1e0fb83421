"""Servers whose tasks, alarms and orders stop half-way (R-642-*, R-678-*, R-641-*)."""

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.given.acting import acting
from tests.conformance.flawed_servers.patching import stored
from tests.handlers.facts import Json

_CLEARED = "cleared"


def _whole(asked: Asked) -> bool:
    return "fields" not in asked.parameters


@flaw(
    "L-641-C",
    "L-TASK",
    "R-906",
    "S-001",
    "R-711",
    "L-002",
    "R-4*",
    on="TMF641 v4 cancelServiceOrder",
)
async def a_cancellation_begins_as_in_v5(asked: Asked, server: Server) -> Answered:
    """Calls a cancellation acknowledged, where v4 calls it accepted."""
    answered = await server(asked)
    if "/cancelServiceOrder" not in asked.path:
        return answered
    return answered.each(
        lambda e: e | {"state": "acknowledged"} if e.get("state") == "accepted" else e
    )


@flaw("R-642-06", "R-642-07", "R-642-08", on="TMF642 v4 ackAlarms", given=(acting,))
async def one_pattern_is_enough(asked: Asked, server: Server) -> Answered:
    """Looks at the first of several patterns."""
    body = asked.json
    patterns = body.get("alarmPattern") if isinstance(body, dict) else None
    if not asked.creates or "/ackAlarms" not in asked.path or not isinstance(patterns, list):
        return await server(asked)
    answered = await server(asked.with_json(body | {"alarmPattern": patterns[:1]}))
    shown = {"alarmPattern": patterns} if _whole(asked) else {}
    return answered.each(lambda task: task | shown)


@flaw("R-642-07", "R-642-08", on="TMF642 v4 commentAlarms", given=(acting,))
async def a_comment_replaces_the_others(asked: Asked, server: Server) -> Answered:
    """Keeps, of the comments of an alarm, those of the last task."""
    if not asked.creates or "/commentAlarms" not in asked.path:
        return await server(asked)
    alarms = asked.path.replace("commentAlarms", "alarm")
    before = {a["id"]: a for a in (await server(asked.reading(alarms))).json}
    answered = await server(asked)
    for alarm in (await server(asked.reading(alarms))).json:
        old = before.get(alarm["id"], {}).get("comment") or []
        added = (alarm.get("comment") or [])[len(old) :]
        if old and added:
            await server(asked.patching({"comment": added}, f"{alarms}/{alarm['id']}"))
    return answered


@flaw("R-642-04", "R-302", on="TMF642 v4 alarm")
async def changes_of_alarms_are_not_dated(asked: Asked, server: Server) -> Answered:
    """Does not say when an alarm was changed."""
    name = "alarmChangedTime"
    if asked.merges and name not in asked.json and asked.path not in server.memory:
        server.memory[asked.path] = (await stored(asked, server)).get(name)
    answered = await server(asked)
    if asked.path not in server.memory or not _whole(asked):
        return answered
    known = server.memory[asked.path]

    def undated(alarm: Json) -> Json:
        bare = {key: value for key, value in alarm.items() if key != name}
        return bare | ({name: known} if known else {})

    return answered.each(undated) if asked.reads or asked.patches else answered


@flaw("R-642-05", "L-642", "R-814", on="TMF642 v4 alarm")
async def a_cleared_severity_leaves_the_state(asked: Asked, server: Server) -> Answered:
    """Clears the severity of an alarm and leaves its state."""
    if asked.merges:
        change = asked.json
        if change.get("perceivedSeverity") == _CLEARED and "state" not in change:
            server.memory[asked.path] = (await stored(asked, server)).get("state")
        elif change.get("state") == _CLEARED:
            server.memory.pop(asked.path, None)
    answered = await server(asked)
    if asked.path in server.memory and (asked.reads or asked.patches) and _whole(asked):
        return answered.each(lambda alarm: alarm | {"state": server.memory[asked.path]})
    return answered


@flaw("R-678-04", "R-703", "R-720", on="TMF678 v5 customerBillOnDemand")
async def a_bill_needs_no_account(asked: Asked, server: Server) -> Answered:
    """Takes a bill on demand for no account."""
    body = asked.json
    bare = asked.creates and isinstance(body, dict) and "billingAccount" not in body
    if not bare or "/customerBillOnDemand" not in asked.path or "@type" not in body:
        return await server(asked)
    account = {"id": "1", "@type": "BillingAccountRef"}
    return await server(asked.with_json(body | {"billingAccount": account}))


@flaw("R-641-06", "L-622-R*", "L-641", on="TMF641 v5 serviceOrder")
async def a_rejected_order_keeps_its_items(asked: Asked, server: Server) -> Answered:
    """Rejects an order, and leaves its items acknowledged."""
    answered = await server(asked)
    if "/serviceOrder" not in asked.path or not _whole(asked):
        return answered

    def kept(order: Json) -> Json:
        items = order.get("serviceOrderItem")
        if order.get("state") != "rejected" or not isinstance(items, list):
            return order
        return order | {"serviceOrderItem": [item | {"state": "acknowledged"} for item in items]}

    return answered.each(kept)
