"""Tasks that cancel an order: it is assessed, then cancelled or put back (L-622-C, L-641-C).

The writes, in order: a claim on the order that keeps its states; the order to
`assessingCancellation`; the task to `inProgress`; the order to `pendingCancellation`, then
`cancelled`, or back; the task to `done`; the claim away.
"""

from handlers.amendable import clock_of
from handlers.service import Service
from handlers.tasks.claims import claim, release
from handlers.tasks.of_order import items_of, meant, order_id, order_of
from handlers.tasks.task import Failed, Json, Later, Task
from persistence.errors import Missing
from tmf_apis.behaviour.cancelling import (
    BEING_CANCELLED,
    cancelled,
    hindrance,
    policy,
    restored,
    seconds_until_asked,
    states_of,
)
from tmf_apis.behaviour.no_return import passed
from tmf_apis.behaviour.order_states import ASSESSING, CANCELLED, CANCELLING, FINAL, PARTIAL
from tmf_apis.behaviour.sandbox import DENY_CANCEL, wish_of
from tmf_apis.tmf630.errors import ILLEGAL_STATE, TmfError
from tmf_apis.tmf630.instants import microseconds

#: Seconds between two looks at an order that somebody else decides about.
LOOK = 0.5
_UNDER_WAY = "inProgress"


async def admit(service: Service, document: Json, _hints: list[str]) -> None:
    """Raise `TmfError` for the cancellation of an unknown order (404) or of one that is over, being
    cancelled or past its point of no return (409; R-622-10).
    """
    order = await meant(service, document)
    fault = hindrance(order) or _too_late(service.siblings[service.rules.target], order)
    if fault is not None:
        raise TmfError(ILLEGAL_STATE, f"/{service.rules.target}: {fault}")


def due(service: Service, document: Json, _age: float) -> float:
    """Seconds until the date that the requester asked for."""
    return seconds_until_asked(document, microseconds(service.now()) or 0)


async def perform(task: Task) -> None:
    """Cancel the order that the task names, as the server's policy is."""
    now = microseconds(task.service.now()) or 0
    order, name = await order_of(task), task.target.collection.name + "/" + order_id(task)
    kept = await claim(task, name, states_of(items_of(task), order) | {"at": now})
    if kept is None:
        raise Failed("another cancellation of the order is under way")
    try:
        await _assess(task, order)
        order = await _decide(task, kept)
        await _tell(task, order)
    except (Failed, Missing) as error:
        await release(task, name)
        raise Failed("the order is gone" if isinstance(error, Missing) else str(error)) from error
    await release(task, name)


async def _assess(task: Task, order: Json) -> None:
    """Have the order wait for the decision. One that is over before cannot be cancelled."""
    if task.state == _UNDER_WAY:
        return
    if order.get("state") in FINAL:
        raise Failed(str(hindrance(order)))

    def assessed(now: Json) -> Json | None:
        if now.get("state") not in BEING_CANCELLED and (fault := _too_late(task.target, now)):
            raise Failed(fault)
        return cancelled(now, ASSESSING, task.document)

    try:
        await task.alter(task.target, order_id(task), assessed)
    except TmfError as error:
        raise Failed(error.message) from error
    await task.move(_UNDER_WAY)


def _too_late(orders: Service, order: Json) -> str | None:
    """Why an order can be cancelled no more, or None."""
    items = orders.rules.items
    return passed(items.attribute, order, clock_of(orders, order)) if items else None


async def _decide(task: Task, kept: Json) -> Json:
    """The order when it is decided about: by the server, or by whoever fulfils it."""
    order, settings = await order_of(task), task.service.settings
    if order.get("state") not in BEING_CANCELLED:
        return order
    decision = policy(settings.cancellation)
    denied = settings.sandbox and wish_of(order) == DENY_CANCEL
    if decision.after is None and not denied:
        raise Later(LOOK)
    passed = ((microseconds(task.service.now()) or 0) - kept["at"]) / 1_000_000
    if (left := (decision.after or 0.0) - passed) > 0:
        raise Later(left)
    if denied:
        items = items_of(task)
        return await task.alter(task.target, order_id(task), lambda now: restored(items, now, kept))
    order = await _further(task, CANCELLING)
    if settings.flow and order.get("state") == CANCELLING:
        # What was made for the order is undone first, by whoever holds it (0021).
        raise Later(LOOK)
    return await _further(task, CANCELLED)


async def _tell(task: Task, order: Json) -> None:
    """Say in the task what became of the order."""
    state = order.get("state")
    if state in (CANCELLED, PARTIAL):
        date = order.get("cancellationDate") or task.service.now()
        await task.move("done", effectiveCancellationDate=date)
    elif state in FINAL:
        raise Failed(f"the order was {state} before it could be cancelled")
    else:
        await task.move("done", reason=f"denied: the order is {state} again")


async def _further(task: Task, state: str) -> Json:
    """The order a step on, unless it is over, or was put back."""
    return await task.alter(
        task.target, order_id(task), lambda order: cancelled(order, state, task.document)
    )
