"""What the document of a bill says."""

from decimal import Decimal
from typing import Any

import pytest

from tmf_apis.behaviour.invoice import Row, Sum, invoice_of
from tmf_apis.behaviour.money import figures, rounded

Json = dict[str, Any]


def gbp(value: float) -> Json:
    return {"unit": "GBP", "value": value}


BILL: Json = {
    "id": "b1",
    "billNo": "N1",
    "billDate": "2026-02-01T09:00:00Z",
    "paymentDueDate": "2026-02-15T09:00:00Z",
    "billingPeriod": {
        "startDateTime": "2026-01-01T00:00:00Z",
        "endDateTime": "2026-01-31T23:59:59Z",
    },
    "billingAccount": {"id": "a1", "name": "Account 1"},
    "relatedParty": [{"name": "Ada", "id": "c1", "role": "customer"}],
    "taxExcludedAmount": gbp(1030),
    "taxItem": [{"taxCategory": "VAT", "taxRate": 7.5, "taxAmount": gbp(77.25)}],
    "taxIncludedAmount": gbp(1107.25),
    "amountDue": gbp(1107.25),
    "appliedPayment": [{"appliedAmount": gbp(100)}],
    "remainingAmount": gbp(1007.25),
}


def rate(value: float, **more: Any) -> Json:
    tax = {"taxCategory": "VAT", "taxRate": 7.5}
    given = {"id": "r", "name": "Fee", "taxExcludedAmount": gbp(value), "appliedTax": [tax]}
    return given | {"date": "2026-01-31T23:00:00Z"} | more


def test_it_says_who_what_and_how_much() -> None:
    made = invoice_of(BILL, [rate(1000), rate(30, date="2026-01-02T00:00:00Z")], 2, "We; Road 1")
    assert (made.title, made.number, made.currency) == ("Invoice", "N1", "GBP")
    assert (made.issuer, made.customer) == (("We", "Road 1"), ("Ada", "c1"))
    assert made.facts == (
        ("Number", "N1"),
        ("Date", "2026-02-01"),
        ("Period", "2026-01-01 to 2026-01-31"),
        ("Account", "Account 1 (a1)"),
        ("Payment due", "2026-02-15"),
    )
    assert made.rows == (
        Row("Fee", "2026-01-02", "7.5 %", "30.00", "32.25"),
        Row("Fee", "2026-01-31", "7.5 %", "1,000.00", "1,075.00"),
    )
    assert made.sums == (
        Sum("Total without tax", "1,030.00"),
        Sum("VAT 7.5 %", "77.25"),
        Sum("Total with tax", "1,107.25", weighty=True),
        Sum("Paid", "-100.00"),
        Sum("Amount due", "1,007.25", weighty=True),
    )
    assert made.closing == "Please pay by 2026-02-15, and name the number N1."


def test_a_last_row_makes_up_for_those_that_are_not_given() -> None:
    made = invoice_of(BILL, [rate(1000)], 3)
    words = "2 further charges, listed by the bill's rates"
    assert made.rows[1] == Row(words, "", "", "30.00", "32.25")


def test_a_party_of_the_bill_that_sells_is_its_sender() -> None:
    held = {"partyOrPartyRole": {"name": "Seller"}, "role": "Service Provider"}
    made = invoice_of(BILL | {"relatedParty": [held]}, [], 0, "We")
    assert (made.issuer, made.customer) == (("Seller",), ())


@pytest.mark.parametrize(
    ("more", "title", "closing"),
    [
        ({"remainingAmount": gbp(0)}, "Invoice", "Nothing remains to be paid."),
        ({"amountDue": gbp(-5), "remainingAmount": gbp(-5)}, "Credit note",
         "This amount is in your favour."),
        ({"paymentDueDate": None}, "Invoice", "Please pay on receipt, and name the number N1."),
    ],
)  # fmt: skip
def test_it_says_what_is_to_be_done(more: Json, title: str, closing: str) -> None:
    made = invoice_of(BILL | more, [], 0)
    assert (made.title, made.closing) == (title, closing)


@pytest.mark.parametrize(
    "bill",
    [
        {"id": "b"},
        {"id": "b", "relatedParty": [None, {}], "taxItem": [None, {}], "amountDue": {"unit": "X"}},
        {"id": "b", "billingPeriod": "January", "appliedPayment": [None], "billingAccount": []},
    ],
)
def test_a_bill_that_says_little_has_a_document(bill: Json) -> None:
    made = invoice_of(bill, [{}, {"date": 1}], 2)
    assert (made.number, made.sums, made.closing) == ("b", (), "")
    assert [row[2:] for row in made.rows] == [("", "", "")] * 2


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1234.5", "GBP", "1,234.50"),
        ("1234.5", "JPY", "1,235"),
        ("-0.001", "GBP", "0.00"),
        ("-1.0005", "BHD", "-1.001"),
        ("1", "", "1.00"),
    ],
)
def test_figures_show_the_minor_unit(amount: str, currency: str, shown: str) -> None:
    assert figures(Decimal(amount), currency) == shown
    assert rounded(Decimal(amount), currency) == Decimal(shown.replace(",", ""))
