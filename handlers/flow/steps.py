"""What each kind of step does, and how it is undone: a table of small functions.

Doing a step again changes nothing, for the ids of what it makes follow from the plan. So does
undoing it.
"""

from collections.abc import Awaitable, Callable, Mapping

from handlers.flow import product_steps as product
from handlers.flow import rate_steps as rate
from handlers.flow import service_steps as service
from handlers.flow.doing import Doing
from handlers.flow.reach import change
from tmf_apis.flow import documents as make


async def _finish(doing: Doing) -> None:
    states = {doing.step["item"]: "completed"}
    await change(doing.reach.orders, doing.order["id"], lambda order: make.in_state(order, states))


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
    "change": (service.modify, _nothing),
}
