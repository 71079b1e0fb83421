"""Servers whose tasks do not do what they say (R-642-06, R-642-07, R-901)."""

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.given.acting import MEANT, acting
from tests.conformance.flawed_servers.given.ending import billing, cancelling, exporting

GIVEN = (acting,)
_ACK = "TMF642 v5 ackAlarm"


@flaw("R-642-07", "R-642-06", "R-642-08", on=_ACK, given=GIVEN)
async def a_task_has_no_effect(asked: Asked, server: Server) -> Answered:
    """Answers that a task is done, and does nothing."""
    return await server(asked.with_header(MEANT, "none"))


@flaw("R-642-06", "R-642-07", on=_ACK, given=GIVEN)
async def a_pattern_is_met_by_one_attribute(asked: Asked, server: Server) -> Answered:
    """Takes an alarm for meant when one attribute of a pattern fits."""
    return await server(asked.with_header(MEANT, "any"))


@flaw("R-642-07", on=_ACK, given=GIVEN)
async def who_acknowledged_is_lost(asked: Asked, server: Server) -> Answered:
    """Acknowledges an alarm without keeping who did."""
    answered = await server(asked)
    if asked.path.rpartition("/")[2] == "alarm" or "/alarm/" in asked.path:
        lost = ("ackUserId", "ackSystemId")
        return answered.each(lambda e: {k: v for k, v in e.items() if k not in lost})
    return answered


@flaw("R-901", "R-902", "R-201", on=_ACK, given=GIVEN)
async def a_task_has_no_state(asked: Asked, server: Server) -> Answered:
    """Does not say how a task stands."""
    answered = await server(asked)
    if "/ackAlarm" in asked.path:
        return answered.each(lambda e: {k: v for k, v in e.items() if k != "state"})
    return answered


@flaw("R-902", "R-109", "R-201", "R-701", "R-708", "R-903", on=_ACK, given=GIVEN)
async def a_task_is_accepted(asked: Asked, server: Server) -> Answered:
    """Answers 200 to a task, as to a procedure that was called."""
    answered = await server(asked)
    if asked.creates and "/ackAlarm" in asked.path and answered.ok:
        return answered.with_status(200)
    return answered


@flaw("R-901", "R-103", on=_ACK, given=GIVEN)
async def a_task_cannot_be_read(asked: Asked, server: Server) -> Answered:
    """Forgets a task once it is answered."""
    answered = await server(asked)
    if asked.reads and "/ackAlarm/" in asked.path:
        return await server(asked.reading(f"{asked.collection}/none"))
    return answered


@flaw("R-901", "R-902", "R-201", on=_ACK, given=GIVEN)
async def a_task_hides_its_state(asked: Asked, server: Server) -> Answered:
    """Says how a task stands when it is created, and never again."""
    answered = await server(asked)
    if "/ackAlarm" in asked.path and not asked.creates:
        return answered.each(lambda e: {k: v for k, v in e.items() if k != "state"})
    return answered


@flaw("R-906", "L-TASK", on=_ACK, given=GIVEN)
async def a_task_never_ends(asked: Asked, server: Server) -> Answered:
    """Leaves every task in progress."""
    answered = await server(asked)
    if "/ackAlarm" in asked.path and "fields" not in asked.parameters:
        return answered.each(lambda task: task | {"state": "inProgress"})
    return answered


@flaw("R-906", "L-TASK", "R-642-08", on=_ACK, given=GIVEN)
async def a_task_ends_in_a_state_of_its_own(asked: Asked, server: Server) -> Answered:
    """Calls a task finished, which no file does."""
    answered = await server(asked)
    if "/ackAlarm" in asked.path and "fields" not in asked.parameters:
        return answered.each(lambda task: task | {"state": "finished"})
    return answered


@flaw("R-622-09", "L-622-C", "R-622-08", on="TMF622 v5 cancelProductOrder", given=(cancelling,))
async def a_cancelled_order_goes_on(asked: Asked, server: Server) -> Answered:
    """Ends a cancellation with its date, and goes on with the order."""
    answered = await server(asked)
    if "/productOrder" in asked.path and asked.reads:
        return answered.each(lambda order: order | {"state": "inProgress"})
    return answered


@flaw("R-678-05", "L-678-D", on="TMF678 v5 customerBillOnDemand", given=(billing,))
async def a_bill_on_demand_has_no_bill(asked: Asked, server: Server) -> Answered:
    """Calls a bill on demand done, and names no bill."""
    answered = await server(asked)
    if "/customerBillOnDemand" in asked.path:
        return answered.each(lambda task: {k: v for k, v in task.items() if k != "customerBill"})
    return answered


@flaw("R-620-09", on="TMF620 v5 exportJob", given=(exporting,))
async def a_job_does_not_say_when_it_ended(asked: Asked, server: Server) -> Answered:
    """Calls a job succeeded without a date of its completion."""
    answered = await server(asked)
    if "/exportJob" in asked.path:
        return answered.each(lambda job: {k: v for k, v in job.items() if k != "completionDate"})
    return answered


@flaw("R-620-11", "R-620-09", "L-*", "R-705", "R-302", on="TMF620 v5 exportJob")
async def a_job_writes_anywhere(asked: Asked, server: Server) -> Answered:
    """Carries out every export, wherever it is to be written."""
    return await exporting(asked, server)
