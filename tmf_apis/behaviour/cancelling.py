"""The cancellation of an order: what may be asked, what becomes of it, who decides (L-622-C).

Pure: documents and settings in, what is wanted or wrong out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tmf_apis.behaviour.after import seconds_after
from tmf_apis.behaviour.order_states import ASSESSING, CANCELLED, CANCELLING, FINAL
from tmf_apis.rules.base import ItemRules
from tmf_apis.tmf630.instants import microseconds

Json = dict[str, Any]

#: The states of an order that is being cancelled.
BEING_CANCELLED = frozenset({ASSESSING, CANCELLING})


@dataclass(frozen=True, slots=True)
class Policy:
    """Who decides about a cancellation: the server after so many seconds, or, with None, whoever
    fulfils the order.
    """

    after: float | None = 0.0


def policy(text: str) -> Policy:
    """The policy that a setting names: `immediate`, `after:SECONDS` or `manual`.

    Raises `ValueError` for anything else.
    """
    if (seconds := seconds_after(text)) is not None:
        return Policy(seconds)
    if text not in ("immediate", "manual"):
        raise ValueError(f"{text}: use immediate, after:SECONDS or manual")
    return Policy() if text == "immediate" else Policy(None)


def hindrance(order: Json) -> str | None:
    """Why an order can not be cancelled now, or None (R-622-10)."""
    state = order.get("state")
    if state in FINAL:
        return f"the order {order['id']} is {state}, which is final."
    if state in BEING_CANCELLED:
        return f"the order {order['id']} is being cancelled already."
    return None


def seconds_until_asked(task: Json, now: int, date: str = "requestedCancellationDate") -> float:
    """Seconds until the cancellation is to begin; `now` is in microseconds since 1970.

    Another task is to begin at another `date`.
    """
    asked = task.get(date)
    at = microseconds(asked) if isinstance(asked, str) else None
    return 0.0 if at is None else max(0.0, (at - now) / 1_000_000)


def states_of(rules: ItemRules, holder: Json) -> Json:
    """The states of an order and of its items by id, to be put back by `restored`."""
    return {"state": holder.get("state"), "items": dict(_item_states(rules, holder))}


def restored(rules: ItemRules, order: Json, states: Json) -> Json:
    """The order back where it was before its cancellation was assessed, if it still is."""
    if order.get("state") not in BEING_CANCELLED:
        return order
    return _restored(rules, order, states["items"]) | {"state": states["state"]}


def cancelled(order: Json, state: str, task: Json) -> Json | None:
    """The order a step further on its way to being cancelled, with the reason of the task; None
    where it is over, is there already, or was put back by whoever fulfils it.
    """
    now = order.get("state")
    if now in FINAL or now == state or (state != ASSESSING and now not in BEING_CANCELLED):
        return None
    wanted = order | {"state": state}
    reason = task.get("cancellationReason")
    if state == CANCELLED and reason is not None and not order.get("cancellationReason"):
        wanted["cancellationReason"] = reason
    return wanted


def _item_states(rules: ItemRules, holder: Json) -> Iterable[tuple[str, str]]:
    for item in holder.get(rules.attribute) or ():
        if "id" in item and "state" in item:
            yield item["id"], item["state"]
        yield from _item_states(rules, item)


def _restored(rules: ItemRules, holder: Json, states: Json) -> Json:
    """A holder with its items back in their states; those added or finished since stay."""
    if not holder.get(rules.attribute):
        return holder
    items = [
        _restored(rules, item, states)
        | ({"state": states[item["id"]]} if _goes_back(item, states) else {})
        for item in holder[rules.attribute]
    ]
    return holder | {rules.attribute: items}


def _goes_back(item: Json, states: Json) -> bool:
    return item.get("id") in states and item.get("state") in BEING_CANCELLED
