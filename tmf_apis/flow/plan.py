"""What an order becomes, as steps that wait for each other, read from the catalogue. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tmf_apis.flow.adding import add
from tmf_apis.flow.existing import delete, modify, unchanged
from tmf_apis.flow.items import Item, items_of, parties_of
from tmf_apis.flow.mapping import Rules
from tmf_apis.flow.planner import Documents, PlanError, Planner

Json = dict[str, Any]

#: What makes the steps of an item, by its action.
_ACTIONS: Mapping[str, Callable[[Planner, Item], None]] = {
    "add": add, "modify": modify, "delete": delete, "noChange": unchanged,
}  # fmt: skip


def plan_of(order: Json, documents: Documents, rules: Rules) -> list[Json]:
    """The steps of an order. Raises `PlanError`, and `Wanted` for a document that was not given.

    Documents that are known not to be there are given as empty objects.
    """
    planner = Planner(str(order["id"]), parties_of(order), documents, rules)
    items = items_of(order)
    known = {item.id for item in items}
    for item in items:
        if missing := (set(item.parts) | set(item.after)) - known:
            raise PlanError(item.id, f"it refers to items that are not there: {sorted(missing)}")
    for item in _in_order(items):
        _ACTIONS[item.action](planner, item)
    _follow_requirements(planner)
    _refuse_circles(planner.steps)
    return planner.steps


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
