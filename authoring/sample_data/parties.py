"""Who they are, in whatever role: people and organisations (TMF632)."""

from __future__ import annotations

from .company import MANUFACTURER, OPERATOR
from .customers import CUSTOMERS, Customer, contact_media
from .dates import period
from .records import Record
from .shapes import Characteristic, Either, Json, Typed


def _person(row: Customer) -> Record:
    given, _, family = row.name.partition(" ")
    return Record(
        f"party-{row.number}",
        {
            "givenName": given,
            "familyName": family,
            "fullName": Either(v4=row.name),
            "name": Either(v5=row.name),
            "nationality": "United Kingdom",
            "status": "validated",
            "contactMedium": contact_media(row),
            "languageAbility": [
                {"languageCode": "en", "languageName": "English", "isFavouriteLanguage": True}
            ],
            "partyCharacteristic": [Characteristic("segment", row.segment)],
        },
        kind="Individual",
    )


def _organization(id: str, name: str, since: str, more: dict[str, Json]) -> Record:
    return Record(
        id,
        {
            "name": name,
            "tradingName": name,
            "isLegalEntity": True,
            "isHeadOffice": True,
            "organizationType": "company",
            "existsDuring": period(since),
            "status": "validated",
            **more,
        },
        kind="Organization",
    )


def _register(id: str) -> list[Json]:
    facts = {"identificationType": "company number", "identificationId": f"TW-{id}"}
    return [Typed("OrganizationIdentification", facts)]


def individual_records() -> list[Record]:
    """Every person who is a customer."""
    return [_person(row) for row in CUSTOMERS.values() if row.kind == "Individual"]


def organization_records() -> list[Record]:
    """The operator, its maker of devices, and every company that is a customer."""
    houses = [
        _organization(OPERATOR.ref.id, "Tarnwick Telecom", "1998-04-01", {}),
        _organization(MANUFACTURER.ref.id, "Helmcrag Devices", "2004-09-01", {}),
    ]
    return houses + [
        _organization(
            f"party-{row.number}",
            row.name,
            "2010-01-04",
            {
                "contactMedium": contact_media(row),
                "organizationIdentification": _register(str(row.number)),
                "partyCharacteristic": [Characteristic("segment", row.segment)],
            },
        )
        for row in CUSTOMERS.values()
        if row.kind == "Organization"
    ]
