"""The document of a bill over HTTP: a PDF at the URL that the bill tells."""

import re
from uuid import uuid4

import pytest

from handlers.invoices.drawing import draw
from tests.handlers.asking import shown
from tests.handlers.conftest import Start
from tests.handlers.tasks.test_bills_on_demand import bill, both, case_of, one, rate_on
from tmf_apis.behaviour.invoice import invoice_of


def pages(document: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", document))


@both
def test_a_bill_tells_where_its_document_is(version: str, start: Start) -> None:
    server = start(tasks=True)
    account = str(uuid4())
    for value in (30, 9.99):
        rate_on(server, version, account, value)
    made = one(
        server, version, "customerBill", bill(server, version, account)["customerBill"]["id"]
    )
    [told] = made["billDocument"]
    # Both versions show the address that the newer one has, as they do of any link (V-19).
    path = case_of("v5", "customerBill").item(made["id"])
    typed = {"@type": "Attachment"} if version == "v5" else {}
    assert told == typed | {
        "name": f"{made['billNo']}.pdf",
        "mimeType": "application/pdf",
        "url": f"{path}/document.pdf",
    }
    answer = server.client.get(told["url"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    name = made["billNo"].replace("-", "")
    assert answer.headers["content-disposition"] == f'inline; filename="{name}.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert answer.content.rstrip().endswith(b"%%EOF")
    assert pages(answer.content) == 1
    assert server.client.get(told["url"]).content == answer.content


@both
def test_what_is_asked_wrongly_is_refused(version: str, start: Start) -> None:
    server = start(tasks=True)
    case = case_of(version, "customerBill")
    path = f"{case.item('nobody')}/document.pdf"
    assert server.client.get(path).status_code == 404
    assert server.client.get(f"{case.item('%FF')}/document.pdf").status_code == 400
    made = server.load(case, case.sample() | {"id": str(uuid4())})
    path = f"{case.item(made['id'])}/document.pdf"
    assert server.client.get(path).status_code == 200
    assert server.client.head(path).content == b""
    refused = server.client.get(path, headers={"Accept": "application/json"})
    assert refused.status_code == 406
    assert refused.json()["message"] == "The document is application/pdf; accept it."
    refused = server.client.post(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_resource_without_lines_has_no_document(start: Start) -> None:
    server = start(tasks=True)
    case = case_of("v5", "appliedCustomerBillingRate")
    made = server.load(case, case.sample() | {"id": str(uuid4())})
    assert server.client.get(f"{case.item(made['id'])}/document.pdf").status_code == 404


def test_the_base_url_of_the_server_is_told(start: Start) -> None:
    server = start(tasks=True, base_url="https://bills.example.com/api")
    account = str(uuid4())
    rate_on(server, "v5", account, 1)
    id = bill(server, "v5", account)["customerBill"]["id"]
    path = case_of("v5", "customerBill").item(id)
    found = shown(server.client.get(path))["billDocument"][0]["url"]
    assert found == f"https://bills.example.com/api{path}/document.pdf"


@pytest.mark.parametrize(("count", "sheets"), [(0, 1), (17, 1), (24, 2), (100, 5)])
def test_long_lists_go_on_on_the_next_page(count: int, sheets: int) -> None:
    due = {"unit": "GBP", "value": count}
    rate = {"name": "Fee", "date": "2026-01-31T23:00:00Z", "taxExcludedAmount": due}
    bill = {"id": "b", "amountDue": due, "taxIncludedAmount": due}
    document = draw(invoice_of(bill, [rate] * count, count))
    assert pages(document) == sheets
