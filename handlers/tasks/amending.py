"""Tasks that amend an order: its items are replaced, as far as they may be (0026).

The writes, in order: a claim on amending the order; the task to `inProgress`, with a note that says
`assessingAmendment`; the order with its new items and a note that names the task; whatever follows
the order does; the task to `done`, with a note on what that was; the claim away. The state of the
order has no part in it. Whoever goes on after a sudden end sees by the order's note that it was
amended already.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from handlers.amendable import clock_of
from handlers.changing import alter
from handlers.service import Service
from handlers.tasks.claims import claim, release
from handlers.tasks.of_order import id_in, meant, order_id, order_of
from handlers.tasks.task import Failed, Json, Task
from persistence.errors import Missing
from persistence.store import Scope
from tmf_apis.behaviour.amending import (
    NotAmendable,
    amended,
    is_amended,
    mark_of,
    noted,
    request_fault,
)
from tmf_apis.behaviour.cancelling import seconds_until_asked
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import By
from tmf_apis.tmf630.errors import ILLEGAL_STATE, INVALID_BODY, TmfError
from tmf_apis.tmf630.instants import microseconds
from tmf_apis.tmf630.order_items import item_fault, items_within
from tmf_apis.tmf630.query import All, Comparison, Kind, Operator, Query, Shape, Step

#: How the task says that it is under way, and that of the order it is looked at what may be done.
_UNDER_WAY, ASSESSING = "inProgress", "assessingAmendment"
#: How a task ends that was refused: the first of these that its machine knows.
_REFUSED = ("rejected", "terminatedWithError")


async def _nothing(_order: Json, _wanted: Json) -> None:
    """Nobody follows the order."""


async def _at_once(_order: str) -> str:
    """Nobody follows the order."""
    return "the items of the order are replaced"


@dataclass(frozen=True, slots=True)
class Following:
    """What follows an order, and has a word in its amendment.

    `assess` raises `NotAmendable` for one that it could not follow: it sees the order as it is and
    as it is wanted. `followed` says what was done about the order with an id, or raises `Later`,
    and `NotAmendable` where it is gone.
    """

    assess: Callable[[Json, Json], Awaitable[None]] = _nothing
    followed: Callable[[str], Awaitable[str]] = _at_once


async def admit(service: Service, document: Json, _hints: list[str]) -> None:
    """Raise `TmfError` for an amendment that asks for nothing or for one item twice (400), of an
    unknown order (404), of one that cannot be amended so, or while another one waits (409).
    """
    if (fault := request_fault(document)) is not None:
        raise TmfError(INVALID_BODY, fault)
    order, orders = await meant(service, document), service.siblings[service.rules.target]
    place = f"/{service.rules.target}"
    if orders.rules.items is not None:
        try:
            amended(orders.rules.items, order, document, clock_of(orders, order))
        except NotAmendable as error:
            raise TmfError(ILLEGAL_STATE, f"{place}: {error}") from error
    if (other := await _waiting(service, document)) is not None:
        raise TmfError(ILLEGAL_STATE, f"{place}: the amendment {other} of it waits already.")


def due(service: Service, document: Json, _age: float) -> float:
    """Seconds until the date that the requester asked for."""
    now = microseconds(service.now()) or 0
    return seconds_until_asked(document, now, "requestedAmendmentDate")


def performer(following: Following) -> Callable[[Task], Awaitable[None]]:
    """What carries out amendments of orders that something follows."""

    async def perform(task: Task) -> None:
        name = f"{task.service.collection.name}/{order_id(task)}"
        if await claim(task, name, {}) is None:
            await _refuse(task, "another amendment of the order is under way")
            return
        try:
            await _begin(task)
            order, reason = await order_of(task), task.document.get("amendmentReason")
            await amend(task.target, order, task.document, following, by=task.id, reason=reason)
            told = await following.followed(order_id(task))
        except (NotAmendable, Failed, Missing, TmfError) as error:
            why = "the order is gone" if isinstance(error, Missing) else str(error)
            await _refuse(task, why)
        else:
            await _tell(task, told)
        await release(task, name)

    return perform


async def amend(
    orders: Service, order: Json, changes: Json, following: Following, *, by: str, reason: Any
) -> None:
    """Have an order be as it is wanted, once: it notes by what it was amended.

    Raises `NotAmendable`, `Missing` and `TmfError`.
    """
    if is_amended(order, by):
        return
    await following.assess(order, _wanted(orders, order, changes))
    text = f"amended: {reason}" if reason else "amended"

    def decide(now: Json) -> Json | None:
        if is_amended(now, by):
            return None
        return noted(_wanted(orders, now, changes), mark_of(by), text, orders.now())

    await alter(orders, str(order["id"]), decide, Moment(orders.now, By.SERVER))


def _wanted(orders: Service, order: Json, changes: Json) -> Json:
    """The order as it is wanted. Raises `NotAmendable` for one that its file does not take."""
    rules = orders.rules.items
    assert rules is not None, "what is amended is an order"
    wanted = amended(rules, order, changes, clock_of(orders, order))
    fault = orders.stored_validator.fault(wanted, order) or item_fault(
        items_within(wanted, rules.attribute), rules
    )
    if fault is not None:
        raise NotAmendable(fault)
    return wanted


async def _begin(task: Task) -> None:
    if task.state != _UNDER_WAY:
        notes = noted(task.document, "assessing", ASSESSING, task.service.now())["note"]
        await task.move(_UNDER_WAY, note=notes)


async def _tell(task: Task, told: str) -> None:
    now = task.service.now()
    notes = noted(task.document, "amended", told, now)["note"]
    await task.move("done", note=notes, effectiveAmendmentDate=now)


async def _refuse(task: Task, why: str) -> None:
    """End the task, with why the order stays as it is."""
    machine = task.service.machine
    states = machine.moves if machine else {}
    state = next((state for state in _REFUSED if state in states), _REFUSED[-1])
    await task.move(state, reason=why)


async def _waiting(service: Service, document: Json) -> str | None:
    """The id of an amendment of the same order that is not over, or None."""
    if not service.open_states:
        return None
    order = (Step(service.rules.target, Shape.ONE), Step("id", Shape.ONE))
    state = (Step(service.rules.state or "", Shape.ONE),)
    of_order = Comparison(order, Operator.EQ, (id_in(service, document),), Kind.TEXT)
    is_open = Comparison(state, Operator.EQ, tuple(sorted(service.open_states)), Kind.TEXT)
    found = await service.store.find(
        service.collection, Query(All((of_order, is_open)), limit=1), Scope()
    )
    return found.records[0].id if found.records else None
