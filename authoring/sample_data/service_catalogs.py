"""What can be delivered as a service, and on what it rests (TMF633)."""

from __future__ import annotations

from typing import NamedTuple

from .company import OPERATOR, SERVICE_SPECIFICATIONS, resource_specification
from .dates import at, period
from .records import Record
from .shapes import VALUE_TYPES, Json, Ref

LAST_UPDATE = at("2025-11-18")
FILES = "https://files.example.com/services"


class Kind(NamedTuple):
    """A kind of service: what it `relies_on` is made with it, what it `requires` is there before.

    A trait has the name of a characteristic and the values it may have, the first by default.
    """

    id: str
    category: str
    text: str
    relies_on: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    traits: tuple[tuple[str, tuple[str | int, ...]], ...] = ()


# fmt: off
KINDS = (
    Kind("sspec-mobile-access", "CFS", "Voice, messages and data on the move.",
         relies_on=("sspec-radio-subscription",),
         traits=(("dataVolume", (20, 40, 100)), ("maxDownlink", (300, 1000)))),
    Kind("sspec-broadband", "CFS", "Internet at an address.",
         relies_on=("sspec-fibre-line",),
         traits=(("downstream", (150, 500, 1000, 2500)), ("upstream", (50, 250, 1000, 2500)))),
    Kind("sspec-tv", "CFS", "Channels and recordings.",
         requires=("sspec-fibre-line",), traits=(("recordingHours", (50, 200)),)),
    Kind("sspec-roaming", "CFS", "The line in other countries.",
         requires=("sspec-radio-subscription",), traits=(("zone", ("world", "neighbours")),)),
    Kind("sspec-static-ip", "CFS", "An address that never changes.",
         requires=("sspec-fibre-line",), resources=("rspec-ipv4",)),
    Kind("sspec-radio-subscription", "RFS", "A subscription of the radio network.",
         resources=("rspec-sim", "rspec-imsi", "rspec-msisdn"),
         traits=(("profile", ("standard", "fast")),)),
    Kind("sspec-fibre-line", "RFS", "A line from the exchange into a building.",
         resources=("rspec-ont", "rspec-router"),
         traits=(("lineProfile", ("bronze", "silver", "gold")),)),
)
# fmt: on

CATEGORIES = {
    "scat-customer": ("For customers", "CFS"),
    "scat-network": ("Beneath them", "RFS"),
}


def _name(id: str) -> str:
    return SERVICE_SPECIFICATIONS[id]


def _candidate(id: str) -> str:
    return id.replace("sspec-", "scand-")


def _trait(name: str, values: tuple[str | int, ...]) -> dict[str, Json]:
    type_ = VALUE_TYPES[type(values[0])]
    return {
        "name": name,
        "configurable": True,
        "valueType": type_,
        "minCardinality": 0,
        "maxCardinality": 1,
        "characteristicValueSpecification": [
            {"valueType": type_, "value": value, "isDefault": value == values[0]}
            for value in values
        ],
    }


def _related(kind: Kind) -> list[Json]:
    pairs = [("reliesOn", id) for id in kind.relies_on] + [("requires", id) for id in kind.requires]
    return [
        {
            "id": id,
            "name": _name(id),
            "relationshipType": type_,
            "@referredType": "ServiceSpecification",
        }
        for type_, id in pairs
    ]


def service_specification_records() -> list[Record]:
    """Every kind of service."""
    return [
        Record(
            kind.id,
            {
                "@baseType": "ServiceSpecification",
                "name": _name(kind.id),
                "description": kind.text,
                "version": "1.0",
                "isBundle": False,
                "lifecycleStatus": "Launched",
                "lastUpdate": LAST_UPDATE,
                "validFor": period("2025-01-01"),
                "relatedParty": [OPERATOR],
                "specCharacteristic": [_trait(*trait) for trait in kind.traits],
                "serviceSpecRelationship": _related(kind),
                "resourceSpecification": [resource_specification(id) for id in kind.resources],
            },
            kind={"CFS": "CustomerFacingServiceSpecification"}.get(
                kind.category, "ResourceFacingServiceSpecification"
            ),
        )
        for kind in KINDS
    ]


def candidate_records() -> list[Record]:
    """The entry of every kind of service in the catalogue."""
    return [
        Record(
            _candidate(kind.id),
            {
                "name": _name(kind.id),
                "version": "1.0",
                "lifecycleStatus": "Launched",
                "lastUpdate": LAST_UPDATE,
                "validFor": period("2025-01-01"),
                "category": [
                    Ref("ServiceCategory", id, name)
                    for id, (name, category) in CATEGORIES.items()
                    if category == kind.category
                ],
                "serviceSpecification": Ref("ServiceSpecification", kind.id, _name(kind.id), "1.0"),
            },
        )
        for kind in KINDS
    ]


def service_category_records() -> list[Record]:
    """The two shelves of the catalogue."""
    return [
        Record(
            id,
            {
                "name": name,
                "version": "1.0",
                "isRoot": True,
                "lifecycleStatus": "Launched",
                "lastUpdate": LAST_UPDATE,
                "serviceCandidate": [
                    Ref("ServiceCandidate", _candidate(kind.id), _name(kind.id), "1.0")
                    for kind in KINDS
                    if kind.category == category
                ],
            },
        )
        for id, (name, category) in CATEGORIES.items()
    ]


def service_catalog_records() -> list[Record]:
    """The one catalogue of services."""
    return [
        Record(
            "scatalog-tarnwick",
            {
                "name": "Tarnwick services",
                "description": "What the network of Tarnwick Telecom can do.",
                "version": "1.0",
                "lifecycleStatus": "Launched",
                "lastUpdate": LAST_UPDATE,
                "validFor": period("2025-01-01"),
                "relatedParty": [OPERATOR],
                "category": [
                    Ref("ServiceCategory", id, name) for id, (name, _) in CATEGORIES.items()
                ],
            },
        )
    ]


def _job(id: str, file: str, day: str) -> Record:
    return Record(
        id,
        {
            "url": f"{FILES}/{file}",
            "contentType": "application/json",
            "status": "Succeeded",
            "creationDate": at(day),
            "completionDate": at(day, "09:00:40"),
        },
    )


def service_import_records() -> list[Record]:
    """The load that filled the catalogue."""
    return [_job("import-9101", "all.json", "2025-11-18")]


def service_export_records() -> list[Record]:
    """The copy that the partner got."""
    return [_job("export-9101", "copy.json", "2026-01-12")]
