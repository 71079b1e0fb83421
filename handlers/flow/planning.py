"""The plan of an order, with what it needs of the catalogue read as it is asked for."""

from collections.abc import Sequence
from typing import Any

from handlers.flow.reach import Reach, read
from handlers.service import Service
from tmf_apis.flow import planner
from tmf_apis.flow.mapping import Rules
from tmf_apis.flow.plan import plan_of

Json = dict[str, Any]

#: Documents that one order may need: a catalogue without an end is a mistake.
MOST = 500


async def planned(reach: Reach, rules: Rules, order: Json, kept: Sequence[Json] = ()) -> list[Json]:
    """The steps of an order, of which those of some items are `kept`. Raises `PlanError`."""
    documents: dict[tuple[str, str], Json] = {}
    while True:
        try:
            return plan_of(order, documents, rules, kept)
        except planner.Wanted as wanted:
            if len(documents) >= MOST:
                raise planner.PlanError("*", f"it needs more than {MOST} documents") from None
            documents[wanted.kind, wanted.id] = await read(_home(reach, wanted.kind), wanted.id)


def _home(reach: Reach, kind: str) -> Service:
    return {
        planner.OFFERING: reach.offerings,
        planner.PRICE: reach.prices,
        planner.PRODUCT_SPEC: reach.product_specifications,
        planner.SERVICE_SPEC: reach.service_specifications,
        planner.PRODUCT: reach.products,
        planner.SERVICE: reach.services,
    }[kind]
