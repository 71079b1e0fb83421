"""Undo what steps did, the last one first."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.flow.activation import Activation
from handlers.flow.doing import Doing
from handlers.flow.reach import Reach
from handlers.flow.steps import STEPS

Json = dict[str, Any]


async def undo(
    reach: Reach,
    activation: Activation,
    order: Json,
    steps: Sequence[Json],
    chosen: Mapping[str, str],
    *,
    cancelled: bool,
) -> None:
    """Undo steps of an order; one that was being done may have been done in part.

    `chosen` are the resources that were taken in place of planned ones; `cancelled` says that what
    was ordered is wanted no more, and did not fail.
    """
    for step in reversed(steps):
        doing = Doing(reach, activation, order, step, cancelled, chosen=chosen)
        await STEPS[step["kind"]][1](doing)
