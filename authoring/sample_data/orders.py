"""What was ordered: the table that product orders, service orders, services and bills follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

Action = Literal["add", "modify", "delete", "noChange"]


class Item(NamedTuple):
    """A line of an order.

    `product` is the product it made or touches, `service` the service that carries it; an item
    `within` another is part of that bundle, and its price with it.
    """

    action: Action
    offering: str
    state: str
    product: str | None = None
    service: str | None = None
    within: str | None = None


class Order(NamedTuple):
    number: int
    customer: int
    placed: str
    text: str
    items: tuple[Item, ...]
    channel: str = "chan-web"
    note: str | None = None

    @property
    def id(self) -> str:
        return f"po-{self.number}"


# fmt: off
ORDERS = (
    Order(2001, 1001, "2025-12-01", "Line with roaming", (
        Item("add", "offer-5g-unlimited", "completed", "prod-6001", "svc-cfs-4001"),
        Item("add", "offer-roaming-world", "completed", "prod-6002", "svc-cfs-4301"))),
    Order(2002, 1001, "2025-12-02", "Fibre for the house", (
        Item("add", "offer-fibre-500", "completed", "prod-6003", "svc-cfs-4101"),
        Item("add", "offer-router-mesh", "completed", "prod-6004"))),
    Order(2003, 1002, "2025-12-04", "Bundle for a new flat", (
        Item("add", "offer-home-and-mobile", "completed", "prod-6005"),
        Item("add", "offer-fibre-500", "completed", "prod-6006", "svc-cfs-4102", within="1"),
        Item("add", "offer-5g-unlimited", "completed", "prod-6007", "svc-cfs-4002", within="1"),
        Item("add", "offer-tv-pack", "completed", "prod-6008", "svc-cfs-4201", within="1")),
        "chan-store"),
    Order(2004, 1003, "2025-12-09", "Second line", (
        Item("add", "offer-5g-light", "completed", "prod-6009", "svc-cfs-4003"),)),
    Order(2005, 1004, "2026-03-05", "Fibre for a cottage", (
        Item("add", "offer-fibre-150", "completed", "prod-6010", "svc-cfs-4103"),)),
    Order(2006, 1005, "2026-02-24", "Line and telephone", (
        Item("add", "offer-5g-unlimited", "completed", "prod-6011", "svc-cfs-4004"),
        Item("add", "offer-handset-ridge", "failed")),
        note="The telephone was damaged in transport."),
    Order(2007, 1006, "2026-03-26", "Line for the farm", (
        Item("add", "offer-5g-light", "inProgress", None, "svc-cfs-4005"),)),
    Order(2008, 1007, "2026-03-12", "Fibre for working at home", (
        Item("add", "offer-fibre-1000", "held", None, "svc-cfs-4104"),),
        note="The duct under Station Road is blocked."),
    Order(2009, 1008, "2025-12-10", "Fibre for the bakery", (
        Item("add", "offer-fibre-business", "completed", "prod-6012", "svc-cfs-4105"),
        Item("add", "offer-static-ip", "completed", "prod-6013", "svc-cfs-4302")),
        "chan-desk"),
    Order(2010, 1009, "2026-02-18", "Line for the dispatcher", (
        Item("add", "offer-5g-business", "completed", "prod-6014", "svc-cfs-4006"),),
        "chan-desk"),
    Order(2011, 1010, "2026-03-18", "Line for the vet on call", (
        Item("add", "offer-5g-business", "pending"),),
        "chan-desk", "The number to be taken along is missing."),
    Order(2012, 1011, "2026-03-31", "Fibre for the customs house", (
        Item("add", "offer-fibre-business", "acknowledged"),
        Item("add", "offer-static-ip", "acknowledged")),
        "chan-desk"),
    Order(2013, 1012, "2026-02-10", "Fibre for the works", (
        Item("add", "offer-fibre-business", "rejected"),
        Item("add", "offer-static-ip", "rejected")),
        "chan-desk", "There is no fibre within five miles."),
    Order(2014, 1004, "2026-03-27", "Line and router", (
        Item("add", "offer-5g-light", "inProgress", None, "svc-cfs-4008"),
        Item("add", "offer-router-mesh", "completed", "prod-6015"))),
    Order(2015, 1003, "2026-02-03", "Television", (
        Item("add", "offer-tv-pack", "cancelled"),)),
    Order(2016, 1005, "2026-03-02", "Fibre for a student flat", (
        Item("add", "offer-fibre-500", "failed", None, "svc-cfs-4106"),),
        note="The landlord did not allow the drilling."),
    Order(2017, 1002, "2026-02-11", "Faster line", (
        Item("modify", "offer-5g-unlimited", "completed", "prod-6007", "svc-cfs-4002"),
        Item("noChange", "offer-tv-pack", "completed", "prod-6008", "svc-cfs-4201"))),
    Order(2018, 1006, "2026-01-14", "Old line given up", (
        Item("delete", "offer-4g-classic", "completed", "prod-6016", "svc-cfs-4007"),),
        "chan-store"),
    Order(2019, 1010, "2026-03-24", "Telephone and television", (
        Item("add", "offer-handset-ridge", "assessingCancellation"),
        Item("add", "offer-tv-pack", "assessingCancellation")),
        "chan-desk"),
    Order(2020, 1008, "2026-03-20", "Fibre for the second shop", (
        Item("add", "offer-fibre-business", "pendingCancellation"),),
        "chan-desk"),
)
# fmt: on

UNFINISHED = ("inProgress", "held", "pending")


def roll_up(states: Sequence[str]) -> str:
    """The state of an order whose items have these states (L-622-R)."""
    distinct = set(states)
    if len(distinct) == 1:
        return states[0]
    return next((state for state in UNFINISHED if state in distinct), "partial")


def item_ids(order: Order) -> list[tuple[str, Item]]:
    """The items with their ids, which count from one."""
    return [(str(number), item) for number, item in enumerate(order.items, 1)]
