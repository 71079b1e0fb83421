"""The point of no return: until when an item of an order may be changed or cancelled (0026). Pure.

An item says so itself, by `pointOfNoReturn`; for one that does not the server has a policy.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tmf_apis.behaviour.after import seconds_after
from tmf_apis.behaviour.order_states import FINAL
from tmf_apis.tmf630.instants import instant, microseconds, now_text
from tmf_apis.tmf630.order_items import items_within

Json = dict[str, Any]

POINT = "pointOfNoReturn"
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Policy:
    """Where the point is: before the first step that cannot be undone, with `activation` before the
    first that configures the network, and, unless it is None, so many seconds `after` the order
    was made.
    """

    activation: bool = False
    after: float | None = None


def policy(text: str) -> Policy:
    """The policy that a setting names: `irrevocable`, `activation` or `after:SECONDS`.

    Raises `ValueError` for anything else.
    """
    if (seconds := seconds_after(text)) is not None:
        return Policy(after=seconds)
    if text not in ("irrevocable", "activation"):
        raise ValueError(f"{text}: use irrevocable, activation or after:SECONDS")
    return Policy(activation=text == "activation")


def point_after(policy: Policy, made: Any) -> str | None:
    """The point of the items of an order that was made at a time, by itself; None for none."""
    at = microseconds(made) if isinstance(made, str) else None
    if at is None or policy.after is None:
        return None
    return now_text(instant(at + int(policy.after * _MICROSECONDS)))


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, in microseconds since 1970, and the point of items that name none."""

    now: int
    otherwise: str | None = None

    def fault(self, item: Mapping[str, Any]) -> str | None:
        """Why an item can be changed or cancelled no more, or None."""
        point = item.get(POINT) or self.otherwise
        at = microseconds(point) if isinstance(point, str) else None
        if at is None or self.now < at:
            return None
        return f"the item {item.get('id')} is past its point of no return, which was {point}."


def passed(name: str, order: Mapping[str, Any], clock: Clock) -> str | None:
    """Why an order can be cancelled no more: of the first item that is past its point and not over;
    None when none is. `name` is the attribute that holds items.
    """
    for _, item in items_within(order, name):
        if item.get("state") not in FINAL and (fault := clock.fault(item)) is not None:
            return fault
    return None


def with_point(name: str, holder: Json, ids: Collection[str], point: str) -> Json:
    """An order whose items with these ids are past their point at a time; earlier ones stay."""
    if not holder.get(name):
        return holder
    items = []
    for item in holder[name]:
        new = with_point(name, item, ids, point)
        if str(item.get("id")) in ids and not _is_earlier(item.get(POINT), point):
            new = new | {POINT: point}
        items.append(new)
    return holder | {name: items}


def _is_earlier(point: Any, other: str) -> bool:
    at = microseconds(point) if isinstance(point, str) else None
    return at is not None and at <= (microseconds(other) or 0)
