"""The plan of an order and how far it is: one record an order, beside the resources of the APIs.

Whoever holds the order writes it, and an operator who says what to do about a step.
"""

from typing import Any

from handlers.flow import notes
from persistence.store import Collection, Record, Store

Json = dict[str, Any]

FLOWS = Collection("flow/flows")


class FlowRecord(notes.Note):
    """The stored plan of one order: `about` holds the steps with their states."""

    def __init__(self, store: Store, record: Record) -> None:
        super().__init__(store, FLOWS, record)

    @property
    def steps(self) -> list[Json]:
        """The steps, in the order of the plan."""
        found: list[Json] = self.about["steps"]
        return found

    @property
    def is_unplanned(self) -> bool:
        """Whether the order, as it is, has no plan: none yet, or none could be made of it."""
        return not self.steps or bool(self.about.get("unplanned"))


async def load(store: Store, id: str) -> FlowRecord | None:
    """The plan of an order, or None where there is none."""
    record = await notes.find(store, FLOWS, id)
    return None if record is None else FlowRecord(store, record)


async def begin(store: Store, about: Json) -> FlowRecord:
    """The plan of an order, written down now; one that was made first stands."""
    return FlowRecord(store, await notes.begin(store, FLOWS, about))
