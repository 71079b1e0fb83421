"""Servers whose tasks do not do what they say (R-642-06, R-642-07, R-901)."""

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.given.acting import MEANT, acting

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
