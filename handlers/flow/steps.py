"""What each kind of step does, and how it is undone: a table of small functions.

Doing a step again changes nothing, for the ids of what it makes follow from the plan. So does
undoing it.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from handlers.flow import product_steps as product
from handlers.flow import rate_steps as rate
from handlers.flow import service_steps as service
from handlers.flow.doing import Doing
from handlers.flow.reach import change
from tmf_apis.flow import documents as make
from tmf_apis.flow.items import digest_of, items_of

Json = dict[str, Any]


async def _finish(doing: Doing) -> None:
    """Have the item be completed, unless it was amended meanwhile."""
    id, planned = doing.step["item"], doing.step["about"].get("ordered")

    def decide(order: Json) -> Json | None:
        item = next((item for item in items_of(order) if item.id == id), None)
        doing.noted["missed"] = item is None or planned not in (None, digest_of(item))
        return None if doing.noted["missed"] else make.in_state(order, {id: "completed"})

    await change(doing.reach.orders, doing.order["id"], decide)


async def _nothing(doing: Doing) -> None:
    """What was done stays."""


Deed = Callable[[Doing], Awaitable[None]]

#: By kind of step: what is done, and how it is undone.
STEPS: Mapping[str, tuple[Deed, Deed]] = {
    "product": (product.capture, product.abort),
    "order": (service.place, service.unplace),
    "reserve": (service.reserve_line, service.release),
    "activate": (service.activate, _nothing),
    "complete": (service.complete, _nothing),
    "deliver": (product.deliver, _nothing),
    "rate": (rate.charge, rate.uncharge),
    "finish": (_finish, _nothing),
    "withdraw": (product.withdraw, product.keep),
    "cease": (service.cease, _nothing),
    "terminate": (product.terminate, _nothing),
    "refund": (rate.refund, _nothing),
    "modify": (product.modify, product.unmodify),
    "change": (service.modify, service.unmodify),
}
