"""Amendments of orders that the flow carries out: its plan must be able to follow (0026)."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from handlers.flow.operating import go_on
from handlers.flow.planning import planned
from handlers.flow.reach import read
from handlers.flow.records import FlowRecord, load
from handlers.flow.replanning import assessed, is_followed
from handlers.flow.running import LOOK, Flow
from handlers.tasks.amending import Following
from handlers.tasks.holding import Lost, Watch
from handlers.tasks.task import Later
from persistence.store import Store
from tmf_apis.behaviour.amending import NotAmendable
from tmf_apis.behaviour.order_states import ACKNOWLEDGED, FINAL, HELD, IN_PROGRESS
from tmf_apis.flow.documents import ORIGIN
from tmf_apis.flow.items import digests_of
from tmf_apis.flow.planner import PlanError

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Amending:
    """What a flow has to say about amendments of its orders."""

    flow: Flow
    _watch: Watch = field(default_factory=Watch)

    @property
    def following(self) -> Following:
        """What amendments of orders ask."""
        return Following(self.assess, self.followed)

    async def assess(self, order: Json, wanted: Json) -> None:
        """Raise `NotAmendable` for an order that would have no plan, or whose plan has done what
        cannot be undone.
        """
        reach, rules = self.flow.reach, self.flow.rules
        record = await load(reach.orders.store, order["id"])
        try:
            if record is not None and record.steps:
                await assessed(reach, rules, record, wanted)
            elif record is not None or self._begins(order):
                await planned(reach, rules, wanted)
        except PlanError as error:
            raise NotAmendable(str(error)) from error

    async def followed(self, id: str) -> str:
        """What the plan made of an amended order. Raises `Later` while it is not there yet.

        An order that the flow holds goes on: what held it may be what was amended. One that lost
        all that was open is over, so that nobody looks at it any more but the amendment.
        """
        reach = self.flow.reach
        order, record = await read(reach.orders, id), await load(reach.orders.store, id)
        if not order:
            raise NotAmendable("the order is gone")
        if record is None or is_followed(record, order):
            return _told(record)
        if order.get("state") == HELD and record.about.get("unplanned") == digests_of(order):
            return "no plan can be made of it any more, so that it is held"
        if order.get("state") == HELD and _holds(record):
            await go_on(reach, id)
        elif order.get("state") in FINAL:
            return await self._ended(order)
        elif order.get("state") != IN_PROGRESS:
            return "the plan follows when the order goes on"
        reach.orders.bell.ring_again(reach.orders.collection.name, IN_PROGRESS)
        raise Later(LOOK)

    async def _ended(self, order: Json) -> str:
        """What the plan made of an order that is over. Raises `Later` while somebody holds it."""
        flow, store = self.flow, self.flow.reach.orders.store
        name = f"{flow.reach.orders.collection.name}/{order['id']}"
        holding = await self._watch.take(store, name, "an amendment")
        if holding is None:
            raise Later(LOOK)
        try:
            record = await load(store, order["id"])
            if record is not None:
                await flow.follow(record, order)
            return _told(record)
        except PlanError as error:
            raise NotAmendable(str(error)) from error
        finally:
            with suppress(Lost):
                await holding.release()

    def _begins(self, order: Json) -> bool:
        """Whether the flow is to begin with an order."""
        if order.get("state") != ACKNOWLEDGED:
            return False
        return self.flow.due(self.flow.reach.orders, order, 0.0) == 0.0


def of_service_orders(store: Store) -> Following:
    """What amendments of service orders ask: those that a flow has placed stay as they are."""

    async def assess(order: Json, _wanted: Json) -> None:
        for origin in order.get("externalReference") or ():
            if origin.get("externalReferenceType") != ORIGIN:
                continue
            record = await load(store, str(origin.get("id")))
            steps = record.steps if record is not None else ()
            if any(step["about"].get("serviceOrder") == order["id"] for step in steps):
                why = f"it is what the product order {origin['id']} becomes; amend that one"
                raise NotAmendable(why)

    return Following(assess)


def _holds(record: FlowRecord) -> bool:
    """Whether it is the flow that holds an order, for a step or for want of a plan."""
    return record.is_unplanned or any(step["state"] == HELD for step in record.steps)


def _told(record: FlowRecord | None) -> str:
    told = record.about.get("amendments") if record is not None else None
    return str(told[-1]["what"]) if told else "the items of the order are replaced"
