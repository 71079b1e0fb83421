"""How money is kept track of: accounts, and how their bills are made (TMF666)."""

from __future__ import annotations

from typing import NamedTuple

from .company import MANUFACTURER
from .customers import CUSTOMERS, Customer, customer_ref
from .dates import at, period
from .money import money
from .records import Record
from .shapes import Either, Json, Party, Ref, Typed

LAST_UPDATE = at("2026-03-23")


class Way(NamedTuple):
    """How detailed a bill is, or how it is sent."""

    id: str
    name: str
    text: str


FORMATS = (
    Way("bf-itemised", "Itemised", "Every charge on a line of its own."),
    Way("bf-summary", "Summary", "One line for each product."),
)
MEDIA = (
    Way("bpm-email", "E-mail", "A PDF, sent to the address of the account."),
    Way("bpm-post", "Post", "Paper, sent to the postal address of the account."),
)
#: The state of an account whose customer is in a state.
STATES = {"Active": "Active", "Suspended": "Suspended", "Closed": "Closed"}
CYCLE, CYCLE_NAME = "bcs-month-end", "Month end"


def _chosen(kind: str, way: tuple[str, str]) -> Either:
    """A reference where a value may stand, which v4 marks by a flag."""
    id, name = way
    flat = {"id": id, "name": name, "isRef": True, "@referredType": kind}
    return Either(flat, Ref(kind, id, name))


def _structure(row: Customer) -> Typed:
    medium = MEDIA[0] if row.score >= 600 else MEDIA[1]
    layout = FORMATS[0] if row.kind == "Organization" else FORMATS[1]
    return Typed(
        "BillStructure",
        {
            "cycleSpecification": _chosen("BillingCycleSpecification", (CYCLE, CYCLE_NAME)),
            "format": _chosen("BillFormat", layout[:2]),
            "presentationMedia": [_chosen("BillPresentationMedia", medium[:2])],
        },
    )


def _method(number: int) -> Ref:
    return Ref("BankAccountDebit", f"pm-{number}", "Direct debit", as_type="PaymentMethodRef")


def _stamped(when: str) -> dict[str, Json]:
    return {"lastModified": Either(v4=when), "lastUpdate": Either(v5=when)}


def billing_account_records() -> list[Record]:
    """The account of every customer."""
    return [
        Record(
            row.account,
            {
                "name": f"Billing account {row.number}",
                "accountType": "business" if row.kind == "Organization" else "household",
                "state": STATES.get(row.status, "Defined"),
                "paymentStatus": "inDispute" if row.status == "Suspended" else "upToDate",
                **_stamped(LAST_UPDATE),
                "creditLimit": money(50_000 if row.score >= 700 else 20_000),
                "relatedParty": [Party("customer", customer_ref(row.number), "RelatedParty")],
                "billStructure": _structure(row),
                "defaultPaymentMethod": _method(row.number),
                "financialAccount": Ref("FinancialAccount", f"fa-{row.number}"),
            },
            kind="BillingAccount",
        )
        for row in CUSTOMERS.values()
    ]


def financial_account_records() -> list[Record]:
    """The ledger of every customer."""
    return [
        Record(
            f"fa-{row.number}",
            {
                "name": f"Ledger {row.number}",
                "accountType": "receivable",
                "state": STATES.get(row.status, "Defined"),
                **_stamped(LAST_UPDATE),
                "relatedParty": [Party("customer", customer_ref(row.number), "RelatedParty")],
            },
            kind="FinancialAccount",
        )
        for row in CUSTOMERS.values()
    ]


def settlement_account_records() -> list[Record]:
    """The account of the maker of devices, who takes a share of what is sold."""
    return [
        Record(
            "sa-helmcrag",
            {
                "name": "Settlement with Helmcrag Devices",
                "accountType": "revenueShare",
                "state": "Active",
                **_stamped(LAST_UPDATE),
                "relatedParty": [Party("partner", MANUFACTURER.ref, "RelatedParty")],
            },
            kind="SettlementAccount",
        )
    ]


def party_account_records() -> list[Record]:
    """The account of the maker of devices, who is paid for what it delivers."""
    return [
        Record(
            "pa-helmcrag",
            {
                "name": "Purchases from Helmcrag Devices",
                "accountType": "payable",
                "state": "Active",
                "paymentStatus": "upToDate",
                **_stamped(LAST_UPDATE),
                "relatedParty": [Party("supplier", MANUFACTURER.ref, "RelatedParty")],
            },
            kind="PartyAccount",
        )
    ]


def cycle_specification_records() -> list[Record]:
    """The one rhythm in which bills are made."""
    facts = {
        "name": CYCLE_NAME,
        "description": "Bills on the first day of the month for the month before",
        "frequency": "monthly",
        "billingPeriod": "month",
        "billingDateShift": 0,
        "chargeDateOffset": 1,
        "creditDateOffset": 1,
        "mailingDateOffset": 0,
        "paymentDueDateOffset": 14,
        "validFor": period("2025-01-01"),
    }
    return [Record(CYCLE, facts)]


def _way_records(ways: tuple[Way, ...]) -> list[Record]:
    return [Record(way.id, {"name": way.name, "description": way.text}) for way in ways]


def format_records() -> list[Record]:
    """How detailed bills may be."""
    return _way_records(FORMATS)


def medium_records() -> list[Record]:
    """How bills may be sent."""
    return _way_records(MEDIA)
