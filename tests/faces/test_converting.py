"""The hard cases of the version map: what cannot cross is kept, and what follows is computed."""

from typing import Any

import pytest

from tests.faces.pairs import AT, Json, Pair, pair
from tmf_apis.faces.sameness import same

V4, V5 = 0, 1
ORDER = pair("TMF622", "productOrder")
ALARM = pair("TMF642", "alarm")
RESOURCE = pair("TMF639", "resource")
SERVICE_ORDER = pair("TMF641", "serviceOrder")
CUSTOMER = pair("TMF629", "customer")
SERVICE = pair("TMF638", "service")
RATE = pair("TMF678", "appliedCustomerBillingRate")
OFFERING = pair("TMF620", "productOffering")


class Record:
    """A record with both faces, written through either."""

    def __init__(self, of: Pair, side: int, face: Json) -> None:
        self.of = of
        other, self.memory = of.faces.made(side, face, AT)
        self.faces = [face, other] if side == V4 else [other, face]

    def write(self, side: int, **attributes: Any) -> None:
        """Set attributes of a face; None takes one away."""
        old = self.faces[side]
        new = {name: v for name, v in {**old, **attributes}.items() if v is not None}
        self.faces[1 - side], self.memory = self.of.faces.changed(
            side, new, old, self.faces[1 - side], self.memory, AT
        )
        self.faces[side] = new


def order(side: int, **more: Any) -> Record:
    item = {"id": "1", "action": "add"} | ({"@type": "ProductOrderItem"} if side else {})
    head = {"@type": "ProductOrder"} if side else {}
    return Record(ORDER, side, {**head, "id": "7", "productOrderItem": [item], **more})


def resource(side: int, kind: str = "Resource", **more: Any) -> Record:
    return Record(RESOURCE, side, {"@type": kind, "id": "7", "href": "/7", **more})


def test_a_draft_is_pending_in_v4_and_stays_a_draft_until_v4_changes_it() -> None:
    record = order(V5, state="draft")
    assert record.faces[V4]["state"] == "pending"
    record.write(V4, description="x", state="pending")
    assert record.faces[V5]["state"] == "draft"
    record.write(V4, state="acknowledged")
    assert record.faces[V5]["state"] == "acknowledged"


def test_one_external_id_is_the_first_of_several() -> None:
    both = [
        {"@type": "ExternalIdentifier", "id": "A", "owner": "o"},
        {"@type": "ExternalIdentifier", "id": "B"},
    ]
    record = order(V5, externalId=both)
    assert record.faces[V4]["externalId"] == "A"
    record.write(V4, externalId="C")
    assert record.faces[V5]["externalId"] == [{**both[0], "id": "C"}, both[1]]
    record.write(V4, externalId=None)
    assert record.faces[V5]["externalId"] == [both[1]]
    record.write(V5, description="no change of the list")
    assert "externalId" not in record.faces[V4]
    record.write(V4, externalId="D")
    assert [each["id"] for each in record.faces[V5]["externalId"]] == ["D", "B"]
    record.write(V5, externalId=record.faces[V5]["externalId"][1:])
    assert record.faces[V4]["externalId"] == "B"


def test_place_of_v4_is_removed_while_v5_has_several() -> None:
    def place(id: str) -> Json:
        return {"@type": "RelatedPlaceRef", "role": "r", "place": {"@type": "PlaceRef", "id": id}}

    record = resource(V5, place=[place("1"), place("2")])
    assert record.faces[V4]["place"] == {"id": "1", "role": "r"}
    record.write(V4, place=None)
    assert record.faces[V5]["place"] == [place("2")]
    assert "place" not in record.faces[V4]


@pytest.mark.parametrize(
    ("before", "status", "after"),
    [
        ({"alarmStatus": ["critical"]}, "alarm", {"alarmStatus": ["critical"]}),
        (
            {"unknownStatus": True, "alarmStatus": ["critical"], "allocationStatus": "reserved"},
            "reserved",
            {"allocationStatus": "reserved"},
        ),
        ({"allocationStatus": "available"}, "suspended", {
            "allocationStatus": "available", "controlStatus": "suspended"}),
        ({"alarmStatus": ["critical"]}, None, {}),
        ({"allocationStatus": "available"}, "standby", {"allocationStatus": "available"}),
    ],
)  # fmt: skip
def test_a_status_of_v4_over_several_of_v5(before: Json, status: str | None, after: Json) -> None:
    record = resource(V5, **before)
    record.write(V4, resourceStatus=status)
    assert {n: v for n, v in record.faces[V5].items() if n.endswith("Status")} == after
    assert record.faces[V4].get("resourceStatus") == status


def test_a_spelling_of_v4_stays_while_v5_changes_something_else() -> None:
    record = Record(ALARM, V4, {"id": "1", "perceivedSeverity": "CRITICAL", "state": "odd"})
    assert record.faces[V5] == {"@type": "Alarm", "id": "1", "perceivedSeverity": "critical"}
    record.write(V5, ackState="acknowledged")
    assert record.faces[V4]["perceivedSeverity"] == "CRITICAL"
    assert record.faces[V4]["state"] == "odd"
    record.write(V5, perceivedSeverity="minor")
    assert record.faces[V4]["perceivedSeverity"] == "minor"


@pytest.mark.parametrize(
    ("value", "value_type", "kind"),
    [
        (5, None, "Integer"),
        (5, "decimal", "Number"),
        (5, "float", "Integer"),
        (2.5, None, "Number"),
        (True, None, "Boolean"),
        ("5", "integer", "String"),
        ({}, None, "Object"),
        ([], None, "StringArray"),
        ([1, 2.5], None, "NumberArray"),
        ([True], None, "BooleanArray"),
        ([1, "a"], None, ""),
        ([[1]], None, ""),
        (None, None, ""),
    ],
)
def test_the_class_of_a_characteristic_follows_its_value(
    value: Any, value_type: str | None, kind: str
) -> None:
    record = Record(
        SERVICE, V4, {"id": "1", "serviceCharacteristic": [{"name": "n", "value": "x"}]}
    )
    told = {"name": "n", "value": value} | ({"valueType": value_type} if value_type else {})
    record.write(V4, serviceCharacteristic=[told])
    assert record.faces[V5]["serviceCharacteristic"][0]["@type"] == f"{kind}Characteristic"
    assert record.of.fault(V5, record.faces[V5]) is None


def test_a_feature_without_characteristics_shows_one_in_v4_that_is_not_v5s() -> None:
    feature = {"@type": "Feature", "id": "f", "name": "n", "isEnabled": False}
    record = Record(SERVICE, V5, {"@type": "Service", "id": "1", "feature": [feature]})
    shown = [{"name": "isEnabled", "valueType": "boolean", "value": False}]
    assert record.faces[V4]["feature"][0]["featureCharacteristic"] == shown
    record.write(V4, feature=[{**record.faces[V4]["feature"][0], "name": "m"}])
    assert record.faces[V5]["feature"] == [{**feature, "name": "m"}]


def test_a_note_without_date_takes_the_time_of_the_write_once() -> None:
    record = Record(
        SERVICE, V5, {"@type": "Service", "id": "1", "note": [{"@type": "Note", "text": "t"}]}
    )
    assert record.faces[V4]["note"] == [{"text": "t", "author": "unknown", "date": AT}]
    changed = {**record.faces[V5], "note": [{"@type": "Note", "text": "u"}]}
    later, _ = SERVICE.faces.changed(
        V5, changed, record.faces[V5], record.faces[V4], record.memory, "2027-01-01T00:00:00Z"
    )
    assert later["note"] == [{"text": "u", "author": "unknown", "date": AT}]


@pytest.mark.parametrize(
    ("of", "side", "name", "value"),
    [
        (RATE, V5, "type", 5),
        (ORDER, V4, "productOrderMilestone", "sent by a client"),
        (ORDER, V4, "creationDate", {"not": "a date"}),
        (ORDER, V5, "orderDate", [1]),
    ],
)
def test_an_extension_that_the_other_version_declares_stays(
    of: Pair, side: int, name: str, value: Any
) -> None:
    item = {"@type": "ProductOrderItem", "id": "1", "action": "add"}
    head = {"id": "1", "productOrderItem": [item]} if of is ORDER else {"id": "1"}
    record = Record(of, side, {**head, "@type": of.specs[side].schema, name: value})
    assert name not in record.faces[1 - side]
    assert of.fault(1 - side, record.faces[1 - side]) is None
    record.write(1 - side, description="d")
    assert record.faces[side][name] == value


def test_an_extension_that_nobody_declares_crosses_and_goes() -> None:
    record = order(V4, own={"a": [None, 1.0]})
    assert record.faces[V5]["own"] == {"a": [None, 1.0]}
    record.write(V5, own=None)
    assert "own" not in record.faces[V4]


def test_a_number_that_changes_its_kind_only_is_a_change() -> None:
    record = order(V4, own=1)
    record.write(V4, own=True)
    assert record.faces[V5]["own"] is True
    record.write(V4, own=1.0)
    assert same(record.faces[V5]["own"], 1.0)


def test_a_product_turns_from_reference_to_value() -> None:
    item = {"id": "1", "action": "add", "product": {"id": "p"}}
    record = order(V4, productOrderItem=[item])
    assert record.faces[V5]["productOrderItem"][0]["product"] == {"@type": "ProductRef", "id": "p"}
    record.write(V4, productOrderItem=[{**item, "product": {"id": "p", "isBundle": True}}])
    shown = record.faces[V5]["productOrderItem"][0]["product"]
    assert shown == {"@type": "Product", "id": "p", "isBundle": True}
    record.write(V4, productOrderItem=[item])
    assert record.faces[V5]["productOrderItem"][0]["product"] == {"@type": "ProductRef", "id": "p"}


def test_a_value_that_would_be_read_as_a_reference_says_what_it_is() -> None:
    product = {"@type": "Product", "id": "p"}
    item = {"@type": "ProductOrderItem", "id": "1", "action": "add", "product": product}
    record = order(V5, productOrderItem=[item])
    assert record.faces[V4]["productOrderItem"][0]["product"] == product


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"@type": "Mine", "name": 5, "state": "active"}, {"@type": "Mine", "state": "active"}),
        ({"@type": "Mine", "state": "bananas"}, {"@type": "Service"}),
        (
            {"supportingService": [{"id": "8", "name": [True, 1]}]},
            {"supportingService": [{"id": "8"}]},
        ),
        (
            {"supportingService": [{"@type": "Mine", "note": [{"text": {}, "author": "a"}]}]},
            {
                "supportingService": [
                    {"@type": "Mine", "note": [{"text": "unknown", "author": "a"}]}
                ]
            },
        ),
    ],
)
def test_a_wrong_value_that_no_class_of_its_own_file_forbids_stays_there(
    said: Json, shown: Json
) -> None:
    item = {"@type": "ServiceOrderItem", "id": "1", "action": "add"}
    service = {"@type": "Service", "id": "7", **said}
    document = {
        "@type": "ServiceOrder",
        "id": "42",
        "serviceOrderItem": [{**item, "service": service}],
    }
    record = Record(SERVICE_ORDER, V5, document)
    [there] = record.faces[V4]["serviceOrderItem"]
    assert there["service"] == {"id": "7", **shown}
    assert SERVICE_ORDER.fault(V4, record.faces[V4]) is None
    record.write(V4, description="x")
    assert record.faces[V5] == {**document, "description": "x"}


def test_a_fraction_of_a_duration_is_not_shown_in_v5_and_kept() -> None:
    term = {"name": "t", "duration": {"amount": 1.5, "units": "month"}}
    item = {"id": "1", "action": "add", "itemTerm": [term]}
    record = order(V4, productOrderItem=[item])
    shown = record.faces[V5]["productOrderItem"][0]["itemTerm"]
    assert shown == [{"@type": "OrderTerm", "name": "t"}]
    renamed = [{"@type": "OrderTerm", "name": "u"}]
    record.write(
        V5, productOrderItem=[{**record.faces[V5]["productOrderItem"][0], "itemTerm": renamed}]
    )
    assert record.faces[V4]["productOrderItem"][0]["itemTerm"] == [{**term, "name": "u"}]


def test_the_external_id_of_a_service_order_is_one_of_its_references() -> None:
    other = {"@type": "ExternalReference", "externalReferenceType": "x", "id": "o", "name": "o"}
    own = {
        "@type": "ExternalReference",
        "externalReferenceType": "externalId",
        "id": "A",
        "name": "A",
    }
    record = Record(
        SERVICE_ORDER, V5, {"@type": "ServiceOrder", "id": "1", "externalReference": [other, own]}
    )
    assert record.faces[V4]["externalId"] == "A"
    assert [each["id"] for each in record.faces[V4]["externalReference"]] == ["o"]
    record.write(V4, externalId="B")
    assert record.faces[V5]["externalReference"] == [other, {**own, "id": "B", "name": "B"}]
    record.write(V4, externalId=None)
    assert record.faces[V5]["externalReference"] == [other]
    record.write(V4, externalId="C")
    assert [each["id"] for each in record.faces[V5]["externalReference"]] == ["C", "o"]


def test_the_role_of_an_engaged_party_stands_beside_it_in_v5() -> None:
    party = {"id": "i", "role": "payer", "@referredType": "Individual"}
    record = Record(CUSTOMER, V4, {"id": "1", "name": "n", "engagedParty": party})
    assert record.faces[V5]["role"] == "payer"
    assert record.faces[V5]["engagedParty"] == {
        "@type": "PartyRef", "id": "i", "@referredType": "Individual",
    }  # fmt: skip
    record.write(V5, engagedParty={"@type": "PartyRef", "id": "j", "@referredType": "Individual"})
    assert record.faces[V4]["engagedParty"] == {**party, "id": "j"}
    record.write(V5, role="owner")
    assert record.faces[V4]["engagedParty"]["role"] == "owner"


def test_a_medium_follows_its_word_and_keeps_its_spelling() -> None:
    medium = {"mediumType": "E-Mail Address", "characteristic": {"emailAddress": "a@b.c"}}
    record = Record(CUSTOMER, V4, {"id": "1", "name": "n", "contactMedium": [medium]})
    assert record.faces[V5]["contactMedium"] == [
        {"@type": "EmailContactMedium", "emailAddress": "a@b.c"}
    ]
    record.write(V5, contactMedium=[{"@type": "EmailContactMedium", "emailAddress": "d@e.f"}])
    assert record.faces[V4]["contactMedium"] == [
        {"mediumType": "E-Mail Address", "characteristic": {"emailAddress": "d@e.f"}}
    ]
    record.write(V5, contactMedium=[{"@type": "PhoneContactMedium", "phoneNumber": "1"}])
    assert record.faces[V4]["contactMedium"] == [
        {"mediumType": "phone", "characteristic": {"phoneNumber": "1"}}
    ]


def test_a_price_by_value_is_told_without_and_with_tax() -> None:
    def money(value: float) -> Json:
        return {"unit": "EUR", "value": value}

    price = {"taxRate": 20, "dutyFreeAmount": money(10.1), "taxIncludedAmount": money(12.12)}
    record = Record(
        OFFERING,
        V4,
        {"id": "1", "name": "n", "productOfferingPrice": [{"name": "Fee", "price": price}]},
    )
    shown = record.faces[V5]["productOfferingPrice"][0]
    tax = {"@type": "TaxItem", "taxRate": 20, "taxAmount": money(2.02)}
    assert shown == {
        "@type": "ProductOfferingPrice",
        "name": "Fee",
        "price": money(10.1),
        "tax": [tax],
    }
    record.write(V5, productOfferingPrice=[{**shown, "price": money(20)}])
    assert record.faces[V4]["productOfferingPrice"][0]["price"] == {
        "taxRate": 20, "dutyFreeAmount": money(20), "taxIncludedAmount": money(22.02),
    }  # fmt: skip


@pytest.mark.parametrize("junk", [5, "x", None, [], {}, [[]], [5, None, {"id": []}], {"@type": []}])
@pytest.mark.parametrize("side", [V4, V5])
@pytest.mark.parametrize("of", [ORDER, RESOURCE, SERVICE_ORDER, CUSTOMER, OFFERING, ALARM], ids=str)
def test_no_value_stops_a_conversion(of: Pair, side: int, junk: Any) -> None:
    sound: Json = {"id": "1", "@type": of.specs[side].schema.removesuffix("_RES")}
    odd = {**sound, **dict.fromkeys(of.specs[side].attributes.children, junk)}
    record = Record(of, side, odd)
    record.write(side, **sound)
    record = Record(of, side, sound)
    record.write(side, **odd)
