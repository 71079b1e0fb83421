"""What the items of an order tell (R-1017): their states are states of the order."""

from typing import Any

from conformance.check import check
from conformance.events import about, awaited, event_type
from conformance.hubs import subscribed
from conformance.item_orders import two_items
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial

Json = dict[str, Any]
_EVENTS = ("events",)


@check(
    "R-1017",
    title="Changing the state of an item sends StateChange, though the order stays as it is",
    needs=("create", "patch", "retrieve"),
    profiles=_EVENTS,
)
async def item_state_change_is_told(trial: Trial) -> None:
    kind = event_type(trial, "StateChange")
    rules, order = await two_items(trial)
    inbox = await subscribed(trial)
    require((await trial.patch(order["id"], {"state": "inProgress"})).ok, "it was not begun")
    require(await awaited(trial, inbox, order["id"], kind), f"no {kind} came")
    seen = await trial.look(order["id"])
    items = seen.get(rules.attribute) or []
    moved = [item | {"state": "completed"} if item.get("id") == "1" else item for item in items]
    known = {event.get("eventId") for event in inbox.events}
    answer = await trial.patch(order["id"], {rules.attribute: moved})
    require(answer.ok, f"the item was not moved: {answer}")
    after = await trial.look(order["id"])
    states = [item.get("state") for item in after.get(rules.attribute) or []]
    require(states == ["completed", "inProgress"], f"the items are {states}")
    applies(after.get("state") == seen.get("state"), "the order has moved as well")

    def more(events: list[Json]) -> list[Json]:
        told = about(trial, events, order["id"], kind)
        return [event for event in told if event.get("eventId") not in known]

    demand(more(await inbox.wait(trial.options.patience, more)), kind, "no such event")
