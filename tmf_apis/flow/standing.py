"""How the steps of a plan stand: which may be done, and which can never be. Pure."""

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

WAITING, DONE, HELD, SKIPPED = "waiting", "done", "held", "skipped"
GIVEN_UP, UNDONE = "givenUp", "undone"
#: What names the API that a step, or a plan, failed for because its neighbour is away.
AWAY = "away"
#: What lets steps go on that need one.
OVER = frozenset({DONE, SKIPPED})


def finished(steps: Sequence[Json]) -> set[str]:
    """The items that are done; one that was amended before its last step saw it is not."""
    last = (step for step in steps if step["kind"] == "finish" and step["state"] in OVER)
    return {step["item"] for step in last if not step.get("missed")}


def ready(steps: Sequence[Json]) -> list[Json]:
    """The steps that wait for nothing but to be done."""
    over = {step["id"] for step in steps if step["state"] in OVER}
    return [step for step in steps if step["state"] == WAITING and over.issuperset(step["needs"])]


def waits_for(steps: Sequence[Json], step: Json) -> list[str]:
    """The steps that one waits for."""
    over = {one["id"] for one in steps if one["state"] in OVER}
    return [id for id in step["needs"] if id not in over] if step["state"] == WAITING else []


def blocked(steps: Sequence[Json]) -> dict[str, str]:
    """When no step may be done: the items that wait for held steps, and for which one."""
    held = {step["item"] for step in steps if step["state"] == HELD}
    names = ", ".join(step["id"] for step in steps if step["state"] == HELD)
    waiting = {step["item"] for step in steps if step["state"] == WAITING} if held else set()
    return dict.fromkeys(sorted(waiting - held), f"it waits for what is held: {names}")


def away(about: Json) -> list[str]:
    """The APIs whose neighbours a flow waits for: those of its held steps, and of its plan."""
    steps = {step.get(AWAY) for step in about["steps"] if step["state"] == HELD}
    return sorted(filter(None, steps | {(about.get(AWAY) or {}).get("api")}))


def given_up(steps: Sequence[Json]) -> list[str]:
    """The items that are to be given up: of steps that somebody gave up, and of what needs them."""
    lost = {step["item"] for step in steps if step["state"] == GIVEN_UP}
    while True:
        names = {step["id"] for step in steps if step["item"] in lost and step["state"] not in OVER}
        more = {
            step["item"]
            for step in steps
            if step["state"] not in (*OVER, UNDONE) and names & set(step["needs"])
        }
        if more <= lost:
            break
        lost |= more
    open_ = {step["item"] for step in steps if step["state"] != UNDONE}
    return sorted(lost & open_)
