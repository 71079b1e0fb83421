"""Records of a store in which the versions of an API had records of their own (V-713).

Each is written out as a client of either version wrote it, so that nothing here follows from the
converter. Most are in both versions and say the same; some are in one version alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Sides = tuple[Json, Json]
VERSIONS = ("v4", "v5")


@dataclass(frozen=True, eq=False)
class Kind:
    """A resource: its API, what number so and so is in each version, and how it is contradicted:
    the attribute of each version that tells of it, and what v4 says instead.
    """

    number: str
    api: str
    name: str
    made: Callable[[int], Sides]
    conflicts: tuple[tuple[str, str, Any], ...]
    #: Entity versions of an id.
    versions: tuple[str, ...] = ("",)

    def path(self, side: int) -> str:
        """Where it is, in a version."""
        return f"/tmf-api/{self.api}/{VERSIONS[side]}/{self.name}"


def _order(number: int) -> Sides:
    state = ("acknowledged", "inProgress", "completed")[number % 3]
    date = f"2026-01-{number % 28 + 1:02}T08:00:{number % 60:02}.000Z"
    offering = {"id": f"offer-{number % 40}", "name": f"Offer {number % 40}"}
    item = {"id": "1", "action": "add", "quantity": number % 5, "state": state}
    party = {"id": f"c-{number % 500}", "@referredType": "Individual"}
    common = {"id": f"order-{number}", "description": f"order {number}", "state": state}
    return (
        common
        | {
            "@type": "ProductOrder",
            "orderDate": date,
            "externalId": f"ext-{number}",
            "relatedParty": [{"role": "buyer", **party}],
            "productOrderItem": [item | {"productOffering": offering}],
        },
        common
        | {
            "@type": "ProductOrder",
            "creationDate": date,
            "externalId": [{"@type": "ExternalIdentifier", "id": f"ext-{number}"}],
            "relatedParty": [
                {
                    "@type": "RelatedPartyRefOrPartyRoleRef",
                    "role": "buyer",
                    "partyOrPartyRole": {"@type": "PartyRef", **party},
                }
            ],
            "productOrderItem": [
                item
                | {
                    "@type": "ProductOrderItem",
                    "productOffering": {"@type": "ProductOfferingRef", **offering},
                }
            ],
        },
    )


def _customer(number: int) -> Sides:
    party = {"id": f"p-{number}", "name": f"Party {number}", "@referredType": "Individual"}
    value = {"name": "segment", "valueType": "string", "value": f"s{number % 9}"}
    common = {
        "id": f"customer-{number}",
        "@type": "Customer",
        "name": f"Customer {number}",
        "status": ("Active", "Suspended")[number % 2],
    }
    mail = f"c{number}@example.com"
    return (
        common
        | {
            "engagedParty": party,
            "characteristic": [value],
            "contactMedium": [{"mediumType": "email", "characteristic": {"emailAddress": mail}}],
        },
        common
        | {
            "engagedParty": {"@type": "PartyRef", **party},
            "characteristic": [{"@type": "StringCharacteristic", **value}],
            "contactMedium": [{"@type": "EmailContactMedium", "emailAddress": mail}],
        },
    )


def _offering(number: int) -> Sides:
    date = "2026-01-02T03:04:05.000Z"
    category = {"id": f"cat-{number % 7}", "name": f"Category {number % 7}"}
    common = {
        "id": f"offering-{number}",
        "@type": "ProductOffering",
        "name": f"Offering {number}",
        "lifecycleStatus": "Active",
        "lastUpdate": date,
    }
    return (
        common | {"category": [category]},
        common | {"category": [{"@type": "CategoryRef", **category}]},
    )


def _service(number: int) -> Sides:
    state = ("active", "inactive", "designed")[number % 3]
    specification = {"id": f"spec-{number % 30}", "name": f"Specification {number % 30}"}
    common = {"id": f"service-{number}", "name": f"Service {number}", "state": state}
    return (
        common | {"serviceSpecification": specification},
        common
        | {
            "@type": "Service",
            "serviceSpecification": {"@type": "ServiceSpecificationRef", **specification},
        },
    )


ORDERS = Kind(
    "TMF622",
    "productOrderingManagement",
    "productOrder",
    _order,
    (
        ("description", "description", "another"),
        ("orderDate", "creationDate", "2020-01-01T00:00:00.000Z"),
        ("externalId", "externalId", "another"),
    ),
)
CUSTOMERS = Kind(
    "TMF629",
    "customerManagement",
    "customer",
    _customer,
    (
        ("name", "name", "Another"),
        ("engagedParty", "engagedParty", {"id": "x", "name": "X", "@referredType": "Individual"}),
    ),
)
OFFERINGS = Kind(
    "TMF620",
    "productCatalogManagement",
    "productOffering",
    _offering,
    (("lifecycleStatus", "lifecycleStatus", "Retired"), ("category", "category", [{"id": "x"}])),
    ("1.0", "2.0"),
)
SERVICES = Kind("TMF638", "serviceInventory", "service", _service, ())


@dataclass(frozen=True)
class Part:
    """So many ids of a kind, which are in these versions; the first few contradict each other."""

    kind: Kind
    first: int
    count: int
    sides: tuple[int, ...] = (0, 1)
    contradicted: int = 0

    def truth(self) -> Iterator[tuple[str, str, Sides]]:
        """Each record by id and entity version, as it is in both versions if nobody errs."""
        for number in range(self.first, self.first + self.count):
            for version in self.kind.versions:
                older, newer = self.kind.made(number)
                more = {"version": version} if version else {}
                yield older["id"], version, (older | more, newer | more)

    def planted(self) -> dict[tuple[str, str], tuple[str, str, Any]]:
        """What v4 says otherwise, by id and version: attribute of v4, of v5, value."""
        found = {}
        every = max(1, self.count // max(1, self.contradicted))
        for index in range(self.contradicted):
            number = self.first + index * every
            version = self.kind.versions[index % len(self.kind.versions)]
            conflict = self.kind.conflicts[index % len(self.kind.conflicts)]
            found[self.kind.made(number)[0]["id"], version] = conflict
        return found

    def written(self, side: int) -> Iterator[Json]:
        """The records that a version had."""
        planted = self.planted()
        for id, version, sides in self.truth() if side in self.sides else ():
            said = planted.get((id, version)) if side == 0 else None
            yield sides[side] | ({said[0]: said[2]} if said else {})


def parts(records: int, conflicts: int) -> list[Part]:
    """So many records in all, and conflicts among them."""
    per = records // 20
    few = conflicts // 5
    return [
        Part(ORDERS, 0, per * 6, contradicted=conflicts - 3 * few),
        Part(CUSTOMERS, 0, per * 2, contradicted=2 * few),
        Part(OFFERINGS, 0, per // 2, contradicted=few),
        *(
            Part(kind, 10_000_000 * (side + 1), per // 2, (side,))
            for kind in (ORDERS, SERVICES)
            for side in (0, 1)
        ),
    ]
