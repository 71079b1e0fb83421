"""Orders for the tests: new ones, and those that a cancellation is about."""

from typing import Any

from tests.handlers.facts import ALL, Case, Json

_ORDERS = [case for case in ALL if case.resource.name in ("productOrder", "serviceOrder")]
_CANCEL = "cancel"


def items_of(order: Case) -> str:
    """The attribute that holds the items of an order."""
    return f"{order.resource.name}Item"


def cancelled_by(path: str) -> Case | None:
    """The orders that the cancellations at a path are about, or None for another path."""
    base, _, name = path.rstrip("/").rpartition("/")
    for case in _ORDERS:
        bases = (case.api.base_path, *case.api.aliases)
        if base in bases and name.lower() == f"{_CANCEL}{case.resource.name}".lower():
            return case
    return None


def new_order(order: Case, id: str) -> Json:
    """The representation of an order that nobody has begun to treat."""
    return _acknowledged(items_of(order), order.sample() | {"id": id})


def _acknowledged(attribute: str, holder: Json) -> Json:
    """A holder of items in its first state, with the items in theirs."""
    new: dict[str, Any] = holder | {"state": "acknowledged"}
    if attribute in new:
        new[attribute] = [_acknowledged(attribute, item) for item in new[attribute]]
    return new
