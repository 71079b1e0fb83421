"""What no resource is ever without stays through patches (R-709, R-812)."""

from typing import Any

import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.facts import ALL, Case, case, each
from tests.handlers.serving import Server
from tmf_apis.rules.lookup import rules_of

MERGE, PATCH = "application/merge-patch+json", "application/json-patch+json"


def state(case: Case) -> str:
    return rules_of(case.api, case.resource).state or ""


def lasts(case: Case) -> bool:
    """Whether a rule or the file says that no such resource is without its state."""
    return case.api.number in ("TMF620", "TMF622", "TMF638", "TMF641", "TMF642")


def removals(name: str) -> list[tuple[str, Any]]:
    return [(MERGE, {name: None}), (PATCH, [{"op": "remove", "path": f"/{name}"}])]


@pytest.mark.rule("R-620-01", "R-709", "R-812")
@each(lambda case: case.offers("PATCH") and lasts(case))
def test_a_state_that_lasts_cannot_be_removed(case: Case, server: Server) -> None:
    name = state(case)
    made = server.make(case)
    for media, change in removals(name):
        answer = server.client.patch(
            case.item(made["id"]), json=change, headers={"Content-Type": media}
        )
        refused(answer, 400, "21", name)
    assert shown(server.client.get(case.item(made["id"]))) == made


@pytest.mark.rule("R-801")
@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("TMF629-v4/customer", "status"),
        ("TMF629-v5/customer", "status"),
        ("TMF639-v4/resource", "resourceStatus"),
        ("TMF639-v5/resource", "lifecycleState"),
        ("TMF642-v4/alarm", "alarmReportingTime"),
        ("TMF642-v5/alarm", "alarmReportingTime"),
        ("TMF678-v4/customerBill", "state"),
        ("TMF678-v5/customerBill", "state"),
    ],
)
def test_what_nothing_demands_can_be_removed(name: str, attribute: str, server: Server) -> None:
    c = case(name)
    for media, change in removals(attribute):
        made = server.make(c)
        answer = server.client.patch(
            c.item(made["id"]), json=change, headers={"Content-Type": media}
        )
        assert attribute in made
        assert attribute not in shown(answer)


ORDERS = [case for case in ALL if case.resource.name in ("productOrder", "serviceOrder")]


@pytest.mark.rule("R-622-05", "R-641-05", "R-812")
@each(ORDERS)
def test_items_that_a_patch_brings_are_completed(case: Case, server: Server) -> None:
    items = f"{case.resource.name}Item"
    made = server.make(case)
    new = {n: v for n, v in made[items][0].items() if n not in ("state", "quantity")}
    path = case.item(made["id"])
    added = [{"op": "add", "path": f"/{items}/-", "value": new | {"id": "added"}}]
    answer = shown(server.client.patch(path, json=added, headers={"Content-Type": PATCH}))
    assert answer[items][-1]["state"] == made["state"]
    whole = shown(server.client.patch(path, json={items: [new]}))
    assert whole[items][0]["state"] == made["state"]
    if case.resource.name == "productOrder":
        assert answer[items][-1]["quantity"] == whole[items][0]["quantity"] == 1


@pytest.mark.rule("R-810", "R-811")
@each(lambda case: case.offers("PATCH"))
def test_href_is_there_for_a_json_patch_and_never_changes(case: Case, server: Server) -> None:
    made = server.make(case)
    for step in (
        {"op": "test", "path": "/href", "value": made["href"]},
        {"op": "replace", "path": "/href", "value": "http://elsewhere.example"},
        {"op": "remove", "path": "/href"},
    ):
        answer = server.client.patch(
            case.item(made["id"]), json=[step], headers={"Content-Type": PATCH}
        )
        assert shown(answer) == made
    wrong = [{"op": "test", "path": "/href", "value": "http://elsewhere.example"}]
    answer = server.client.patch(case.item(made["id"]), json=wrong, headers={"Content-Type": PATCH})
    refused(answer, 409, "71", "/href")
