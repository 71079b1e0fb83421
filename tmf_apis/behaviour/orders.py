"""Orders and their items move together, whichever of them is moved (L-622-R, L-641).

A wish for the order takes along every item that is not final; a wish for items makes the order
what they add up to. Where both are wished, items stay as wished and the order follows. An item
that embeds items is to them as an order, where the API says so. Pure.
"""

from collections.abc import Iterator
from typing import Any

from tmf_apis.behaviour.following import Behaviour
from tmf_apis.behaviour.lifecycle import refuse
from tmf_apis.behaviour.moment import Moment
from tmf_apis.behaviour.order_states import FINAL, REJECTED, rolled_up, taken_along
from tmf_apis.lifecycles.machine import By, Machine
from tmf_apis.lifecycles.moving import beginning_fault, move_fault
from tmf_apis.rules.base import ItemRules
from tmf_apis.tmf630.events import same

Json = dict[str, Any]

#: What may still be added to an order that is final (R-622-14).
_AFTER_THE_END = frozenset({"note"})


def settle(behaviour: Behaviour, before: Json | None, after: Json, moment: Moment) -> Json:
    """The order with its items in agreement. Raises `TmfError` (409) for an item's illegal move,
    and for a change of an order that is final (R-622-14).
    """
    rules, state = behaviour.rules.items, behaviour.rules.state
    machine = behaviour.machine(state or "")
    if rules is None or state is None or machine is None:
        return after
    if before is not None and before.get(state) in machine.final:
        _refuse_late(behaviour, machine, before, after, moment)
        return after
    if before is not None and not _touched(rules, state, before, after):
        return after
    if before is None and _in_step(rules, after, _of_items(rules, after.get(state))):
        return after
    items = behaviour.machine(f"{rules.attribute}.state")
    if items is not None:
        _check_items(rules, items, before, after, moment)
    return _agreeing(rules, machine, before or {}, after, moment)


def _of_items(rules: ItemRules, state: str | None) -> str | None:
    """The state that items have while their order is in one (L-622-I); None for a record that was
    loaded without.
    """
    return rules.states.get(state or "", state)


def _touched(rules: ItemRules, state: str, before: Json, after: Json) -> bool:
    """Whether a change is one of states or items at all."""
    moved = before.get(state) != after.get(state)
    return moved or before.get(rules.attribute) is not after.get(rules.attribute)


def _in_step(rules: ItemRules, holder: Json, state: str | None) -> bool:
    """Whether all items are in the state of their new order, which then nothing follows from."""
    for item in holder.get(rules.attribute) or ():
        if item.get("state") != state:
            return False
        if rules.attribute in item and not _in_step(rules, item, state):
            return False
    return True


def _refuse_late(
    behaviour: Behaviour, machine: Machine, before: Json, after: Json, moment: Moment
) -> None:
    """Refuse a change of an order that is over, but for notes and the server's own stamps."""
    if moment.by is By.SERVER:
        return
    free = {*_AFTER_THE_END, *behaviour.rules.touched, *behaviour.rules.stamped}
    for name in before.keys() | after.keys():
        if name not in free and not same(before.get(name), after.get(name)):
            what = before[behaviour.rules.state or ""]
            fault = f"the order is {what}, which is final; only note may change."
            refuse(machine, f"/{name}", fault, moment)


def _check_items(
    rules: ItemRules, machine: Machine, before: Json | None, after: Json, moment: Moment
) -> None:
    """Refuse what the machine of items does not know: a move, or a state to begin in.

    An item that is added later begins where its order is.
    """
    old = {item.get("id"): item for _, item in _all(rules, before or {})}
    order = _of_items(rules, after.get("state"))
    for pointer, item in _all(rules, after):
        state, known = item.get("state"), old.get(item.get("id"))
        if known is not None:
            fault = move_fault(machine, known.get("state"), state, moment.by, moment.words)
        elif state == order:
            fault = None
        else:
            fault = beginning_fault(machine, state, moment.by, moment.words)
        if fault is not None:
            refuse(machine, f"{pointer}/state", fault, moment)


def _agreeing(
    rules: ItemRules, machine: Machine, before: Json, after: Json, moment: Moment
) -> Json:
    """The order with its own state and those of its items in agreement."""
    (name,) = machine.path
    was, wished = before.get(name), after.get(name)
    moved = wished != was
    target = taken_along(wished) if moved and wished else None
    rejected = _newly_rejected(rules, before, after)
    if rejected is not None:
        # An order is rejected whole (L-622-R1).
        fault = before and move_fault(machine, was, REJECTED, moment.by, moment.words)
        if fault:
            refuse(machine, rejected, f"an order is rejected whole, and {fault}", moment)
        target = REJECTED
    new = _moved(rules, before, after, _of_items(rules, target))
    states = [str(item.get("state")) for item in _counting(rules, new)]
    if not states:
        return after
    sum_ = rolled_up(states)
    if _of_items(rules, wished) == sum_:
        return new
    if wished in rules.states and (
        fault := move_fault(machine, wished, sum_, moment.by, moment.words)
    ):
        refuse(machine, f"/{rules.attribute}", fault, moment)
    if before and moved:
        moment.hints.append(f"/{name} is {sum_}: that is what the items add up to.")
    return new | {name: sum_}


def _newly_rejected(rules: ItemRules, before: Json, after: Json) -> str | None:
    """The pointer of the first item that a change rejects, or None."""
    old = {item.get("id"): item.get("state") for _, item in _all(rules, before)}
    for pointer, item in _all(rules, after):
        if item.get("state") == REJECTED != old.get(item.get("id")):
            return f"{pointer}/state"
    return None


def _moved(rules: ItemRules, before: Json, after: Json, target: str | None) -> Json:
    """A holder with its items taken along into a state, None for none.

    Items that are final stay, and those that the change itself moved, but for a rejection.
    """
    if not _items(rules, after):
        return after
    old = {item.get("id"): item for item in _items(rules, before)}
    moved = []
    for item in _items(rules, after):
        was = old.get(item.get("id"), {})
        stays = item.get("state") in FINAL or (
            target != REJECTED and bool(was) and item.get("state") != was.get("state")
        )
        new = item if target is None or stays else item | {"state": target}
        if rules.embedding and _items(rules, new):
            wish = new.get("state") if new.get("state") != was.get("state") else None
            new = _moved(rules, was, new, wish)
            new |= {"state": rolled_up([str(i.get("state")) for i in _items(rules, new)])}
        else:
            new = _moved(rules, was, new, target)
        moved.append(new)
    return after | {rules.attribute: moved}


def _counting(rules: ItemRules, order: Json) -> list[Json]:
    """The items whose states add up to the order's: all, or those that hold the others."""
    if rules.embedding:
        return _items(rules, order)
    return [item for _, item in _all(rules, order)]


def _all(rules: ItemRules, holder: Json, pointer: str = "") -> Iterator[tuple[str, Json]]:
    """Every item, nested ones too, with its JSON Pointer."""
    for position, item in enumerate(_items(rules, holder)):
        here = f"{pointer}/{rules.attribute}/{position}"
        yield here, item
        yield from _all(rules, item, here)


def _items(rules: ItemRules, holder: Json) -> list[Json]:
    found = holder.get(rules.attribute)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
