"""The point of no return of items, as their plan has it (0026).

Before a step that cannot be undone, or that configures the network where the policy is so, the
order says that its item may be changed no more. That is one compare-and-set with the order as it
was planned for: a change or a cancellation that comes first is followed, one that comes later is
refused.
"""

from typing import Any

from handlers.flow.reach import Reach, change
from handlers.flow.records import FlowRecord
from handlers.flow.replanning import bound_items, is_followed
from tmf_apis.behaviour.no_return import POINT, Policy, point_after, policy, with_point
from tmf_apis.behaviour.order_states import IN_PROGRESS
from tmf_apis.flow.amendment import CONFIGURING, FOR_GOOD
from tmf_apis.flow.items import NESTED, items_of

Json = dict[str, Any]


def with_points(reach: Reach, order: Json) -> Json:
    """An order whose items have the point that follows from when it was made, if any does."""
    point = point_after(_policy(reach), order.get("creationDate"))
    if point is None:
        return order
    items = {item.id for item in items_of(order) if POINT not in item.document}
    return with_point(NESTED, order, items, point)


async def are_bound(reach: Reach, order: Json, record: FlowRecord, ready: list[Json]) -> bool:
    """Whether the items are bound that the next steps bind; else the order is another by now."""
    kinds = FOR_GOOD | CONFIGURING if _policy(reach).activation else FOR_GOOD
    items = {step["item"] for step in ready if step["kind"] in kinds}
    if not items - bound_items(reach, order):
        return True
    point = reach.orders.now()

    def decide(now: Json) -> Json | None:
        if now.get("state") != IN_PROGRESS or not is_followed(record, now):
            return None
        return with_point(NESTED, now, items, point)

    now = await change(reach.orders, order["id"], decide)
    return now.get("state") == IN_PROGRESS and is_followed(record, now)


def _policy(reach: Reach) -> Policy:
    return policy(reach.orders.settings.point_of_no_return)
