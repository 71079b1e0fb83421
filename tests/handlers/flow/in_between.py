"""Orders that are cancelled or amended after so many steps, and how that has to end (0026).

Each play gives what is wrong in the end; nothing when all is as it should be.
"""

import asyncio
from typing import Any

from tests.handlers.flow.ordering import added, order_of, touching
from tests.handlers.flow.outcome import Snapshot, problems
from tests.handlers.flow.stepping import Office
from tmf_apis.flow.documents import characteristics

Json = dict[str, Any]

AMEND, CANCEL = "amendProductOrder", "cancelProductOrder"


def ordered(id: str, offering: str) -> Json:
    """An item as it is once it was posted."""
    return added(id, offering, quantity=1)


#: A mobile line and a pack of channels, and the steps that takes.
ORDER, STEPS = order_of(ordered("1", "offer-5g-light"), ordered("2", "offer-tv-pack")), 18
_MORE = {"addedItem": [ordered("3", "offer-router-mesh")]}
_OTHERWISE = {"modifiedItem": [ordered("1", "offer-5g-business")]}
_LESS = {"removedItem": ["2"]}
#: Amendments, with the items that are completed in the end.
AMENDMENTS = {
    "more": (_MORE, "123"),
    "otherwise": (_OTHERWISE, "12"),
    "less": (_LESS, "1"),
    "all": (_MORE | _OTHERWISE | _LESS, "13"),
}
#: What is done about a mobile line that is there, and the steps that takes.
TOUCHING = {"modify": 6, "delete": 8}
_OTHER = {"productCharacteristic": characteristics({"dataAllowance": 99, "extra": "new"})}


async def cancelled(office: Office, steps: int, *, sudden: bool) -> list[str]:
    """What is done already stays, all else is undone."""
    id, before = await _begun(office, steps, sudden=sudden)
    task = await office.ask(CANCEL, id)
    await office.settle(id, task)
    wanted = {item: "completed" if s == "completed" else "cancelled" for item, s in before.items()}
    order = await office.read(office.reach.orders, id)
    state = "partial" if "completed" in wanted.values() else "cancelled"
    found = await _task(office, CANCEL, task)
    return [
        *_unlike("items", _states(order), wanted),
        *_unlike("order", order["state"], state),
        *_unlike("task", found["state"], "done"),
        *problems(await Snapshot.taken(office), id),
    ]


async def amended(office: Office, how: str, steps: int, *, sudden: bool) -> list[str]:
    """The order is carried out as it is wanted, unless what is changed is completed."""
    changes, left = AMENDMENTS[how]
    id, before = await _begun(office, steps, sudden=sudden)
    task = await office.ask(AMEND, id, **changes)
    await office.settle(id, task)
    order, found = await office.read(office.reach.orders, id), await _task(office, AMEND, task)
    late = before["1"] == "completed" and "modifiedItem" in changes
    wrong = _unlike("task", found["state"], "rejected" if late else "done")
    if late:
        wrong += _unlike("reason", "is completed, which is final" in found["reason"], True)
    items = dict.fromkeys("12" if late else left, "completed")
    return [
        *wrong,
        *_unlike("items", _states(order), items),
        *_unlike("order", order["state"], "completed"),
        *problems(await Snapshot.taken(office), id),
    ]


async def both(office: Office, first: str, steps: int, *, sudden: bool) -> list[str]:
    """An order that is cancelled and amended at the same moment is cancelled, amended or not.

    `first` is the task that is looked at before the other, or `both` for side by side.
    """
    id, _ = await _begun(office, steps, sudden=sudden)
    cancel, amend = await office.ask(CANCEL, id), await office.ask(AMEND, id, **(_MORE | _LESS))
    if first == "both":
        await asyncio.gather(office.look_at(cancel), office.look_at(amend))
    await office.settle(id, *([cancel, amend] if first == CANCEL else [amend, cancel]))
    order = await office.read(office.reach.orders, id)
    ended, amending = await _task(office, CANCEL, cancel), await _task(office, AMEND, amend)
    done = amending["state"] == "done"
    return [
        *_unlike("task", ended["state"], "done"),
        *_unlike("order", order["state"] in ("cancelled", "partial"), True),
        *_unlike("amendment", amending["state"] in ("done", "rejected"), True),
        *_unlike("first", done or first != AMEND, True),
        *_unlike("added", "3" in _states(order), done),
        *problems(await Snapshot.taken(office), id),
    ]


async def left_alone(
    office: Office, action: str, steps: int, *, how: str, sudden: bool
) -> list[str]:
    """What was there is as it was before, unless what was done cannot be undone.

    `how` is `CANCEL`, or `AMEND` for another item in the place of the one about what is there.
    """
    first = await office.order(order_of(ordered("1", "offer-5g-light")))
    await office.settle(first)
    before = (await Snapshot.taken(office)).standing(first)
    item = touching("1", action, before["products"][0]["id"])
    if action == "modify":
        item["product"] |= _OTHER
    office.flow.done.clear()
    id = await office.order(order_of(item | {"quantity": 1}), after=True)
    if steps:
        await office.carry_on(id, steps, sudden=sudden)
    bound = any(step.endswith("/cease") for step in office.flow.done)
    changes = _MORE | {"removedItem": ["1"]} if how == AMEND else {}
    task = await office.ask(how, id, **changes)
    await office.settle(id, task)
    found, after = await _task(office, how, task), await Snapshot.taken(office)
    if found["state"] == "done":
        return [*_unlike("bound", bound, False), *_unlike("", after.standing(first), before)]
    late = "completed" in found["reason"] and not bound
    return [
        *_unlike("reason", late or "past its point of no return" in found["reason"], True),
        *_unlike("order", (await office.read(office.reach.orders, id))["state"], "completed"),
        *_unlike("ended", _ended(after.standing(first)), action == "delete"),
    ]


async def _begun(office: Office, steps: int, *, sudden: bool) -> tuple[str, dict[str, str]]:
    """An order of which so many steps are done, and the states of its items."""
    id = await office.order(ORDER)
    if steps:
        await office.carry_on(id, steps, sudden=sudden)
    return id, _states(await office.read(office.reach.orders, id))


async def _task(office: Office, name: str, id: str) -> Json:
    return await office.read(office.service("TMF622", name), id)


def _states(order: Json) -> dict[str, str]:
    return {item["id"]: item["state"] for item in order["productOrderItem"]}


def _ended(made: dict[str, list[Json]]) -> bool:
    states = {one["status"] for one in made["products"]} | {
        one["state"] for one in made["services"]
    }
    return states == {"terminated"}


def _unlike(what: str, found: Any, wanted: Any) -> list[str]:
    return [] if found == wanted else [f"{what} {found}, wanted {wanted}"]
