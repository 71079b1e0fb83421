"""What may be changed of the items of an order, and until when (docs/decisions/0026)."""

from typing import Any

from handlers.service import Service
from tmf_apis.behaviour.amending import change_fault
from tmf_apis.behaviour.no_return import Clock, point_after, policy
from tmf_apis.rules.reached import REACHED
from tmf_apis.tmf630.errors import ILLEGAL_STATE, TmfError
from tmf_apis.tmf630.instants import microseconds

Json = dict[str, Any]


def clock_of(orders: Service, order: Json) -> Clock:
    """The time, and the point of no return of those items of an order that name none."""
    made = next((order[name] for name in orders.rules.stamped if name in order), None)
    point = point_after(policy(orders.settings.point_of_no_return), made)
    return Clock(microseconds(orders.now()) or 0, point)


def refuse_change(service: Service, old: Json, new: Json) -> None:
    """Raise `TmfError` (409) for a client's change of items that the flow could not follow.

    Where no flow carries the order out, whoever does changes its items.
    """
    items = service.rules.items
    if not service.settings.flow or (service.api.number, service.spec.name) != REACHED["orders"]:
        return
    if items and (fault := change_fault(items, old, new, clock_of(service, old))) is not None:
        raise TmfError(ILLEGAL_STATE, fault)
