"""What an order becomes, as steps that wait for each other, read from the catalogue. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tmf_apis.flow.adding import add
from tmf_apis.flow.existing import delete, modify, unchanged
from tmf_apis.flow.items import Item, digest_of, items_of, parties_of
from tmf_apis.flow.mapping import Rules
from tmf_apis.flow.planner import Documents, PlanError, Planner

Json = dict[str, Any]

#: What makes the steps of an item, by its action.
_ACTIONS: Mapping[str, Callable[[Planner, Item], None]] = {
    "add": add, "modify": modify, "delete": delete, "noChange": unchanged,
}  # fmt: skip


def plan_of(
    order: Json, documents: Documents, rules: Rules, kept: Sequence[Json] = ()
) -> list[Json]:
    """The steps of an order. Raises `PlanError`, and `Wanted` for a document that was not given.

    Documents that are known not to be there are given as empty objects. `kept` are the steps of
    items that stand as they were planned: these are not planned again.
    """
    planner = Planner(str(order["id"]), parties_of(order), documents, rules)
    items = items_of(order)
    known = {item.id for item in items}
    for item in items:
        if missing := (set(item.parts) | set(item.after)) - known:
            raise PlanError(item.id, f"it refers to items that are not there: {sorted(missing)}")
    done = {step["item"] for step in kept}
    for step in kept:
        if step["kind"] == "activate":
            specification = step["about"]["line"]["specification"].get("id")
            planner.active.setdefault(str(specification), []).append(step["id"])
    for item in _in_order([item for item in items if item.id not in done]):
        _ACTIONS[item.action](planner, item)
    _follow_requirements(planner)
    _tell_items(planner, {item.id: item for item in items})
    steps = [*kept, *planner.steps]
    _refuse_circles(steps)
    return steps


def ordered(steps: Sequence[Json]) -> dict[str, str | None]:
    """What tells the items of a plan, by id; None for one that was planned before it was told."""
    return {
        step["item"]: step["about"].get("ordered") for step in steps if step["kind"] == "finish"
    }


def _in_order(items: Sequence[Item]) -> Iterator[Item]:
    for item in items:
        if item.action not in _ACTIONS:
            raise PlanError(item.id, f"action {item.action} is none")
        yield item


def _follow_requirements(planner: Planner) -> None:
    """Have services wait for those of the same order that their specifications require."""
    for step in planner.steps:
        for id in step["about"].pop("requires", ()):
            step["needs"] += [one for one in planner.active.get(id, []) if one != step["id"]]


def _tell_items(planner: Planner, items: Mapping[str, Item]) -> None:
    """Have the last step of each item know what it was planned for, and the first who pays."""
    for step in planner.steps:
        item = items[step["item"]]
        if step["kind"] == "finish":
            step["about"]["ordered"] = digest_of(item)
        elif step["kind"] == "product" and (account := item.document.get("billingAccount")):
            step["about"]["account"] = account.get("id")


def _refuse_circles(steps: Sequence[Json]) -> None:
    """Raise `PlanError` where steps wait for each other."""
    left = {step["id"]: step for step in steps}
    while left:
        free = [id for id, step in left.items() if not set(step["needs"]) & left.keys()]
        if not free:
            step = next(iter(left.values()))
            raise PlanError(step["item"], f"{step['id']} waits for itself")
        for id in free:
            del left[id]
