"""What waits for a neighbour that is away goes on by itself when it is back (0028).

The writes, in order: in the record, how often that was tried; the items of the order to
`inProgress`. Whoever carries it out finds steps that are held while their items go on, and has them
tried again. As long as no step succeeds, each time comes later than the one before.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from handlers.flow.holding import hold
from handlers.flow.operating import go_on
from handlers.flow.reach import Reach
from handlers.flow.records import FlowRecord
from handlers.neighbours.failing import Away
from handlers.tasks.task import Later, Task
from tmf_apis.behaviour.order_states import HELD
from tmf_apis.flow.items import items_of
from tmf_apis.flow.standing import AWAY, away
from tmf_apis.flow.telling import NEIGHBOUR
from tmf_apis.tmf630.instants import microseconds

Json = dict[str, Any]

#: Seconds between two looks whether a neighbour is back, at least and at most: in between, as long
#: as it has been away.
SOONEST, LATEST = 1.0, 15.0
#: Seconds after which other work is looked at again that needs one.
AGAIN = 5.0
#: Seconds that steps are held at least, by how often they failed although it was back.
PAUSES = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)

logger = logging.getLogger(__name__)


def patient(perform: Callable[[Task], Awaitable[None]]) -> Callable[[Task], Awaitable[None]]:
    """The same work, which is looked at later where it needs a neighbour that is away."""

    async def performed(task: Task) -> None:
        try:
            await perform(task)
        except Away as error:
            logger.warning("%s: %s", task.name, error.in_full)
            raise Later(AGAIN) from error

    return performed


async def wait_for(reach: Reach, record: FlowRecord, order: Json, error: Away) -> None:
    """Have an order be held whose plan needs a neighbour that is away."""
    about = {"api": error.api, "began": reach.orders.now()}
    await record.save(lambda kept: kept.update({AWAY: about}))
    faults = {item.id: str(error) for item in items_of(order)}
    await hold(reach, order, faults, NEIGHBOUR, passing=True)


async def go_on_when_back(reach: Reach, record: FlowRecord, order: Json) -> None:
    """Have an order go on that waits for neighbours, all of which are back. Raises `Later`."""
    held = _since(reach, record.about)
    times = record.about.get("returns", 0)
    pause = PAUSES[min(times, len(PAUSES) - 1)]
    if held < pause:
        raise Later(pause - held)
    known = reach.neighbours()
    for api in away(record.about):
        # One that the server was started without, since, keeps nothing any more.
        if api in known and not await known[api].is_back():
            raise Later(min(max(held, SOONEST), LATEST))
    await record.save(lambda about: about.update(returns=times + 1))
    still = {step["item"] for step in record.steps if _is_held(step) and not step.get(AWAY)}
    await go_on(reach, order["id"], still)


def _since(reach: Reach, about: Json) -> float:
    """Seconds for which the neighbours have been waited for."""
    steps = (step for step in about["steps"] if _is_held(step) and step.get(AWAY))
    began = [one["began"] for one in (*steps, *filter(None, [about.get(AWAY)]))]
    at, now = microseconds(max(began, default="")), microseconds(reach.orders.now())
    return 0.0 if at is None or now is None else max(0.0, (now - at) / 1_000_000)


def _is_held(step: Json) -> bool:
    return bool(step["state"] == HELD)
