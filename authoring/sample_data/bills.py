"""The bills, what is on them, and the bills asked for out of turn (TMF678)."""

from __future__ import annotations

from typing import NamedTuple

from .billing import (
    BILLS,
    CHARGES,
    CYCLES,
    Bill,
    Charge,
    Cycle,
    bill_net,
    charged_on,
    product_name,
)
from .customers import account_ref, customer_party
from .dates import at, period
from .money import money, tax_item, vat
from .prices import PRICES
from .records import Record
from .shapes import Characteristic, Either, Json, Ref

RATE_KINDS = {
    "recurring": "recurringCharge",
    "oneTime": "oneTimeCharge",
    "usage": "usageCharge",
}


class OnDemand(NamedTuple):
    """A bill asked for out of turn; when done it names the bill."""

    number: int
    customer: int
    state: str
    name: str
    text: str
    updated: str
    bill: str | None = None


ON_DEMAND = (
    OnDemand(
        7501,
        1005,
        "done",
        "Bill for a grant",
        "The university asks for a bill.",
        at("2026-03-24", "10:05:00"),
        "bill-7012",
    ),
    OnDemand(
        7502,
        1009,
        "terminatedWithError",
        "Bill before the audit",
        "The bill run broke down; the next regular one has the charges.",
        at("2026-04-03", "09:00:00"),
    ),
    OnDemand(
        7503,
        1012,
        "rejected",
        "Closing bill",
        "There is nothing to bill.",
        at("2026-02-12", "14:30:00"),
    ),
)


def _bill_ref(id: str) -> Ref:
    return Ref("CustomerBill", id)


def _payments(bill: Bill, due: int) -> list[Json] | None:
    """What was paid; a bill paid in part was paid once."""
    if not bill.paid:
        return None
    payment = Ref("Payment", f"pay-{bill.number}", f"Payment for bill {bill.number}")
    return [{"appliedAmount": money(due * bill.paid // 100), "payment": payment}]


def _bill(bill: Bill) -> Record:
    cycle = CYCLES[bill.cycle]
    net = bill_net(bill)
    due = net + vat(net)
    billed = at(bill.billed)
    following = list(CYCLES)[min(list(CYCLES).index(bill.cycle) + 1, len(CYCLES) - 1)]
    return Record(
        bill.id,
        {
            "billNo": f"TW-2026-{bill.number}",
            "category": "normal",
            "state": bill.state,
            "runType": "offCycle" if bill.on_demand else "onCycle",
            "billDate": billed,
            "lastUpdate": at(cycle.due) if bill.paid else billed,
            "nextBillDate": at(CYCLES[following].billed),
            "paymentDueDate": at(cycle.due),
            "billingPeriod": period(cycle.start, bill.end),
            "billCycle": Either(
                v5=None if bill.on_demand else Ref("BillCycle", cycle.id, cycle.name)
            ),
            "billingAccount": account_ref(bill.customer),
            "relatedParty": [customer_party(bill.customer)],
            "paymentMethod": Ref(
                "BankAccountDebit",
                f"pm-{bill.customer}",
                "Direct debit",
                as_type="PaymentMethodRef",
            ),
            "taxExcludedAmount": money(net),
            "taxItem": [tax_item("TaxItem", net)],
            "taxIncludedAmount": money(due),
            "amountDue": money(due),
            "appliedPayment": _payments(bill, due),
            "remainingAmount": money(due - due * bill.paid // 100),
        },
    )


def _rate(number: int, charge: Charge) -> Record:
    cycle, price = CYCLES[charge.cycle], PRICES[charge.price]
    kind = RATE_KINDS[price.kind]
    return Record(
        f"rate-{number}",
        {
            "name": price.name,
            "description": f"{product_name(charge.product)}, {cycle.name}",
            "type": Either(v4=kind),
            "appliedBillingRateType": Either(v5=kind),
            "date": at(charged_on(charge), "23:00:00"),
            "isBilled": charge.bill is not None,
            "bill": charge.bill and _bill_ref(charge.bill),
            "billingAccount": account_ref(charge.customer),
            "product": Ref("Product", charge.product, product_name(charge.product)),
            "periodCoverage": period(cycle.start, cycle.end) if price.kind == "recurring" else None,
            "characteristic": [
                Characteristic("quantity", charge.quantity),
                Characteristic("unit", price.unit),
            ]
            if price.kind == "usage"
            else None,
            "taxExcludedAmount": money(charge.net),
            "appliedTax": [tax_item("AppliedBillingTaxRate", charge.net)],
            "taxIncludedAmount": money(charge.net + vat(charge.net)),
        },
    )


def _cycle(cycle: Cycle) -> Record:
    return Record(
        cycle.id,
        {
            "name": cycle.name,
            "description": f"Bills for {cycle.name}",
            "billingPeriod": "month",
            "billingDate": at(cycle.billed),
            "chargeDate": at(cycle.end),
            "creditDate": at(cycle.end),
            "mailingDate": at(cycle.billed, "12:00:00"),
            "paymentDueDate": at(cycle.due),
            "validFor": period(cycle.start, cycle.end),
        },
    )


def bill_records() -> list[Record]:
    """Every bill."""
    return [_bill(bill) for bill in BILLS]


def rate_records() -> list[Record]:
    """Every applied rate, billed or still to be billed."""
    return [_rate(number, charge) for number, charge in enumerate(CHARGES, 8001)]


def cycle_records() -> list[Record]:
    """Every bill cycle; v4 has no resource for them."""
    return [_cycle(cycle) for cycle in CYCLES.values()]


def on_demand_records() -> list[Record]:
    """Every bill asked for out of turn."""
    return [
        Record(
            f"cbod-{row.number}",
            {
                "name": row.name,
                "description": row.text,
                "state": row.state,
                "lastUpdate": row.updated,
                "billingAccount": account_ref(row.customer),
                "relatedParty": customer_party(row.customer),
                "customerBill": row.bill and _bill_ref(row.bill),
            },
        )
        for row in ON_DEMAND
    ]
