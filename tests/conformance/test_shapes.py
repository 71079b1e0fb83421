from dataclasses import replace

from conformance.shapes import Shapes
from tmf_apis.catalog import built_in

API = next(api for api in built_in() if (api.number, api.major) == ("TMF629", "v5"))
PARTY = {"@type": "PartyRef", "id": "1"}
CUSTOMER = {"@type": "Customer", "id": "1", "href": "/c/1", "name": "x", "engagedParty": PARTY}


def rules(value: object) -> list[str]:
    return [fault.rule for fault in Shapes(API).faults("Customer", value)]


def test_a_record_that_fits_has_no_fault() -> None:
    assert rules(CUSTOMER) == []


def test_unknown_attributes_are_no_fault() -> None:
    assert rules({**CUSTOMER, "extra": 1}) == []


def test_a_missing_attribute_is_a_fault_of_its_own_rule() -> None:
    assert rules({k: v for k, v in CUSTOMER.items() if k != "@type"}) == ["R-709"]


def test_a_text_is_no_date() -> None:
    assert rules({**CUSTOMER, "validFor": {"startDateTime": "soon"}}) == ["R-1201"]


def test_a_wrong_type_is_told() -> None:
    assert rules({**CUSTOMER, "name": 5}) == ["S-001"]


def test_a_choice_that_fits_nothing_is_told_in_words() -> None:
    either = {"anyOf": [{"$ref": "#/components/schemas/PartyRef"}, {"type": "string"}]}
    document = {"components": {"schemas": {**API.schemas, "Choice": either}}}
    (fault,) = Shapes(replace(API, document=document)).faults("Choice", {"@type": "PartyRef"})
    assert str(fault) == (
        "the body: fits none of PartyRef or string: as PartyRef it lacks id; as string it is no"
        " string"
    )
