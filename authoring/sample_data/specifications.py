"""What a product is made of: the product specifications (TMF620)."""

from __future__ import annotations

from typing import NamedTuple

from .company import (
    MANUFACTURER,
    OPERATOR,
    resource_specification,
    service_specification,
)
from .dates import at, period
from .records import Record
from .shapes import VALUE_TYPES, Either, Json, Ref, Typed

LAST_UPDATE = at("2025-11-18")


class Trait(NamedTuple):
    """A characteristic a product may have; the first value is the default."""

    name: str
    text: str
    values: tuple[str | int, ...]
    unit: str | None = None


class Specification(NamedTuple):
    id: str
    name: str
    text: str
    traits: tuple[Trait, ...] = ()
    services: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    product_number: str | None = None


SPECIFICATIONS = {
    row.id: row
    for row in (
        Specification(
            "spec-mobile-line",
            "Mobile line",
            "A mobile number with voice, messages and data.",
            (
                Trait("dataAllowance", "Data included each month.", (20, 40, 100), "GB"),
                Trait("simType", "Form of the SIM.", ("eSIM", "plastic SIM")),
                Trait(
                    "downlinkLimit",
                    "Highest speed to the device.",
                    (300, 1000),
                    "Mbit/s",
                ),
            ),
            ("sspec-mobile-access",),
            ("rspec-sim", "rspec-msisdn"),
        ),
        Specification(
            "spec-fibre-access",
            "Fibre access",
            "Internet over a fibre that ends in the customer's building.",
            (
                Trait(
                    "downlink",
                    "Speed to the customer.",
                    (150, 500, 1000, 2500),
                    "Mbit/s",
                ),
                Trait(
                    "uplink",
                    "Speed from the customer.",
                    (50, 250, 1000, 2500),
                    "Mbit/s",
                ),
                Trait("addressing", "Protocols routed.", ("IPv4 and IPv6", "IPv4")),
            ),
            ("sspec-broadband",),
            ("rspec-ont", "rspec-router"),
        ),
        Specification(
            "spec-tv-pack",
            "Television",
            "Channels and recordings over the fibre access.",
            (Trait("recordingHours", "Hours of recordings kept.", (50, 200), "h"),),
            ("sspec-tv",),
        ),
        Specification(
            "spec-roaming-pass",
            "Roaming pass",
            "Use of the mobile line in other countries.",
            (Trait("zone", "Countries covered.", ("world", "neighbours")),),
            ("sspec-roaming",),
        ),
        Specification(
            "spec-static-ip",
            "Static address",
            "A public IPv4 address that never changes.",
            (),
            ("sspec-static-ip",),
            ("rspec-ipv4",),
        ),
        Specification("spec-extra-data", "Extra data", "Data on top of the monthly allowance."),
        Specification(
            "spec-router",
            "Mesh router",
            "A router with three radios that joins others to one network.",
            (Trait("colour", "Colour of the casing.", ("slate", "heather")),),
            resources=("rspec-router",),
            product_number="HC-MR-3",
        ),
        Specification(
            "spec-handset",
            "Ridge handset",
            "A 5G telephone that survives rain.",
            (
                Trait("colour", "Colour of the casing.", ("granite", "moss")),
                Trait("storage", "Room for pictures.", (128, 256), "GB"),
            ),
            product_number="HC-RH-5",
        ),
        Specification(
            "spec-home-and-mobile",
            "Home and mobile",
            "Fibre access, mobile line and television on one bill.",
            parts=("spec-fibre-access", "spec-mobile-line", "spec-tv-pack"),
        ),
    )
}


def specification_ref(id: str) -> Ref:
    return Ref("ProductSpecification", id, SPECIFICATIONS[id].name, "1.0")


def _characteristic(specification: str, trait: Trait) -> Typed:
    type_ = VALUE_TYPES[type(trait.values[0])]
    values: list[Json] = [
        Typed(
            f"{type_.capitalize()}CharacteristicValueSpecification",
            {
                "isDefault": value == trait.values[0],
                "valueType": type_,
                "unitOfMeasure": trait.unit,
                "value": value,
            },
        )
        for value in trait.values
    ]
    return Typed(
        "CharacteristicSpecification",
        {
            "id": f"{specification}-{trait.name}",
            "name": trait.name,
            "description": trait.text,
            "configurable": True,
            "valueType": type_,
            "minCardinality": 1,
            "maxCardinality": 1,
            "productSpecCharacteristicValue": Either(v4=values),
            "characteristicValueSpecification": Either(v5=values),
        },
    )


def _part(id: str) -> Typed:
    facts = {"id": id, "name": SPECIFICATIONS[id].name, "lifecycleStatus": "Launched"}
    return Typed("BundledProductSpecification", facts)


def specification_records() -> list[Record]:
    """Every product specification."""
    return [
        Record(
            row.id,
            {
                "name": row.name,
                "description": row.text,
                "brand": "Helmcrag" if row.product_number else "Tarnwick",
                "productNumber": row.product_number,
                "version": "1.0",
                "isBundle": bool(row.parts),
                "lifecycleStatus": "Launched",
                "lastUpdate": LAST_UPDATE,
                "validFor": period("2025-01-01"),
                "relatedParty": [MANUFACTURER if row.product_number else OPERATOR],
                "productSpecCharacteristic": [_characteristic(row.id, t) for t in row.traits],
                "serviceSpecification": [service_specification(s) for s in row.services],
                "resourceSpecification": [resource_specification(r) for r in row.resources],
                "bundledProductSpecification": [_part(part) for part in row.parts],
            },
        )
        for row in SPECIFICATIONS.values()
    ]
