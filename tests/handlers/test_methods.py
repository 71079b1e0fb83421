"""Which methods a path offers, and what is said of the others (R-106..R-108, R-130, R-817)."""

import httpx
import pytest

from tests.handlers.asking import refused
from tests.handlers.facts import Case, case, each
from tests.handlers.serving import Server
from tmf_apis.tmf630.patching import ACCEPT_PATCH

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
#: R-130 in short: c(reate), p(atch), d(elete); every resource can be listed and retrieved.
OPERATIONS = {
    "TMF620-v4": "catalog:cpd category:cpd productOffering:cpd productOfferingPrice:cpd "
    "productSpecification:cpd importJob:cd exportJob:cd",
    "TMF620-v5": "category:cpd exportJob:cd importJob:cd productCatalog:cpd productOffering:cpd "
    "productOfferingPrice:cpd productSpecification:cpd",
    "TMF622-v4": "productOrder:cpd cancelProductOrder:c",
    "TMF622-v5": "productOrder:cpd cancelProductOrder:c",
    "TMF629-v4": "customer:cpd",
    "TMF629-v5": "customer:cpd",
    "TMF638-v4": "service:cpd",
    "TMF638-v5": "service:cpd",
    "TMF639-v4": "resource:cpd physicalResource:cpd logicalResource:cpd",
    "TMF639-v5": "resource:cpd",
    "TMF641-v4": "serviceOrder:cpd cancelServiceOrder:c",
    "TMF641-v5": "serviceOrder:cpd cancelServiceOrder:c",
    "TMF642-v4": "alarm:cpd ackAlarms:c unAckAlarms:c clearAlarms:c commentAlarms:c "
    "groupAlarms:c unGroupAlarms:c",
    "TMF642-v5": "alarm:cpd ackAlarm:c unAckAlarm:c clearAlarm:c commentAlarm:c groupAlarm:c "
    "unGroupAlarm:c",
    "TMF678-v4": "customerBillOnDemand:c customerBill:p appliedCustomerBillingRate:",
    "TMF678-v5": "appliedCustomerBillingRate: billCycle: customerBill:p customerBillOnDemand:c",
}
TABLE = {
    f"{api}/{name}": letters
    for api, listed in OPERATIONS.items()
    for name, _, letters in (entry.partition(":") for entry in listed.split())
}


def check(client: httpx.Client, url: str, offered: list[str]) -> None:
    """All other methods are refused, with what is offered in `Allow`."""
    for method in METHODS:
        if method not in offered:
            answer = client.request(method, url)
            assert answer.headers["allow"].split(", ") == offered, method
            if method != "HEAD":
                refused(answer, 405, "62", method)


@pytest.mark.rule("R-678-07")
@pytest.mark.rule("R-107", "R-130", "R-131", "R-132", "R-133", "R-134", "R-135", "R-136", "R-137")
@pytest.mark.rule("R-138", "R-139", "R-901", "R-817")
@pytest.mark.parametrize("name", TABLE)
def test_offers_the_operations_of_the_guides(name: str, server: Server) -> None:
    c = case(name)
    letters = TABLE[name]
    collection = ["GET", "HEAD", *(["POST"] if "c" in letters else []), "OPTIONS"]
    item = ["GET", "HEAD"]
    item += (["PATCH"] if "p" in letters else []) + (["DELETE"] if "d" in letters else [])
    check(server.client, c.path, collection)
    check(server.client, c.item(server.make(c)["id"]), [*item, "OPTIONS"])


@pytest.mark.rule("R-107")
@each()
def test_an_unknown_item_offers_no_more(case: Case, client: httpx.Client) -> None:
    check(client, case.item("nobody"), case.item_methods)


@pytest.mark.rule("R-108")
@each()
def test_options_tells(case: Case, client: httpx.Client) -> None:
    answer = client.options(case.path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"].split(", ") == case.methods
    assert "accept-patch" not in answer.headers
    answer = client.options(case.item("nobody"))
    assert answer.headers["allow"].split(", ") == case.item_methods
    expected = ACCEPT_PATCH if case.offers("PATCH") else None
    assert answer.headers.get("accept-patch") == expected


@pytest.mark.rule("R-108")
def test_options_of_the_whole_server_names_all_methods(server: Server) -> None:
    def asked(method: str) -> str:
        host = server.url.removeprefix("http://")
        lines = (f"{method} * HTTP/1.1", f"Host: {host}", "Connection: close", "", "")
        return server.raw("\r\n".join(lines).encode()).decode().lower()

    answer = asked("OPTIONS")
    assert answer.startswith("http/1.1 204 ")
    assert "allow: get, head, post, patch, delete, options\r\n" in answer
    assert asked("GET").startswith("http/1.1 400 ")


@pytest.mark.rule("R-106")
@each()
def test_no_method_tunnels_another(case: Case, server: Server) -> None:
    made = server.make(case)
    url = case.item(made["id"])
    answer = server.client.get(url, headers={"X-HTTP-Method-Override": "DELETE"})
    assert answer.json() == made
    assert server.client.get(url + "?_method=DELETE").json() == made
    assert server.client.get(url).json() == made


@pytest.mark.rule("R-901", "R-902")
@each(lambda case: case.resource.is_task)
def test_tasks_can_be_read_and_not_be_patched(case: Case, server: Server) -> None:
    made = server.make(case)
    assert server.client.get(case.path, params={"id": made["id"]}).json() == [made]
    answer = server.client.patch(case.item(made["id"]), json={"state": "done"})
    refused(answer, 405, "62", "PATCH")
    assert answer.headers["allow"].split(", ") == case.item_methods
    assert server.client.get(case.item(made["id"])).json() == made
