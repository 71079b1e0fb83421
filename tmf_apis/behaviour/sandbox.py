"""Orders that move by themselves, for whoever tests an integration (`--sandbox`).

A wish in the `category` of an order steers it. Pure.
"""

from collections.abc import Mapping
from typing import Any

from tmf_apis.behaviour.order_states import (
    ACKNOWLEDGED,
    COMPLETED,
    FAILED,
    HELD,
    IN_PROGRESS,
    PARTIAL,
    PENDING,
    REJECTED,
)
from tmf_apis.rules.base import ItemRules

Json = dict[str, Any]

PREFIX = "sandbox:"
DENY_CANCEL = "deny-cancel"

#: Where an order with each wish goes from each state; nowhere where none is named.
_USUAL = {ACKNOWLEDGED: IN_PROGRESS, IN_PROGRESS: COMPLETED}
_WAYS: Mapping[str, Mapping[str, str]] = {
    "": _USUAL,
    "fail": {ACKNOWLEDGED: IN_PROGRESS, IN_PROGRESS: FAILED},
    "partial": {ACKNOWLEDGED: IN_PROGRESS, IN_PROGRESS: PARTIAL},
    "hold": {ACKNOWLEDGED: IN_PROGRESS, IN_PROGRESS: HELD},
    "pending": {ACKNOWLEDGED: IN_PROGRESS, IN_PROGRESS: PENDING},
    "reject": {ACKNOWLEDGED: REJECTED},
    DENY_CANCEL: _USUAL,
    "never": {},
}
#: The states that some order leaves by itself.
MOVING = frozenset(state for way in _WAYS.values() for state in way)


def wish_of(order: Json) -> str:
    """The wish in an order's category, without its prefix; empty for none that is known."""
    wish = _asked_for(order)
    return wish if wish in _WAYS else ""


def no_wish(order: Json) -> str | None:
    """What there is to say about an order that wishes for what there is not, or None."""
    wish = _asked_for(order)
    if wish in _WAYS:
        return None
    *others, last = sorted(filter(None, _WAYS))
    return (
        f"/category {PREFIX}{wish} is no wish; use {', '.join(others)} or {last} behind {PREFIX}."
    )


def _asked_for(order: Json) -> str:
    """What stands behind the prefix in an order's category; empty where there is none."""
    category = order.get("category")
    is_wish = isinstance(category, str) and category.startswith(PREFIX)
    return str(category).removeprefix(PREFIX) if is_wish else ""


def next_state(order: Json) -> str | None:
    """Where an order goes by itself from where it is, or None when it stays."""
    return _WAYS[wish_of(order)].get(str(order.get("state")))


def moved(rules: ItemRules, order: Json, state: str) -> Json:
    """An order in its next state. One that ends partial has its first item completed; the others
    fail with it, and so does an item that is alone.
    """
    items = order.get(rules.attribute) or []
    if state == PARTIAL and len(items) > 1:
        items = [items[0] | {"state": COMPLETED}, *items[1:]]
        return order | {"state": state, rules.attribute: items}
    return order | {"state": state}
