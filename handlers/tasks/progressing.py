"""Orders that the server moves on by itself: out of `pendingCancellation`, and in the sandbox.

One write: the order with its items.
"""

from datetime import timedelta
from math import inf

from handlers.service import Service
from handlers.tasks.task import Json, Task
from tmf_apis.behaviour.cancelling import cancelled, policy
from tmf_apis.behaviour.order_states import CANCELLED, CANCELLING
from tmf_apis.behaviour.sandbox import MOVING, moved, next_state, no_wish
from tmf_apis.flow.documents import ORIGIN
from tmf_apis.tmf630.instants import microseconds

#: How old an order may be that the sandbox moves: what was loaded stays as it is.
_NEW = timedelta(days=1).total_seconds()


def waiting(service: Service) -> frozenset[str]:
    """The states of orders that the server looks at."""
    manual = policy(service.settings.cancellation).after is None
    ours = frozenset() if manual else frozenset({CANCELLING})
    return ours | MOVING if service.settings.sandbox else ours


def due(service: Service, order: Json, age: float) -> float:
    """Seconds until an order is moved on that has been as it is for `age` seconds."""
    if order.get("state") == CANCELLING:
        return 0.0
    if age_of(service, order) > _NEW or next_state(order) is None or _is_of_flow(service, order):
        return inf
    return service.settings.sandbox_delay - age


def age_of(service: Service, order: Json) -> float:
    """Seconds since an order was made; without end where nobody knows."""
    made = next((order[name] for name in service.rules.stamped if name in order), None)
    at = microseconds(made) if isinstance(made, str) else None
    now = microseconds(service.now()) or 0
    return inf if at is None else (now - at) / 1_000_000


def _is_of_flow(service: Service, order: Json) -> bool:
    """Whether a flow moves an order on that it has placed (0021)."""
    origins = order.get("externalReference") or ()
    made = any(one.get("externalReferenceType") == ORIGIN for one in origins)
    return made and service.settings.flow


async def admit(service: Service, order: Json, hints: list[str]) -> None:
    """Take every order; in the sandbox, hint at a wish that is none."""
    if service.settings.sandbox and (fault := no_wish(order)) is not None:
        hints.append(fault)


async def perform(task: Task) -> None:
    """Move an order on to its next state."""
    items = task.service.rules.items
    state = CANCELLED if task.state == CANCELLING else next_state(task.document)
    if items is None or state is None:
        return

    def decide(order: Json) -> Json | None:
        if order.get("state") != task.state:
            return None
        return cancelled(order, state, {}) if state == CANCELLED else moved(items, order, state)

    task.document = await task.alter(task.service, task.id, decide)
