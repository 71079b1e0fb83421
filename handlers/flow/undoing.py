"""Undo what steps did, the last one first."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.flow.deeds import Deeds
from handlers.flow.doing import Doing
from handlers.flow.reach import Reach

Json = dict[str, Any]


async def undo(
    reach: Reach,
    deeds: Deeds,
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
        doing = Doing(reach, deeds.activation, order, step, cancelled, chosen=chosen)
        await deeds.steps[step["kind"]][1](doing)
