"""Servers whose tasks and orders do nearly all that they should (R-622-*, R-642-*, L-*)."""

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.given.acting import acting
from tests.conformance.flawed_servers.given.ending import cancelling
from tests.conformance.flawed_servers.patching import stored
from tests.handlers.facts import Json


def _whole(asked: Asked) -> bool:
    return "fields" not in asked.parameters


@flaw(
    "R-622-08", "R-622-09", "L-622-C", "R-622-11",
    on="TMF622 v4 cancelProductOrder", given=(cancelling,),
)  # fmt: skip
async def why_an_order_was_cancelled_is_lost(asked: Asked, server: Server) -> Answered:
    """Cancels an order with its date, and does not say why."""
    answered = await server(asked)
    if "/productOrder" not in asked.path:
        return answered

    def unexplained(order: Json) -> Json:
        cancelled = order.get("state") == "cancelled"
        return {k: v for k, v in order.items() if not cancelled or k != "cancellationReason"}

    return answered.each(unexplained)


@flaw("R-642-08", "R-642-07", "R-642-06", on="TMF642 v5 ackAlarm", given=(acting,))
async def a_task_names_one_alarm(asked: Asked, server: Server) -> Answered:
    """Acknowledges all alarms that are meant, and names the first in its result."""
    answered = await server(asked)
    if "/ackAlarm" not in asked.path or not _whole(asked):
        return answered
    return answered.each(
        lambda t: t | {"ackedAlarm": t["ackedAlarm"][:1]} if "ackedAlarm" in t else t
    )


@flaw("R-620-09", "L-620-J", "R-906", "L-TASK", "S-001", "R-711", "L-002", "R-413",
      on="TMF620 v4 importJob")  # fmt: skip
async def jobs_stand_in_camel_case(asked: Asked, server: Server) -> Answered:
    """Calls a job notStarted, where the file says Not Started."""
    answered = await server(asked)
    if "/importJob" not in asked.path or not _whole(asked):
        return answered
    return answered.each(
        lambda job: job | {"status": "notStarted"} if job.get("status") == "Not Started" else job
    )


@flaw("L-622-O", "R-622-07", "R-814", "L-001", on="TMF622 v5 productOrder")
async def what_is_held_is_not_cancelled(asked: Asked, server: Server) -> Answered:
    """Refuses to cancel an order that is held."""
    if asked.merges and asked.json.get("state") == "cancelled":
        before = await stored(asked, server)
        if before.get("state") == "held":
            return refusal(409, "An order that is held cannot be cancelled")
    return await server(asked)


@flaw("R-814", "L-641", "L-001", "R-641-06", on="TMF641 v5 serviceOrder")
async def what_is_held_can_be_completed(asked: Asked, server: Server) -> Answered:
    """Lets an order be completed that is held, without taking it up again."""
    if asked.merges and asked.json.get("state") == "completed":
        before = await stored(asked, server)
        if before.get("state") == "held":
            await server(asked.patching({"state": "inProgress"}))
    return await server(asked)
