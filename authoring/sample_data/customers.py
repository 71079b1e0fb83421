"""Who buys: people and companies (TMF629), each with one billing account."""

from __future__ import annotations

from typing import Literal, NamedTuple

from .dates import at, later, period
from .records import Record
from .shapes import Characteristic, Either, Json, Party, Ref, Typed


class Customer(NamedTuple):
    number: int
    name: str
    kind: Literal["Individual", "Organization"]
    status: str
    reason: str
    since: str
    mail: str
    phone: str
    street: str
    postcode: str
    segment: str
    score: int

    @property
    def id(self) -> str:
        return f"cust-{self.number}"

    @property
    def account(self) -> str:
        return f"ba-{self.number}"


# fmt: off
CUSTOMERS = {
    row.number: row
    for row in (
        Customer(1001, "Maren Aldersey", "Individual", "Active", "Pays on time", "2025-11-03",
                 "maren.aldersey@example.com", "+447700900201", "12 Tanner Row", "TW1 2AB",
                 "household", 742),
        Customer(1002, "Idris Holloway", "Individual", "Active", "Pays on time", "2025-11-10",
                 "idris.holloway@example.com", "+447700900202", "3 Quarry Steps", "TW1 4QS",
                 "household", 701),
        Customer(1003, "Ottilie Fenwright", "Individual", "Suspended", "Bill in dispute",
                 "2025-11-17", "ottilie@example.org", "+447700900203", "Flat 2, 8 Mill Lane",
                 "TW2 1ML", "household", 588),
        Customer(1004, "Tomasz Brackenbury", "Individual", "Active", "Pays on time", "2025-12-01",
                 "tomasz.b@example.com", "+447700900204", "41 Chapel Bank", "TW2 6CB",
                 "household", 690),
        Customer(1005, "Sunniva Larkhill", "Individual", "Active", "First bill sent", "2026-01-19",
                 "sunniva@example.net", "+447700900205", "7 Heather Close", "TW3 5HC",
                 "student", 610),
        Customer(1006, "Callum Eskdale", "Individual", "Validated", "Identity checked",
                 "2025-10-06", "callum.eskdale@example.com", "+447700900206", "Beck Farm",
                 "TW5 9BF", "household", 655),
        Customer(1007, "Priya Thornbeck", "Individual", "CreditCheckDone", "Credit accepted",
                 "2026-02-02", "priya.thornbeck@example.org", "+447700900207", "19 Station Road",
                 "TW1 7SR", "household", 768),
        Customer(1008, "Beckside Bakery", "Organization", "Active", "Pays on time", "2025-12-08",
                 "ovens@beckside.example.com", "+441632960108", "1 Market Square", "TW1 1MS",
                 "small business", 720),
        Customer(1009, "Skarrow Logistics", "Organization", "Active", "Pays on time", "2026-02-16",
                 "dispatch@skarrow.example.com", "+441632960109", "Unit 6, Harbour Estate",
                 "TW4 3HE", "medium business", 735),
        Customer(1010, "Highmoor Veterinary Practice", "Organization", "Active",
                 "Contract signed", "2026-03-02", "desk@highmoor.example.org", "+441632960110",
                 "Moor End", "TW6 2ME", "small business", 698),
        Customer(1011, "Tarnwick Harbour Trust", "Organization", "Created",
                 "Waiting for the first delivery", "2026-03-23", "office@harbour.example.org",
                 "+441632960111", "Customs House, Quay 1", "TW4 1CH", "public body", 780),
        Customer(1012, "Lowmill Instruments", "Organization", "Closed", "No fibre at the site",
                 "2026-02-09", "buying@lowmill.example.net", "+441632960112", "Lowmill Works",
                 "TW7 8LW", "medium business", 671),
    )
}
# fmt: on


def customer_ref(number: int) -> Ref:
    customer = CUSTOMERS[number]
    return Ref("Customer", customer.id, customer.name)


def customer_party(number: int, v4_type: str | None = None) -> Party:
    """The customer as a related party; TMF641 v4 alone wants the class of the relation too."""
    return Party("customer", customer_ref(number), v4_type)


def account_ref(number: int, as_type: str = "") -> Ref:
    id = CUSTOMERS[number].account
    return Ref("BillingAccount", id, f"Billing account {number}", as_type=as_type)


def _medium(v4: str, v5: str, preferred: bool, use: str, details: dict[str, Json]) -> Either:
    facts = {"contactType": use, **details}
    return Either(
        {"mediumType": v4, "preferred": preferred, "characteristic": facts},
        Typed(v5, {"preferred": preferred, **facts}),
    )


def contact_media(row: Customer) -> list[Either]:
    """How to reach a customer, or the party that it is."""
    use = "home" if row.kind == "Individual" else "office"
    address = {
        "street1": row.street,
        "city": "Tarnwick",
        "postCode": row.postcode,
        "country": "United Kingdom",
    }
    return [
        _medium("email", "EmailContactMedium", True, use, {"emailAddress": row.mail}),
        _medium("phone", "PhoneContactMedium", False, use, {"phoneNumber": row.phone}),
        _medium("postalAddress", "GeographicAddressContactMedium", False, use, address),
    ]


def customer_records() -> list[Record]:
    """Every customer."""
    return [
        Record(
            row.id,
            {
                "name": row.name,
                "role": Either(v5="Customer"),
                "status": row.status,
                "statusReason": row.reason,
                "validFor": period(row.since),
                "engagedParty": Ref(row.kind, f"party-{row.number}", row.name, as_type="PartyRef"),
                "account": [account_ref(row.number, as_type="AccountRef")],
                "paymentMethod": [
                    Ref(
                        "BankAccountDebit",
                        f"pm-{row.number}",
                        "Direct debit",
                        as_type="PaymentMethodRef",
                    )
                ],
                "creditProfile": [
                    Typed(
                        "CreditProfile",
                        {
                            "creditProfileDate": at(row.since),
                            "creditRiskRating": 1 if row.score >= 700 else 2,
                            "creditScore": row.score,
                            "validFor": {
                                "startDateTime": at(row.since),
                                "endDateTime": later(row.since, 365),
                            },
                        },
                    )
                ],
                "contactMedium": contact_media(row),
                "characteristic": [
                    Characteristic("segment", row.segment),
                    Characteristic("paperlessBill", row.score >= 600),
                ],
            },
        )
        for row in CUSTOMERS.values()
    ]
