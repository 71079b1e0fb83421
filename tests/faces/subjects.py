"""Resources that are written at random through both versions, and the rules they have there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.faces.dictionaries import Class, Elements, First, Json, Kind, Rule, Value, same

#: What clients say, by side; small pools, so that values meet each other.
Make = Callable[[Random, int], Any]
TEXTS = ("a", "b", "c", "Ab", "a,b", "5", "é", "x y")
DATES = ("2026-01-02T03:04:05.000Z", "2026-02-03T04:05:06.000Z")
_PEOPLE, _ROLES = ("Individual", "Organization"), ("Customer", "Supplier")


def _text(random: Random, side: int) -> str:
    return random.choice(TEXTS)


def _party_class(party: Json) -> str:
    return "PartyRef" if party.get("@referredType") in _PEOPLE else "PartyRoleRef"


def parties(outer: str) -> Kind:
    """Related parties, flat in v4 (V-20)."""
    inside = "partyOrPartyRole"
    rules: list[Rule] = [Value((name,), (inside, name)) for name in ("id", "name", "@referredType")]
    return Kind(
        [*rules, *same("role"), Class(_party_class, (inside, "@type"), ((inside, "partyId"),))],
        {"@type": outer},
        identity=(("id",), ("id",)),
        needs=((("id",),), ((inside, "id"),)),
    )


def _party(outer: str) -> Make:
    def made(random: Random, side: int) -> Json:
        kind = random.choice(_PEOPLE + _ROLES)
        party = {"id": random.choice("pqr"), "name": random.choice(TEXTS), "@referredType": kind}
        role = {"role": random.choice(("payer", "user"))}
        if side == 0:
            return {**party, **role}
        if random.random() < 0.2:
            return {"@type": outer, **role}
        typed = {"@type": _party_class(party), **party}
        if typed["@type"] == "PartyRoleRef" and random.random() < 0.5:
            typed["partyId"] = random.choice("xy")
        return {"@type": outer, **role, "partyOrPartyRole": typed}

    return made


def _value_class(characteristic: Json) -> str:
    value = characteristic["value"]
    if isinstance(value, bool):
        return "BooleanCharacteristic"
    return "IntegerCharacteristic" if isinstance(value, int) else "StringCharacteristic"


CHARACTERISTICS = Kind([*same("name", "value", "valueType"), Class(_value_class, ("@type",))], {})
#: v4 of TMF638 has their ids as well.
KNOWN_CHARACTERISTICS = Kind([*same("id"), *CHARACTERISTICS.rules], {})


def _characteristic(random: Random, side: int) -> Json:
    made: Json = {
        "name": random.choice("mn"),
        "value": random.choice(("s", "t", 1, 7, True, False)),
    }
    if random.random() < 0.3:
        made["valueType"] = random.choice(TEXTS[:3])
    if side == 0:
        return made
    known = {"id": random.choice("ij")} if random.random() < 0.5 else {}
    return {"@type": _value_class(made), **known, **made}


NOTES = Kind(same("id", "author", "date", "text"), {"@type": "Note"})


def _note(random: Random, side: int) -> Json:
    made = {
        "author": random.choice("uv"),
        "date": random.choice(DATES),
        "text": _text(random, side),
    }
    made |= {"id": random.choice("12")} if random.random() < 0.6 else {}
    return made | ({"@type": "Note"} if side else {})


ACCOUNTS = Kind(
    same("id", "name"),
    {"@type": "AccountRef"},
    needs=((("id",),), (("id",),)),
    supplied=(("name", "id"),),
)


def _account(random: Random, side: int) -> Json:
    name = {"name": random.choice(TEXTS)}
    id = {"id": random.choice("ab")}
    if side:
        return {"@type": "AccountRef", **id, **(name if random.random() < 0.6 else {})}
    more = {"description": random.choice(TEXTS)} if random.random() < 0.5 else {}
    return {**id, **name, **more}


def listed(make: Make) -> Make:
    """A list of some elements, now and then of equal ones or none."""

    def made(random: Random, side: int) -> Any:
        elements = [make(random, side) for _ in range(random.choice((0, 1, 2, 2, 3)))]
        return elements + elements[:1] if random.random() < 0.1 else elements

    return made


@dataclass(frozen=True)
class Subject:
    """A resource: the attributes clients write in each version with what makes their values, what
    each create says besides, and what it is by the rules.

    `stamped` are attributes that the server sets, by their names in each version.
    """

    number: str
    base: str
    name: str
    rules: Sequence[Rule]
    lists: Sequence[Elements]
    begins: tuple[Json, Json]
    makes: tuple[Mapping[str, Make], Mapping[str, Make]]
    stamped: Sequence[tuple[str, str]] = ()
    #: States of v5 by what may follow each, and the words of v4 for some.
    moves: Mapping[str, Sequence[str]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def path(self, side: int) -> str:
        """Where it is, in a version."""
        return f"/tmf-api/{self.base}/v{4 + side}/{self.name}"


def _engaged(random: Random, side: int) -> Json:
    kind = random.choice(_PEOPLE)
    party = {"id": random.choice("pq"), "name": random.choice(TEXTS), "@referredType": kind}
    if side:
        return {"@type": "PartyRef", **party}
    return party | ({"role": random.choice(TEXTS)} if random.random() < 0.5 else {})


_CREATED = {"@type": "Customer", "name": "n", "status": "Created"}
_ENGAGED = {"id": "p", "name": "P", "@referredType": "Individual"}
_PARTY_OF_CUSTOMER = "RelatedPartyOrPartyRole"
_SHARED: Mapping[str, Make] = {
    "name": _text,
    "status": _text,
    "statusReason": _text,
    "x-own": _text,
    "engagedParty": _engaged,
    "characteristic": listed(_characteristic),
    "account": listed(_account),
    "relatedParty": listed(_party(_PARTY_OF_CUSTOMER)),
}
CUSTOMER = Subject(
    "TMF629",
    "customerManagement",
    "customer",
    [
        *same("name", "status", "statusReason", "x-own"),
        *[Value(("engagedParty", n), ("engagedParty", n)) for n in ("id", "name", "@referredType")],
        Value(("engagedParty", "role"), ("role",)),
    ],
    [
        Elements("characteristic", CHARACTERISTICS),
        Elements("account", ACCOUNTS),
        Elements("relatedParty", parties(_PARTY_OF_CUSTOMER)),
    ],
    (
        {**_CREATED, "engagedParty": _ENGAGED},
        {**_CREATED, "engagedParty": {"@type": "PartyRef", **_ENGAGED}},
    ),
    (_SHARED, {**_SHARED, "description": _text, "role": _text}),
)

_PARTY_OF_SERVICE = "RelatedPartyRefOrPartyRoleRef"
_OF_SERVICE: Mapping[str, Make] = {
    "name": _text,
    "description": _text,
    "category": _text,
    "x-own": _text,
    "note": listed(_note),
    "serviceCharacteristic": listed(_characteristic),
    "relatedParty": listed(_party(_PARTY_OF_SERVICE)),
}


def _intent(random: Random, side: int) -> Json:
    return {"@type": "IntentRef", "id": random.choice("kl")}


SERVICE = Subject(
    "TMF638",
    "serviceInventory",
    "service",
    [
        *same("name", "description", "category", "x-own"),
        Value(("state",), ("state",), (("suspended", "inactive"),)),
    ],
    [
        Elements("note", NOTES),
        Elements("serviceCharacteristic", KNOWN_CHARACTERISTICS),
        Elements("relatedParty", parties(_PARTY_OF_SERVICE)),
    ],
    (
        {"state": "designed", "serviceSpecification": {"id": "s"}},
        {
            "@type": "Service",
            "state": "designed",
            "serviceSpecification": {"@type": "ServiceSpecificationRef", "id": "s"},
        },
    ),
    (_OF_SERVICE, {**_OF_SERVICE, "intent": _intent}),
    stamped=[
        *[(n, n) for n in ("serviceDate", "startDate", "endDate", "hasStarted")],
        ("", "operatingStatus"),
        ("serviceSpecification", "serviceSpecification"),
    ],
    moves={
        "designed": ("reserved", "inactive", "active"),
        "reserved": ("designed", "inactive", "active"),
        "inactive": ("active", "terminated"),
        "active": ("inactive", "suspended", "terminated"),
        "suspended": ("active", "inactive", "terminated"),
        "terminated": ("active",),
    },
    words={"suspended": "inactive"},
)

_ITEM = {"id": "1", "action": "add"}
_OFFERING = {"id": "o"}
_OF_ORDER: Mapping[str, Make] = {
    "description": _text,
    "priority": lambda random, side: random.choice("1234"),
    "x-own": _text,
    "note": listed(_note),
    "relatedParty": listed(_party(_PARTY_OF_SERVICE)),
}


def _external(random: Random, side: int) -> Json:
    owner = {"owner": random.choice(TEXTS)} if random.random() < 0.5 else {}
    return {"@type": "ExternalIdentifier", "id": random.choice("efg"), **owner}


ORDER = Subject(
    "TMF622",
    "productOrderingManagement",
    "productOrder",
    [*same("description", "priority", "x-own"), First("externalId", "ExternalIdentifier")],
    [Elements("note", NOTES), Elements("relatedParty", parties(_PARTY_OF_SERVICE))],
    (
        {
            "@type": "ProductOrder",
            "productOrderItem": [_ITEM | {"productOffering": _OFFERING}],
        },
        {
            "@type": "ProductOrder",
            "productOrderItem": [
                {
                    "@type": "ProductOrderItem",
                    **_ITEM,
                    "productOffering": {"@type": "ProductOfferingRef", **_OFFERING},
                }
            ],
        },
    ),
    ({**_OF_ORDER, "externalId": _text}, {**_OF_ORDER, "externalId": listed(_external)}),
    stamped=[
        ("orderDate", "creationDate"),
        ("state", "state"),
        ("productOrderItem", "productOrderItem"),
    ],
)
SUBJECTS = (CUSTOMER, SERVICE, ORDER)
