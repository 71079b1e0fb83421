"""Supplemental orders: each amends the order that it names, and is done when that follows (0026).

The writes, in order: a record without steps, which says that the order is the flow's; the other
order with its new items and a note that names the supplement; the supplement to `inProgress`;
whatever the plan of the other one does; the supplement to `completed`. Refused it is `rejected`,
with an error message.
"""

from dataclasses import dataclass
from typing import Any

from handlers.flow.reach import change, read
from handlers.flow.records import load
from handlers.flow.running import Flow
from handlers.tasks.amending import Following, amend
from handlers.tasks.task import Task
from persistence.errors import Missing
from tmf_apis.behaviour.amending import NotAmendable
from tmf_apis.behaviour.order_states import (
    ACKNOWLEDGED,
    COMPLETED,
    FAILED,
    IN_PROGRESS,
    REJECTED,
)
from tmf_apis.flow.items import items_of, parties_of
from tmf_apis.flow.supplement import changes_of, supplemented
from tmf_apis.flow.telling import with_errors
from tmf_apis.tmf630.errors import TmfError

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Supplementing:
    """Carries supplemental orders out, and leaves all others to the flow."""

    flow: Flow
    following: Following

    async def perform(self, task: Task) -> None:
        """Carry an order out, or go on where somebody stopped. Raises `Later`."""
        target = supplemented(task.document)
        if target is None or not await self._is_ours(task):
            await self.flow.perform(task)
            return
        order = task.document
        try:
            if order.get("state") == ACKNOWLEDGED:
                await self._amend(order, target)
                await self._move(order, IN_PROGRESS)
            await self.following.followed(target)
        except (NotAmendable, Missing, TmfError) as error:
            why = str(error)
            await self._refuse(order, f"the order {target} is gone" if why == target else why)
            return
        await self._move(order, COMPLETED)

    async def _is_ours(self, task: Task) -> bool:
        """Whether the flow carries an order out that is being begun, or was."""
        if self.flow.is_wish(task.service, task.document):
            return False
        if task.state == ACKNOWLEDGED:
            await self.flow.begun(task.document)
        there = await load(self.flow.reach.orders.store, task.id) is not None
        return there and task.state in (ACKNOWLEDGED, IN_PROGRESS)

    async def _amend(self, order: Json, id: str) -> None:
        """Amend the other order. Raises `NotAmendable`, `Missing` and `TmfError`."""
        orders = self.flow.reach.orders
        target = await read(orders, id)
        if not target or id == order["id"]:
            raise NotAmendable(f"there is no other order {id}, which it supplements")
        owners, asking = parties_of(target), parties_of(order)
        if owners != asking and not owners & asking:
            raise NotAmendable(f"the order {id} is of no party that this one names")
        changes = changes_of(order, target)
        if not any(changes.values()):
            raise NotAmendable(f"it changes nothing of the order {id}")
        reason = order.get("description") or f"supplemented by the order {order['id']}"
        await amend(orders, target, changes, self.following, by=order["id"], reason=reason)

    async def _move(self, order: Json, state: str) -> None:
        """Move a supplement on with its items; one that somebody else moved stays."""
        before = {IN_PROGRESS: ACKNOWLEDGED, COMPLETED: IN_PROGRESS}[state]

        def decide(now: Json) -> Json | None:
            return now | {"state": state} if now.get("state") == before else None

        await change(self.flow.reach.orders, order["id"], decide)

    async def _refuse(self, order: Json, why: str) -> None:
        """End a supplement, with why the other order stays as it is."""
        orders = self.flow.reach.orders
        faults, at = {item.id: why for item in items_of(order)}, orders.now()
        ends = {ACKNOWLEDGED: REJECTED, IN_PROGRESS: FAILED}

        def decide(now: Json) -> Json | None:
            state = ends.get(str(now.get("state")))
            if state is None:
                return None
            return with_errors(now | {"state": state}, "supplement", faults, at)

        await change(orders, order["id"], decide)
