"""What is charged: the bills and the rates on them as plain rows; amounts are net pence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .offerings import LATEST, first_price
from .orders import ORDERS, Item
from .prices import PRICES


class Cycle(NamedTuple):
    """A billing month; the bill is dated on the day after its last."""

    id: str
    name: str
    start: str
    end: str
    billed: str
    due: str


class Bill(NamedTuple):
    """A bill; `paid` is the part paid so far, in percent."""

    number: int
    customer: int
    cycle: str
    state: str
    paid: int = 0
    on_demand: bool = False

    @property
    def id(self) -> str:
        return f"bill-{self.number}"

    @property
    def end(self) -> str:
        """The last day billed; a bill on demand does not wait for the month to end."""
        return ON_DEMAND_END if self.on_demand else CYCLES[self.cycle].end

    @property
    def billed(self) -> str:
        return ON_DEMAND_DATE if self.on_demand else CYCLES[self.cycle].billed


class Charge(NamedTuple):
    """An amount for a product; without a bill it waits for the next one."""

    customer: int
    product: str
    price: str
    quantity: int
    cycle: str
    bill: str | None

    @property
    def net(self) -> int:
        return PRICES[self.price].net * self.quantity


CYCLES = {
    row.id: row
    for row in (
        Cycle(
            "cycle-2026-01",
            "January 2026",
            "2026-01-01",
            "2026-01-31",
            "2026-02-01",
            "2026-02-15",
        ),
        Cycle(
            "cycle-2026-02",
            "February 2026",
            "2026-02-01",
            "2026-02-28",
            "2026-03-01",
            "2026-03-15",
        ),
        Cycle(
            "cycle-2026-03",
            "March 2026",
            "2026-03-01",
            "2026-03-31",
            "2026-04-01",
            "2026-04-15",
        ),
        Cycle(
            "cycle-2026-04",
            "April 2026",
            "2026-04-01",
            "2026-04-30",
            "2026-05-01",
            "2026-05-15",
        ),
    )
}
CURRENT = "cycle-2026-04"
ON_DEMAND_END, ON_DEMAND_DATE = "2026-03-23", "2026-03-24"

BILLS = (
    Bill(7001, 1001, "cycle-2026-01", "settled", 100),
    Bill(7002, 1002, "cycle-2026-01", "settled", 100),
    Bill(7003, 1003, "cycle-2026-01", "settled", 100),
    Bill(7004, 1008, "cycle-2026-01", "settled", 100),
    Bill(7005, 1001, "cycle-2026-02", "settled", 100),
    Bill(7006, 1002, "cycle-2026-02", "partiallyPaid", 50),
    Bill(7007, 1003, "cycle-2026-02", "onHold"),
    Bill(7008, 1008, "cycle-2026-02", "sent"),
    Bill(7009, 1001, "cycle-2026-03", "validated"),
    Bill(7010, 1002, "cycle-2026-03", "new"),
    Bill(7011, 1009, "cycle-2026-03", "sent"),
    Bill(7012, 1005, "cycle-2026-03", "new", on_demand=True),
)

# Charges that come up once: product, price, how many, and the month they fall in.
OCCASIONAL = (
    ("prod-6002", "price-roaming-world-usage", 120, "cycle-2026-01"),
    ("prod-6003", "price-engineer-visit", 1, "cycle-2026-01"),
    ("prod-6009", "price-extra-data", 10, "cycle-2026-02"),
    ("prod-6002", "price-roaming-world-usage", 40, "cycle-2026-03"),
    ("prod-6011", "price-sim-delivery", 1, "cycle-2026-03"),
    ("prod-6014", "price-sim-delivery", 1, "cycle-2026-03"),
    ("prod-6002", "price-roaming-world-usage", 15, "cycle-2026-04"),
    ("prod-6010", "price-fibre-installation", 1, "cycle-2026-04"),
)


def _products() -> dict[str, tuple[int, Item]]:
    """Who has which product: every one that a finished order added, and its parts."""
    return {
        item.product: (order.customer, item)
        for order in ORDERS
        for item in order.items
        if item.product and item.action == "add"
    }


PRODUCTS = _products()


def product_name(id: str) -> str:
    return LATEST[PRODUCTS[id][1].offering].name


def _monthly(customer: int) -> Iterator[tuple[str, str]]:
    """The products of a customer that cost something each month; parts of a bundle do not."""
    for product, (owner, item) in PRODUCTS.items():
        first = first_price(item.offering)
        if owner == customer and not item.within and first.kind == "recurring":
            yield product, first.id


def _charges() -> Iterator[Charge]:
    for bill in BILLS:
        for product, price in _monthly(bill.customer):
            yield Charge(bill.customer, product, price, 1, bill.cycle, bill.id)
        yield from _occasional(bill.customer, bill.cycle, bill.id)
    for customer in (1001, 1004, 1009):
        for product, price in _monthly(customer):
            yield Charge(customer, product, price, 1, CURRENT, None)
        yield from _occasional(customer, CURRENT, None)


def _occasional(customer: int, cycle: str, bill: str | None) -> Iterator[Charge]:
    for product, price, quantity, month in OCCASIONAL:
        if month == cycle and PRODUCTS[product][0] == customer:
            yield Charge(customer, product, price, quantity, cycle, bill)


CHARGES = tuple(_charges())


BY_ID = {bill.id: bill for bill in BILLS}


def charged_on(charge: Charge) -> str:
    """The day a charge was made: the last of its bill, or the first of the current month."""
    return BY_ID[charge.bill].end if charge.bill else CYCLES[charge.cycle].start


def bill_net(bill: Bill) -> int:
    """The net amount of a bill: the sum of what is on it."""
    return sum(charge.net for charge in CHARGES if charge.bill == bill.id)
