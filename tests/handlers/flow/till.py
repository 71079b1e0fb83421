"""Products that are ordered on one day, and what they are charged for as time goes on."""

from typing import Any

from handlers.flow.charging import CHARGES, Charging
from handlers.walking import walk
from tests.handlers.flow.desk import Desk
from tests.handlers.flow.ordering import added, order_of, touching
from tmf_apis.tmf630.query import ALWAYS

Json = dict[str, Any]

ACCOUNT = "ba-1001"
#: The day on which products are ordered.
FIRST = "2026-01-31T10:00:00+00:00"


class Till(Desk):
    """A desk where products are charged for."""

    @property
    def charging(self) -> Charging:
        return Charging(self.office.reach)

    def product(self, **more: Any) -> str:
        """The id of a product that became active on the first day."""
        self.office.at(FIRST)
        id = self.run(self.office.order(order_of(added("1", "offer-5g-light", **more))))
        self.run(self.office.settle(id))
        found = self.every(self.office.reach.products)
        return next(p["id"] for p in found if p["productOrderItem"][0]["orderId"] == id)

    def end(self, product: str) -> None:
        """End a product by an order."""
        order = order_of(touching("1", "delete", product))
        self.run(self.office.settle(self.run(self.office.order(order, after=True))))

    def every(self, service: Any) -> list[Json]:
        async def read() -> list[Json]:
            found = walk(service.store, service.collection, ALWAYS, 500)
            ids = [record.id async for records in found for record in records]
            return [await self.office.read(service, id) for id in ids]

        return list(self.run(read()))

    def rates(self, product: str, kind: str = "recurringCharge") -> list[Json]:
        found = (r for r in self.every(self.office.reach.rates) if r["product"]["id"] == product)
        return sorted(
            (r for r in found if r["appliedBillingRateType"] == kind), key=lambda r: str(r["date"])
        )

    def charged(self, product: str) -> list[tuple[str, float]]:
        """The first days of the periods a product is charged for, and what, before tax."""
        return [
            (r["periodCoverage"]["startDateTime"][:10], r["taxExcludedAmount"]["value"])
            for r in self.rates(product)
        ]

    def noted(self, product: str) -> bool:
        """Whether it is noted that a product is charged for."""

        async def read() -> list[str]:
            found = walk(self.office.store, CHARGES, ALWAYS, 500)
            return [record.id async for records in found for record in records]

        return product in self.run(read())
