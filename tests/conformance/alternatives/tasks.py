"""Servers that end tasks otherwise, or later (R-902, L-622-C, L-678-D)."""

from time import monotonic

from tests.conformance.alternatives.alternative import alternative
from tests.conformance.alternatives.cancelling import accept, cancelling
from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.handlers.facts import Json

ON = "TMF622 v5 cancelProductOrder"
_EFFECT = "tasks.cancelling_takes_effect"
_DATE = "tasks.cancellation_is_dated"
_END = "tasks.task_ends"


@alternative(
    ON,
    passed=(
        _EFFECT, _DATE, _END, "refusals.date_times_are_demanded",
        "retrieval.listed_records_are_complete",
    ),
    given=(cancelling(accept),),
)  # fmt: skip
async def an_order_is_cancelled_once(asked: Asked, server: Server) -> Answered:
    """Cancels at once, and refuses with 409 to cancel again."""
    return await server(asked)


async def _deny(asked: Asked, order: str, server: Server) -> Json:
    return {"state": "done"}


async def _fail(asked: Asked, order: str, server: Server) -> Json:
    return {"state": "terminatedWithError"}


async def _promise(asked: Asked, order: str, server: Server) -> Json:
    await server(asked.patching({"state": "pendingCancellation"}, order))
    return {"state": "done", "effectiveCancellationDate": "2031-01-01T00:00:00Z"}


@alternative(ON, passed=(_EFFECT, _END), aside=(_DATE,), given=(cancelling(_deny),))
async def cancelling_is_denied(asked: Asked, server: Server) -> Answered:
    """Ends every assessment as done, with the order as it was."""
    return await server(asked)


@alternative(ON, passed=(_EFFECT, _END), aside=(_DATE,), given=(cancelling(_fail),))
async def cancelling_fails(asked: Asked, server: Server) -> Answered:
    """Ends every assessment without a result, with the order as it was."""
    return await server(asked)


@alternative(ON, passed=(_EFFECT, _END), aside=(_DATE,), given=(cancelling(_promise),))
async def cancelling_is_pending(asked: Asked, server: Server) -> Answered:
    """Ends every assessment with a cancellation that is to come."""
    return await server(asked)


@alternative(ON, skipped=(_EFFECT, _DATE, _END), expects=())
async def tasks_take_days(asked: Asked, server: Server) -> Answered:
    """Leaves a task as it is until somebody has looked at it."""
    return await server(asked)


@alternative(ON, passed=(_EFFECT, _DATE, _END), given=(cancelling(accept),))
async def a_task_is_told_late(asked: Asked, server: Server) -> Answered:
    """Needs a second and a half for a task."""
    answered = await server(asked)
    since: dict[str, float] = server.memory.setdefault("since", {})

    def told(record: Json) -> Json:
        begun = since.setdefault(record["id"], monotonic())
        late = record.get("state") != "done" or monotonic() - begun > 1.5
        return record if late else record | {"state": "inProgress"}

    shown = asked.creates or asked.reads
    return answered.each(told) if shown and "/cancelProductOrder" in asked.path else answered


@alternative(
    "TMF678 v5 customerBillOnDemand",
    passed=(_END,),
    aside=("bills.demand_gives_a_bill",),
)
async def no_bill_run_succeeds(asked: Asked, server: Server) -> Answered:
    """Ends every bill on demand with an error."""
    answered = await server(asked)
    if "/customerBillOnDemand" in asked.path and (asked.creates or asked.reads):
        return answered.each(lambda task: task | {"state": "terminatedWithError"})
    return answered


@alternative(
    "TMF642 v5 ackAlarm", skipped=("alarms.ack_acknowledges", "alarms.patterns_match_whole")
)
async def no_alarm_is_acknowledged(asked: Asked, server: Server) -> Answered:
    """Ends every task on alarms with an error."""
    answered = await server(asked)
    if "/ackAlarm" in asked.path and (asked.creates or asked.reads):
        return answered.each(lambda task: task | {"state": "terminatedWithError"})
    return answered
