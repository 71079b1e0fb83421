"""What is left of a document when a person is erased."""

from typing import Any

import orjson
import pytest

from handlers.services import services
from tests.handlers.facts import SAMPLES
from tests.handlers.serving import store_of
from tmf_apis.catalog import choose
from tmf_apis.privacy.erasing import erased, without_person
from tmf_apis.privacy.person import Person, name_beside, texts_of
from tmf_apis.privacy.table import Personal, erasing, personal
from tmf_apis.settings import Settings

PERSON = Person(
    {"42": "nobody-1", "cust-1001": "nobody-2"}, frozenset({"ba-1"}), frozenset({"Ann Lee"})
)


def party(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "@referredType": "Customer", "name": "Ann Lee", **more}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"relatedParty": [{"id": "42"}]}, True),
        ({"relatedParty": [{"role": "x", "partyOrPartyRole": {"id": "42"}}]}, True),
        ({"deep": [{"er": party("cust-1001")}]}, True),
        ({"billingAccount": {"id": "ba-1"}}, True),
        ({"ackUserId": "42"}, True),
        ({"id": "42", "productOrderItem": [{"id": "42"}]}, False),
        ({"relatedParty": [{"id": "43"}], "product": {"id": "ba-1"}}, False),
        ({"relatedParty": [{"id": 42}]}, False),
        ({"description": "42"}, False),
    ],
)
def test_what_tells_of_a_person(value: Any, told: bool) -> None:
    assert PERSON.is_told_of(value) is told
    if told:
        assert PERSON.may_be_in(orjson.dumps(value))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("from Ann Lee, and ANN LEE", "from erased, and erased"),
        ("Ann Leeward", "Ann Leeward"),
        ("see cust-1001.", "see nobody-2."),
        ("42", "42"),
    ],
)
def test_texts_that_tell_who_it_is(text: str, left: str) -> None:
    assert without_person({"a": [text]}, PERSON) == {"a": [left]}


@pytest.mark.parametrize("text", ["for JÖRG MÜLLER", "Jörg\tMüller", "Ann Lee"])
def test_what_may_tell_of_a_person_is_seen_by_its_bytes_in_any_case(text: str) -> None:
    person = Person({"42": "nobody-1"}, frozenset(), frozenset({"Jörg Müller", "jörg\tmüller"}))
    told = text != "Ann Lee"
    assert person.is_mentioned_in({"a": text}) is told
    assert person.may_be_in(orjson.dumps({"a": text})) is told


def test_a_party_has_the_name_of_nobody_and_others_stay() -> None:
    other = {"id": "43", "name": "Bo", "role": "seller"}
    document = {"relatedParty": [{"id": "42", "name": "Ann", "role": "customer"}, other]}
    left = erased(document, Personal(frozenset({"relatedParty"})), PERSON)
    assert left == {
        "relatedParty": [{"id": "nobody-1", "role": "customer", "name": "erased"}, other]
    }


def test_what_is_personal_goes_but_for_what_law_needs_and_the_file_demands() -> None:
    table = Personal(
        frozenset({"note", "name", "billingAccount", "appliedPayment", "free"}),
        frozenset({"appliedPayment"}),
        frozenset({"name"}),
    )
    document = {
        "id": "1",
        "name": "Of Ann",
        "free": "words",
        "note": [{"text": "rings at night"}],
        "item": [
            {"note": [{"text": "the same"}], "price": 1, "billingAccount": {"id": "b", "name": "n"}}
        ],
        "billingAccount": {"id": "ba-1", "name": "Of Ann", "@referredType": "BillingAccount"},
        "appliedPayment": [{"amount": 7}],
    }
    assert erased(document, table, PERSON) == {
        "id": "1",
        "name": "erased",
        "item": [{"price": 1, "billingAccount": {"id": "b", "name": "erased"}}],
        "billingAccount": {"id": "ba-1", "@referredType": "BillingAccount", "name": "erased"},
        "appliedPayment": [{"amount": 7}],
    }


def test_the_texts_of_a_person_are_those_that_tell_something() -> None:
    person = {
        "givenName": "Ann",
        "familyName": "Lee",
        "contactMedium": [{"characteristic": {"emailAddress": "ann@lee.example", "city": "Rome"}}],
        "characteristic": [{"name": "segment", "value": "household"}],
        "name": "Al",
    }
    assert set(texts_of(person)) == {"Ann Lee", "ann@lee.example"}
    assert list(name_beside({"relatedParty": [party("42", name="A. B. Lee")]}, PERSON)) == [
        "A. B. Lee"
    ]
    assert list(name_beside({"relatedParty": [party("43", name="A. B. Lee")]}, PERSON)) == []


def test_what_is_left_of_the_sample_data_is_what_its_files_ask_for() -> None:
    """Of every record that names a customer, though all its personal attributes are gone."""
    everybody = Person(
        {f"{kind}-{n}": "nobody" for n in range(1000, 1013) for kind in ("cust", "party")}
    )
    tried = 0
    for service in services(choose().apis, store_of("sqlite:///none.db"), Settings()):
        number, name = service.api.number, service.spec.name
        file = SAMPLES / f"{number}-{service.api.major}" / f"{name}.json"
        if not file.exists():
            continue
        table = personal(number, name, frozenset(service.spec.mandatory))
        for document in orjson.loads(file.read_bytes()):
            if everybody.is_told_of(document) or erasing().is_account(number, name):
                left = erased(document, table, everybody)
                fault = service.stored_validator.fault(left)
                assert fault is None, (service.collection.name, fault, left)
                assert not everybody.is_told_of(left)
                tried += 1
    assert tried > 200
