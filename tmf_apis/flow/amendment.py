"""What an amended order changes in a plan that is being carried out. Pure.

Steps of which nothing changed are kept with their states; what others made is undone, in the
reverse order, and what is wanted now is added. What is undone is over for good: a product that was
cancelled never becomes active. So what is made in its place has another id, and so have all things
that refer to it. `renamed` leads from the ids that a plan gives to those that are in use.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tmf_apis.flow import standing
from tmf_apis.flow.planner import PlanError, id_of

Json = dict[str, Any]

#: What a plan says of a step; all else tells how it stands.
_PLANNED = ("id", "kind", "item", "needs", "about")
#: Steps that no step undoes: what they end is at its end.
FOR_GOOD = frozenset({"cease", "terminate", "refund"})
#: Steps that the network is asked for.
CONFIGURING = frozenset({"activate", "cease", "change"})


@dataclass(frozen=True, slots=True)
class Difference:
    """The steps there are now, those that are to be undone, and which ids stand for which."""

    steps: list[Json]
    undone: list[Json]
    renamed: dict[str, str]
    kept: int
    added: int

    @property
    def told(self) -> str:
        """The difference in words."""
        return f"steps: {self.kept} kept, {self.added} added, {len(self.undone)} undone"


def difference(
    old: Sequence[Json],
    new: Sequence[Json],
    renamed: Mapping[str, str],
    named: frozenset[str] = frozenset(),
    bound: Collection[str] = (),
) -> Difference:
    """What leads from the steps of a plan, as they stand, to those of another.

    `named` are ids of products that the order gave itself, `bound` the items past their point of no
    return. Raises `PlanError` where what was done cannot be undone, or not made anew.
    """
    was, names = {step["id"]: step for step in old}, dict(renamed)
    begun = {step["id"] for step in _begun(old)}
    wanted = {step["id"] for step in new}
    known = {id for id in was if id not in wanted}
    lost = known | {step["id"] for step in new if _differs(was, step, names)}
    while lost:
        for id in lost & begun:
            names |= _other_names(was[id], names, named)
        known |= lost
        # Whatever names what was lost is another step as well.
        lost = {step["id"] for step in new if _differs(was, step, names)} - known
    undone = [step for step in old if step["id"] in known & begun]
    for step in undone:
        # Before one of these is begun its item is bound.
        if step["kind"] in FOR_GOOD and (step["item"] in bound or step["state"] in standing.OVER):
            raise PlanError(step["item"], f"{step['id']} was done, and cannot be undone")
    steps = [_as_it_stands(was, known, step, names, wanted) for step in new]
    kept = len(was.keys() & wanted - known)
    return Difference(steps, undone, names, kept, len(wanted) - kept)


def _begun(steps: Sequence[Json]) -> Iterator[Json]:
    """The steps of which something may be done: whoever did one may have ended before it said so.

    What was undone already is nothing any more.
    """
    ready = {step["id"] for step in standing.ready(steps)}
    for step in steps:
        waits = step["state"] == standing.WAITING and step["id"] not in ready
        if not waits and step["state"] != standing.UNDONE:
            yield step


def _differs(was: Mapping[str, Json], step: Json, names: Mapping[str, str]) -> bool:
    before = was.get(step["id"])
    if before is None:
        return False
    now: Json = step | {"about": _in_names(step["about"], names)}
    return any(before[name] != now[name] for name in ("kind", "about"))


def _made(step: Json) -> Iterator[str]:
    """The ids of what a step makes."""
    about = step["about"]
    if step["kind"] == "product":
        yield about["product"]
    elif step["kind"] == "order":
        yield about["serviceOrder"]
    elif step["kind"] == "reserve":
        yield about["line"]["service"]
        yield from (one["resource"] for one in about["line"]["resources"])


def _other_names(step: Json, names: Mapping[str, str], named: frozenset[str]) -> dict[str, str]:
    """Further ids for what a step made. Raises `PlanError` for what the order names itself."""
    planned = {now: before for before, now in names.items()}
    found = {}
    for id in _made(step):
        if id in named:
            why = f"it names the product {id}, which is there; take it out and add another item"
            raise PlanError(step["item"], why)
        found[planned.get(id, id)] = id_of(id, "amended")
    return found


def _as_it_stands(
    was: Mapping[str, Json],
    known: set[str],
    step: Json,
    names: Mapping[str, str],
    wanted: set[str],
) -> Json:
    """A step of the new plan in the state it has; what was held is tried again."""
    needs = [id for id in step["needs"] if id in wanted]
    plain = {name: step[name] for name in _PLANNED}
    fresh = plain | {"needs": needs, "about": _in_names(step["about"], names)}
    before = was.get(step["id"])
    if before is None or step["id"] in known:
        return fresh | {"state": standing.WAITING, "attempts": 0}
    stands = {name: value for name, value in before.items() if name not in _PLANNED}
    if stands["state"] == standing.HELD:
        stands |= {"state": standing.WAITING, "attempts": 0}
    return fresh | stands


def _in_names(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _in_names(part, names) for name, part in value.items()}
    if isinstance(value, list):
        return [_in_names(part, names) for part in value]
    return names.get(value, value) if isinstance(value, str) else value
