"""What is on sale: the product offerings (TMF620)."""

from __future__ import annotations

from typing import NamedTuple

from .categories import category_ref
from .company import channel
from .dates import at, period
from .prices import PRICES, Price, price_ref
from .records import Record
from .shapes import Either, Json, Ref, Typed
from .specifications import SPECIFICATIONS, specification_ref

LAST_UPDATE = at("2025-11-24")


class Offering(NamedTuple):
    """An offering; `uses` fixes characteristics of its specification to one value."""

    id: str
    name: str
    text: str
    category: str
    specification: str
    prices: tuple[str, ...]
    uses: tuple[tuple[str, int | str], ...] = ()
    parts: tuple[str, ...] = ()
    needs: str | None = None
    status: str = "Launched"
    version: str = "1.0"
    since: str = "2025-01-01"
    until: str | None = None

    @property
    def sellable(self) -> bool:
        return self.status == "Launched"


MOBILE, FIBRE = "cat-mobile-plans", "cat-fibre"
SIM, SETUP = "price-sim-delivery", "price-fibre-installation"

# fmt: off
OFFERINGS = (
    Offering("offer-5g-light", "5G Light", "For people who are mostly at home.", MOBILE,
             "spec-mobile-line", ("price-5g-light-month", SIM),
             (("dataAllowance", 20), ("downlinkLimit", 300))),
    Offering("offer-5g-unlimited", "5G Unlimited", "Data without a limit.", MOBILE,
             "spec-mobile-line", ("price-5g-unlimited-month-2025", SIM), (("downlinkLimit", 300),),
             status="Retired", until="2025-11-30"),
    Offering("offer-5g-unlimited", "5G Unlimited", "Data without a limit at full speed.", MOBILE,
             "spec-mobile-line", ("price-5g-unlimited-month", SIM), (("downlinkLimit", 1000),),
             version="2.0", since="2025-12-01"),
    Offering("offer-5g-business", "5G Business", "A line for staff on the road.", MOBILE,
             "spec-mobile-line", ("price-5g-business-month", SIM), (("dataAllowance", 100),)),
    Offering("offer-sim-data", "Data SIM", "Data for meters, boats and gates.", MOBILE,
             "spec-mobile-line", ("price-sim-data-month", SIM), (("dataAllowance", 20),)),
    Offering("offer-4g-classic", "4G Classic", "The plan of former years.", MOBILE,
             "spec-mobile-line", ("price-4g-classic-month",),
             status="Retired", until="2025-06-30"),
    Offering("offer-fibre-150", "Fibre 150", "For one flat and its television.", FIBRE,
             "spec-fibre-access", ("price-fibre-150-month", SETUP),
             (("downlink", 150), ("uplink", 50))),
    Offering("offer-fibre-500", "Fibre 500", "For a busy household.", FIBRE,
             "spec-fibre-access", ("price-fibre-500-month", SETUP),
             (("downlink", 500), ("uplink", 250))),
    Offering("offer-fibre-1000", "Fibre 1000", "For people who work from home.", FIBRE,
             "spec-fibre-access", ("price-fibre-1000-month", SETUP),
             (("downlink", 1000), ("uplink", 1000))),
    Offering("offer-fibre-2500", "Fibre 2500", "Being tried in two streets.", FIBRE,
             "spec-fibre-access", ("price-fibre-2500-month", SETUP),
             (("downlink", 2500), ("uplink", 2500)), status="In test"),
    Offering("offer-fibre-business", "Fibre Business", "Repaired within four hours.",
             "cat-business", "spec-fibre-access", ("price-fibre-business-month", SETUP),
             (("downlink", 1000), ("uplink", 1000))),
    Offering("offer-home-and-mobile", "Home and Mobile", "Fibre, mobile and television.",
             "cat-bundles", "spec-home-and-mobile", ("price-home-and-mobile-month",),
             parts=("offer-fibre-500", "offer-5g-unlimited", "offer-tv-pack")),
    Offering("offer-roaming-world", "World Roaming Pass", "Sixty days a year abroad.",
             "cat-mobile-addons", "spec-roaming-pass",
             ("price-roaming-world-month", "price-roaming-world-usage"), (("zone", "world"),),
             needs="offer-5g-unlimited"),
    Offering("offer-extra-data", "Extra Data", "More data until the month ends.",
             "cat-mobile-addons", "spec-extra-data", ("price-extra-data",),
             needs="offer-5g-light"),
    Offering("offer-static-ip", "Static Address", "An address for servers and cameras.",
             "cat-business", "spec-static-ip", ("price-static-ip-month",),
             needs="offer-fibre-business"),
    Offering("offer-tv-pack", "Television", "Ninety channels and recordings.", "cat-tv",
             "spec-tv-pack", ("price-tv-pack-month",), (("recordingHours", 200),),
             needs="offer-fibre-500"),
    Offering("offer-router-mesh", "Mesh Router", "Fills the corners of a stone house.",
             "cat-devices", "spec-router", ("price-router-mesh",)),
    Offering("offer-handset-ridge", "Ridge Handset", "At once or in instalments.",
             "cat-devices", "spec-handset",
             ("price-handset-ridge", "price-handset-ridge-instalment"), (("storage", 128),)),
)
# fmt: on

LATEST = {offering.id: offering for offering in OFFERINGS}


def offering_ref(id: str, as_type: str = "", more: dict[str, Json] | None = None) -> Ref:
    return Ref("ProductOffering", id, LATEST[id].name, as_type=as_type, more=more)


def first_price(offering: str) -> Price:
    """The price an order for the offering quotes."""
    return PRICES[LATEST[offering].prices[0]]


def _part(id: str) -> Json:
    limits = {
        "numberRelOfferLowerLimit": 1,
        "numberRelOfferUpperLimit": 1,
        "numberRelOfferDefault": 1,
    }
    option = {"bundledProductOfferingOption": Typed("BundledProductOfferingOption", limits)}
    bare = {
        "id": id,
        "name": LATEST[id].name,
        "lifecycleStatus": LATEST[id].status,
        **option,
    }
    return Either(bare, offering_ref(id, "BundledProductOffering", option))


def _use(offering: Offering, name: str, value: int | str) -> Typed:
    trait = next(t for t in SPECIFICATIONS[offering.specification].traits if t.name == name)
    type_ = "integer" if isinstance(value, int) else "string"
    fixed = {
        "isDefault": True,
        "valueType": type_,
        "unitOfMeasure": trait.unit,
        "value": value,
    }
    return Typed(
        "ProductSpecificationCharacteristicValueUse",
        {
            "name": name,
            "valueType": type_,
            "minCardinality": 1,
            "maxCardinality": 1,
            "productSpecCharacteristicValue": [
                Typed(f"{type_.capitalize()}CharacteristicValueSpecification", fixed)
            ],
            "productSpecification": specification_ref(offering.specification),
        },
    )


def offering_records() -> list[Record]:
    """Every product offering, each of its versions a record."""
    return [
        Record(
            row.id,
            {
                "name": row.name,
                "description": row.text,
                "version": row.version,
                "isBundle": bool(row.parts),
                "isSellable": row.sellable,
                "lifecycleStatus": row.status,
                "lastUpdate": LAST_UPDATE,
                "validFor": period(row.since, row.until),
                "category": [category_ref(row.category)],
                "channel": [channel("chan-web"), channel("chan-store")],
                "marketSegment": [
                    Ref("MarketSegment", "seg-business", "Businesses")
                    if "business" in row.id or row.category == "cat-business"
                    else Ref("MarketSegment", "seg-consumer", "Households")
                ],
                "productSpecification": specification_ref(row.specification),
                "productOfferingPrice": [price_ref(price) for price in row.prices],
                "prodSpecCharValueUse": [_use(row, *use) for use in row.uses],
                "bundledProductOffering": [_part(part) for part in row.parts],
                "productOfferingRelationship": row.needs
                and [
                    offering_ref(
                        row.needs,
                        "ProductOfferingRelationship",
                        {"relationshipType": "requires"},
                    )
                ],
            },
        )
        for row in OFFERINGS
    ]
