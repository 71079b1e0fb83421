"""What an operator does about the flow of an order: look at it, try again, skip, give up."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson

from handlers.flow.reach import Reach, change
from handlers.flow.records import FLOWS, FlowRecord, load
from handlers.walking import walk
from persistence.store import Record
from tmf_apis.behaviour.order_states import HELD, IN_PROGRESS
from tmf_apis.flow import documents as make
from tmf_apis.flow import standing
from tmf_apis.flow.items import items_of
from tmf_apis.tmf630.query import ALWAYS

Json = dict[str, Any]

#: What may be done about a step that is held, and the state that it then has.
WORDS = {
    "retry": standing.WAITING,
    "skip": standing.SKIPPED,
    "give-up": standing.GIVEN_UP,
}
_BATCH = 200


class NoFlow(LookupError):
    """There is no flow of an order, or nothing of it is held; the text says which."""


@dataclass(frozen=True, slots=True)
class Row:
    """The flow of one order, in short."""

    order: str
    state: str
    done: int
    steps: int
    held: str
    begun: str


async def newest(reach: Reach, most: int) -> list[Json]:
    """The newest flows, the latest first, each with its state."""
    last: deque[Record] = deque(maxlen=most)
    async for records in walk(reach.orders.store, FLOWS, ALWAYS, _BATCH):
        last += records
    found = [orjson.loads(record.body) for record in reversed(last)]
    return [about | {"state": _state(about)} for about in found]


async def rows(reach: Reach, most: int) -> list[Row]:
    """The newest flows in short, the latest first."""
    return [_row(about) for about in await newest(reach, most)]


async def shown(reach: Reach, order: str) -> Json:
    """The flow of an order, with what each step waits for. Raises `NoFlow`."""
    record = await _record(reach, order)
    steps = [step | {"waitsFor": standing.waits_for(record.steps, step)} for step in record.steps]
    return record.about | {"state": _state(record.about), "steps": steps}


async def decide(reach: Reach, order: str, word: str, step: str = "") -> list[str]:
    """Do something about the steps of an order that are held, or about one of them; their ids.

    Raises `NoFlow`.
    """
    record = await _record(reach, order)
    unplanned = record.is_unplanned
    held = [s for s in record.steps if s["state"] == HELD and step in ("", s["id"])]
    if word == "give-up" and unplanned and not step:
        held = [s for s in record.steps if s["state"] in (HELD, standing.WAITING)]
    elif not held and (not unplanned or word == "skip" or step):
        what = f"The step {step}" if step else "Nothing"
        raise NoFlow(f"{what} of the flow of {order} is {'not ' if step else ''}held")
    names, state = {s["id"] for s in held}, WORDS[word]

    def mend(about: Json) -> None:
        for one in about["steps"]:
            if one["id"] in names and one["state"] in (HELD, standing.WAITING):
                one.update(state=state, attempts=0)

    await record.save(mend)
    still = {one["item"] for one in record.steps if one["state"] == HELD}
    await go_on(reach, order, still)
    if word == "give-up" and unplanned:
        await _fail(reach, order, {one["item"] for one in record.steps})
    return sorted(names)


async def go_on(reach: Reach, order: str, still: Collection[str] = ()) -> None:
    """Have the items go on that were held, but for those that `still` are."""

    def going_on(now: Json) -> Json | None:
        held = [item.id for item in items_of(now) if item.document.get("state") == HELD]
        held = [id for id in held if id not in still]
        return make.in_state(now, dict.fromkeys(held, IN_PROGRESS)) if held else None

    await change(reach.orders, order, going_on)
    reach.orders.bell.ring_again(reach.orders.collection.name, IN_PROGRESS)


async def _fail(reach: Reach, order: str, planned: Collection[str]) -> None:
    """Have the items fail that no plan knows, of which there is nothing to undo."""

    def failing(now: Json) -> Json:
        items = [item.id for item in items_of(now) if item.id not in planned]
        return make.in_state(now, dict.fromkeys(items, "failed"))

    await change(reach.orders, order, failing)


async def _record(reach: Reach, order: str) -> FlowRecord:
    record = await load(reach.orders.store, order)
    if record is None:
        raise NoFlow(f"There is no flow of {order}")
    return record


def _row(about: Json) -> Row:
    steps = about["steps"]
    done = sum(step["state"] in standing.OVER for step in steps)
    held = ", ".join(step["id"] for step in steps if step["state"] == HELD)
    return Row(about["id"], about["state"], done, len(steps), held, about["begun"])


def _state(about: Json) -> str:
    """Where a flow stands: as its order when nothing was left to do, unless it went on since."""
    steps = about["steps"]
    if not steps:
        return str(about.get("state") or "planning")
    if any(step["state"] == HELD for step in steps):
        return HELD
    if any(step["state"] in (standing.WAITING, standing.GIVEN_UP) for step in steps):
        return "running"
    return str(about.get("state") or "running")
