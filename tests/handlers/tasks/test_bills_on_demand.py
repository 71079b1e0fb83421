"""customerBillOnDemand over HTTP: what is billed, and what the task says (L-678-D, R-678-05)."""

from typing import Any
from uuid import uuid4

import pytest

from tests.handlers.asking import shown
from tests.handlers.conftest import Start
from tests.handlers.facts import ALL, Case, Json
from tests.handlers.serving import Server
from tests.handlers.tasks.waiting import over

both = pytest.mark.parametrize("version", ["v4", "v5"])


def case_of(version: str, name: str) -> Case:
    return next(c for c in ALL if str(c) == f"TMF678-{version}/{name}")


def rate_on(server: Server, version: str, account: str, value: float, **more: Any) -> str:
    """The id of an applied rate that is on no bill yet."""
    case = case_of(version, "appliedCustomerBillingRate")
    rate = {k: v for k, v in case.sample().items() if k not in ("bill", "taxIncludedAmount")}
    typed = {"@type": "AppliedBillingTaxRate"} if version == "v5" else {}
    rate |= {
        "id": str(uuid4()),
        "isBilled": False,
        "billingAccount": rate["billingAccount"] | {"id": account},
        "taxExcludedAmount": {"unit": "GBP", "value": value},
        "appliedTax": [{"taxCategory": "VAT", "taxRate": 20} | typed],
    }
    return str(server.load(case, rate | more)["id"])


def bill(server: Server, version: str, account: str) -> Json:
    """The task that billed an account, when it is over."""
    case = case_of(version, "customerBillOnDemand")
    body = case.create_body()
    body["billingAccount"] = body["billingAccount"] | {"id": account}
    made = shown(server.client.post(case.path, json=body), 201)
    assert made["state"] == "inProgress"
    return over(server, case, made["id"])


def one(server: Server, version: str, name: str, id: str) -> Json:
    return dict(shown(server.client.get(case_of(version, name).item(id))))


@pytest.mark.rule("R-678-01", "R-678-05", "R-678-06", "L-678-D")
@both
def test_an_account_is_billed_for_what_is_on_no_bill(version: str, start: Start) -> None:
    server = start(tasks=True)
    account = str(uuid4())
    rates = [rate_on(server, version, account, value) for value in (30, 9.99, -0.125)]
    other = rate_on(server, version, str(uuid4()), 5)
    task = bill(server, version, account)
    assert task["state"] == "done"
    made = one(server, version, "customerBill", task["customerBill"]["id"])
    money = {"unit": "GBP", "value": 47.83}
    assert made == made | {
        "state": "new",
        "runType": "offCycle",
        "taxExcludedAmount": {"unit": "GBP", "value": 39.86},
        "taxIncludedAmount": money,
        "amountDue": money,
        "remainingAmount": money,
    }
    assert made["billingAccount"]["id"] == account
    assert [(t["taxRate"], t["taxAmount"]["value"]) for t in made["taxItem"]] == [(20, 7.97)]
    for id in rates:
        rate = one(server, version, "appliedCustomerBillingRate", id)
        assert (rate["isBilled"], rate["bill"]["id"]) == (True, made["id"])
    assert one(server, version, "appliedCustomerBillingRate", other)["isBilled"] is False


@both
def test_each_currency_has_a_bill_of_its_own(version: str, start: Start) -> None:
    server = start(tasks=True)
    account = str(uuid4())
    rate_on(server, version, account, 10)
    yen = {"unit": "JPY", "value": 2000}
    rate = rate_on(server, version, account, 0, taxExcludedAmount=yen)
    task = bill(server, version, account)
    made = one(server, version, "customerBill", task["customerBill"]["id"])
    assert made["taxIncludedAmount"] == {"unit": "JPY", "value": 2400}
    assert one(server, version, "appliedCustomerBillingRate", rate)["bill"]["id"] == made["id"]
    path = case_of(version, "customerBill").path
    found = shown(server.client.get(path, params={"billingAccount.id": account}))
    assert sorted(b["amountDue"]["value"] for b in found) == [12, 2400]


@both
def test_credits_beyond_the_charges_make_a_negative_bill(version: str, start: Start) -> None:
    server = start(tasks=True)
    account = str(uuid4())
    rate_on(server, version, account, -10)
    task = bill(server, version, account)
    made = one(server, version, "customerBill", task["customerBill"]["id"])
    assert made["amountDue"] == {"unit": "GBP", "value": -12}


@both
def test_nothing_to_bill_is_a_task_that_is_rejected(version: str, start: Start) -> None:
    server = start(tasks=True)
    account = str(uuid4())
    rate_on(server, version, account, 10)
    bill(server, version, account)
    task = bill(server, version, account)
    assert task["state"] == "rejected"
    assert task["reason"] == f"there is nothing to bill on the account {account}"
    assert "customerBill" not in task


@both
def test_a_rate_without_an_amount_stays_and_is_told(version: str, start: Start) -> None:
    server = start(tasks=True)
    account = str(uuid4())
    rate_on(server, version, account, 10)
    case = case_of(version, "appliedCustomerBillingRate")
    sample = case.sample() | {"id": str(uuid4()), "isBilled": False}
    sample["billingAccount"] = sample["billingAccount"] | {"id": account}
    for name in ("bill", "taxExcludedAmount", "taxIncludedAmount"):
        sample.pop(name, None)
    odd = server.load(case, sample)["id"]
    task = bill(server, version, account)
    assert task["state"] == "done"
    assert task["reason"] == f"left out: {odd}: it has no amount of money"
    assert one(server, version, "appliedCustomerBillingRate", odd)["isBilled"] is False


@pytest.mark.rule("R-678-02", "R-678-03", "L-678-B")
@both
def test_a_settled_bill_is_paid_and_listeners_are_told(version: str, start: Start) -> None:
    server = start(tasks=True)
    case, account = case_of(version, "customerBill"), str(uuid4())
    rate_on(server, version, account, 10)
    id = bill(server, version, account)["customerBill"]["id"]
    answer = server.client.patch(case.item(id), json={"state": "settled"})
    settled = shown(answer)
    assert settled["remainingAmount"] == {"unit": "GBP", "value": 0}
    assert settled["appliedPayment"] == [{"appliedAmount": {"unit": "GBP", "value": 12}}]
    assert one(server, version, "customerBill", id) == settled
    hint = "/appliedPayment 12 GBP was applied to settle the bill."
    assert answer.headers["Tmf-Hint"] == hint
    refused = server.client.patch(case.item(id), json={"remainingAmount": {"value": 1}})
    assert (refused.status_code, refused.json()["code"]) == (400, "22")


@both
def test_the_machine_of_bills_holds_where_it_is_asked_for(version: str, start: Start) -> None:
    server = start(tasks=True, strict=frozenset({"lifecycle"}))
    case, account = case_of(version, "customerBill"), str(uuid4())
    rate_on(server, version, account, 10)
    id = bill(server, version, account)["customerBill"]["id"]
    before = one(server, version, "customerBill", id)
    refused = server.client.patch(case.item(id), json={"state": "settled"})
    assert refused.status_code == 409
    assert refused.json()["message"] == (
        "/state: new cannot become settled; it may become validated, onHold or sent."
    )
    assert one(server, version, "customerBill", id) == before
