"""The plan of an order follows its items, however these were changed (0026).

Whoever holds the order compares them with what the plan was made for before each round, when no
step is being done. The writes, in order: the record with the new steps and those to be undone; what
these did is undone, the last one first; the record without them. An order that ends before that is
seen has nothing to follow.
"""

from typing import Any

from handlers.flow.deeds import Deeds
from handlers.flow.planning import planned
from handlers.flow.reach import Reach
from handlers.flow.records import FlowRecord
from handlers.flow.undoing import undo
from tmf_apis.behaviour.no_return import Clock
from tmf_apis.behaviour.order_states import FINAL
from tmf_apis.flow import standing
from tmf_apis.flow.amendment import Difference, difference
from tmf_apis.flow.items import Item, digest_of, items_of
from tmf_apis.flow.mapping import Rules
from tmf_apis.flow.plan import ordered
from tmf_apis.tmf630.instants import microseconds

Json = dict[str, Any]

#: Differences that are told of, the last ones.
_TOLD = 20


def is_followed(record: FlowRecord, order: Json) -> bool:
    """Whether the plan is that of the order as it is now, and nothing of another is left."""
    return not record.about.get("undoing") and not _changed(record, order)


async def assessed(reach: Reach, rules: Rules, record: FlowRecord, order: Json) -> Difference:
    """What an order, as it is or as it is wanted, changes in its plan. Raises `PlanError`."""
    changed = _changed(record, order)
    kept = [step for step in record.steps if step["item"] not in changed]
    new = await planned(reach, rules, order, kept)
    named = {str(item.product["id"]) for item in items_of(order) if item.product.get("id")}
    adding = {step["about"]["product"] for step in record.steps if step["kind"] == "product"}
    renamed = record.about.get("renamed", {})
    return difference(
        record.steps, new, renamed, frozenset(named & adding), bound_items(reach, order)
    )


async def follow(reach: Reach, rules: Rules, deeds: Deeds, record: FlowRecord, order: Json) -> None:
    """Have the plan be that of the order, with nothing left of what it was. Raises `PlanError`."""
    if _changed(record, order):
        found = await assessed(reach, rules, record, order)
        told = {"at": reach.orders.now(), "what": found.told}

        def mend(about: Json) -> None:
            planned_now(about, found.steps)
            about["renamed"] = found.renamed
            about["undoing"] = [*about.get("undoing", ()), *found.undone]
            about["amendments"] = [*about.get("amendments", ()), told][-_TOLD:]

        await record.save(mend)
    await left_undone(reach, deeds, record, order)


def bound_items(reach: Reach, order: Json) -> set[str]:
    """The items of an order that are past their point of no return."""
    clock = Clock(microseconds(reach.orders.now()) or 0)
    return {item.id for item in items_of(order) if clock.fault(item.document)}


def planned_now(about: Json, steps: list[Json]) -> None:
    """Write down the steps of a plan that could be made."""
    about["steps"] = steps
    about.pop("unplanned", None)


async def left_undone(reach: Reach, deeds: Deeds, record: FlowRecord, order: Json) -> None:
    """Have nothing be left of what the plan was before."""
    if left := record.about.get("undoing"):
        await undo(reach, deeds, order, left, record.about["chosen"], cancelled=True)
        await record.save(lambda about: about.pop("undoing", None))


def _changed(record: FlowRecord, order: Json) -> set[str]:
    """The items that the plan was made otherwise for, or not at all, and those that are gone.

    What is over stays as it was done.
    """
    known, done = ordered(record.steps), standing.finished(record.steps)
    items = {item.id: item for item in items_of(order)}
    gone = {id for id in known if id not in items and id not in done}
    return gone | {id for id, item in items.items() if _is_other(known, item)}


def _is_other(known: dict[str, str | None], item: Item) -> bool:
    if item.document.get("state") in FINAL:
        return False
    return item.id not in known or known[item.id] not in (None, digest_of(item))
