"""Have items wait for somebody, and tell why; an order of which nothing goes on is in jeopardy."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.flow.reach import Reach, change
from tmf_apis.behaviour.order_states import HELD, IN_PROGRESS
from tmf_apis.flow.documents import in_state
from tmf_apis.flow.standing import AWAY
from tmf_apis.flow.telling import NEIGHBOUR, in_jeopardy, is_untold, with_errors

Json = dict[str, Any]


async def hold(
    reach: Reach, order: Json, faults: Mapping[str, str], code: str, *, passing: bool = False
) -> None:
    """Hold the items of an order for which there are faults, unless it goes on no more anyway.

    Of what is `passing` nobody is warned: the order goes on by itself.
    """
    now = reach.orders.now()

    def decide(seen: Json) -> Json | None:
        if seen.get("state") != IN_PROGRESS:
            return None
        waiting = with_errors(in_state(seen, dict.fromkeys(faults, HELD)), code, faults, now)
        return in_jeopardy(waiting, now) if is_untold(waiting) and not passing else waiting

    await change(reach.orders, order["id"], decide)


async def hold_for_steps(reach: Reach, order: Json, steps: Sequence[Json]) -> None:
    """Hold the items whose steps are held: those that wait for a neighbour go on by themselves."""
    passing = {step["item"]: step["error"] for step in steps if step[AWAY]}
    failed = {step["item"]: step["error"] for step in steps if not step[AWAY]}
    if passing:
        await hold(reach, order, passing, NEIGHBOUR, passing=True)
    if failed:
        await hold(reach, order, failed, "step")


async def warn(reach: Reach, order: Json) -> None:
    """Tell of an order that is stuck since its last other item was done."""
    if is_untold(order):
        now = reach.orders.now()
        await change(
            reach.orders,
            order["id"],
            lambda seen: in_jeopardy(seen, now) if is_untold(seen) else None,
        )
