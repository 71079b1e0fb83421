"""What no resource is ever without stays through patches (R-709, R-812)."""

import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.facts import ALL, Case, each
from tests.handlers.serving import Server
from tmf_apis.rules.lookup import rules_of

MERGE, PATCH = "application/merge-patch+json", "application/json-patch+json"


def state(case: Case) -> str | None:
    return rules_of(case.api, case.resource).state


@pytest.mark.rule("R-620-01", "R-709", "R-812")
@each(lambda case: case.offers("PATCH") and state(case) is not None)
def test_the_state_cannot_be_removed(case: Case, server: Server) -> None:
    name = state(case)
    made = server.make(case)
    if name not in made:
        made = shown(server.client.patch(case.item(made["id"]), json={name: "Active"}))
    tries = [(MERGE, {name: None}), (PATCH, [{"op": "remove", "path": f"/{name}"}])]
    for media, change in tries:
        answer = server.client.patch(
            case.item(made["id"]), json=change, headers={"Content-Type": media}
        )
        assert answer.status_code == 400, answer.text
        assert f"/{name}" in answer.json()["message"] or name in answer.json()["message"]
    assert shown(server.client.get(case.item(made["id"]))) == made


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
