"""What things cost: the product offering prices (TMF620)."""

from __future__ import annotations

from typing import Literal, NamedTuple

from .dates import at, period
from .money import money, tax_item
from .records import Record
from .shapes import Ref, Typed

LAST_UPDATE = at("2025-11-20")


class Price(NamedTuple):
    """A net price in pence; a bundled price is the sum of its parts."""

    id: str
    name: str
    kind: Literal["recurring", "oneTime", "usage"]
    net: int
    unit: str = "item"
    parts: tuple[str, ...] = ()
    until: str | None = None


PRICES = {
    row.id: row
    for row in (
        Price("price-5g-light-month", "5G Light monthly fee", "recurring", 1500),
        Price("price-5g-unlimited-month", "5G Unlimited monthly fee", "recurring", 3000),
        Price(
            "price-5g-unlimited-month-2025",
            "5G Unlimited monthly fee 2025",
            "recurring",
            2750,
            until="2025-11-30",
        ),
        Price("price-5g-business-month", "5G Business monthly fee", "recurring", 2800),
        Price("price-sim-data-month", "Data SIM monthly fee", "recurring", 1000),
        Price("price-4g-classic-month", "4G Classic monthly fee", "recurring", 1200),
        Price("price-sim-delivery", "SIM card and delivery", "oneTime", 500),
        Price("price-fibre-150-month", "Fibre 150 monthly fee", "recurring", 2500),
        Price("price-fibre-500-month", "Fibre 500 monthly fee", "recurring", 3500),
        Price("price-fibre-1000-month", "Fibre 1000 monthly fee", "recurring", 4500),
        Price("price-fibre-2500-month", "Fibre 2500 monthly fee", "recurring", 6500),
        Price(
            "price-fibre-business-month",
            "Fibre Business monthly fee",
            "recurring",
            8000,
        ),
        Price("price-fibre-installation", "Fibre installation", "oneTime", 6000),
        Price("price-tv-pack-month", "Television monthly fee", "recurring", 1200),
        Price("price-home-discount", "Home and Mobile reduction", "recurring", -900),
        Price(
            "price-home-and-mobile-month",
            "Home and Mobile monthly fee",
            "recurring",
            6800,
            parts=(
                "price-fibre-500-month",
                "price-5g-unlimited-month",
                "price-tv-pack-month",
                "price-home-discount",
            ),
        ),
        Price("price-roaming-world-month", "World Roaming monthly fee", "recurring", 800),
        Price("price-roaming-world-usage", "World Roaming data", "usage", 5, "MB"),
        Price("price-static-ip-month", "Static Address monthly fee", "recurring", 600),
        Price("price-extra-data", "Extra Data 10 GB", "usage", 50, "GB"),
        Price("price-router-mesh", "Mesh Router", "oneTime", 9500),
        Price("price-handset-ridge", "Ridge Handset", "oneTime", 32000),
        Price(
            "price-handset-ridge-instalment",
            "Ridge Handset instalment",
            "recurring",
            1500,
        ),
        Price("price-engineer-visit", "Visit of an engineer", "oneTime", 4500),
    )
}


def price_ref(id: str) -> Ref:
    return Ref("ProductOfferingPrice", id, PRICES[id].name)


def _part(id: str) -> Typed:
    """A price within a bundled one; v4 does not name its class."""
    return Typed("BundledProductOfferingPriceRelationship", {"id": id, "name": PRICES[id].name})


def _relationship(id: str, kind: str) -> Typed:
    relation = {"id": id, "name": PRICES[id].name, "relationshipType": kind}
    return Typed("ProductOfferingPriceRelationship", relation)


def price_records() -> list[Record]:
    """Every product offering price."""
    return [
        Record(
            row.id,
            {
                "name": row.name,
                "version": "1.0",
                "isBundle": bool(row.parts),
                "priceType": row.kind,
                "recurringChargePeriodType": "month" if row.kind == "recurring" else None,
                "recurringChargePeriodLength": 1 if row.kind == "recurring" else None,
                "lifecycleStatus": "Retired" if row.until else "Launched",
                "lastUpdate": LAST_UPDATE,
                "validFor": period("2025-01-01", row.until),
                "price": money(row.net),
                "unitOfMeasure": {"amount": 1, "units": row.unit},
                "tax": [tax_item("TaxItem", row.net)],
                "bundledPopRelationship": [_part(part) for part in row.parts],
                "popRelationship": [_relationship("price-home-and-mobile-month", "discounts")]
                if row.id == "price-home-discount"
                else None,
            },
        )
        for row in PRICES.values()
    ]
