"""Cancellations over HTTP: what becomes of the order and of the task (L-622-C, L-641-C)."""

from time import sleep
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import ALL, Case, Json, each
from tests.handlers.ordering import cancelled_by, items_of
from tests.handlers.serving import Server
from tests.handlers.tasks.waiting import PATIENCE, over, until

CANCELS = [case for case in ALL if case.resource.name.startswith("cancel")]


def orders_of(case: Case) -> Case:
    found = cancelled_by(case.path)
    assert found is not None
    return found


def place(server: Server, case: Case, items: int = 2, **more: Any) -> Json:
    """A new order with some items."""
    orders = orders_of(case)
    body = orders.create_body(**more)
    name = items_of(orders)
    first = {k: v for k, v in body[name][0].items() if k not in ("state", name)}
    relation = f"{name}Relationship"
    first.pop(relation, None)
    body[name] = [first | {"id": str(number)} for number in range(1, items + 1)]
    body.pop("id", None)
    return dict(shown(server.client.post(orders.path, json=body), 201))


def cancel(server: Server, case: Case, order: str, **more: Any) -> Any:
    body = case.create_body() | more
    target = orders_of(case).resource.name
    body[target] = body[target] | {"id": order}
    body.pop("id", None)
    return server.client.post(case.path, json=body)


def order_now(server: Server, case: Case, id: str) -> Json:
    return dict(shown(server.client.get(orders_of(case).item(id))))


def item_states(case: Case, order: Json) -> list[str]:
    return [item["state"] for item in order[items_of(orders_of(case))]]


@pytest.mark.rule("R-622-08", "R-622-09", "R-622-11", "R-641-09", "R-906", "L-TASK")
@each(CANCELS)
def test_an_order_is_cancelled_with_its_items(case: Case, start: Start) -> None:
    server = start(tasks=True)
    order = place(server, case)
    made = shown(cancel(server, case, order["id"], cancellationReason="It is too late."), 201)
    task = over(server, case, made["id"])
    after = order_now(server, case, order["id"])
    assert (task["state"], after["state"]) == ("done", "cancelled")
    assert item_states(case, after) == ["cancelled", "cancelled"]
    assert after["cancellationReason"] == "It is too late."
    assert task["effectiveCancellationDate"] == after["cancellationDate"]
    assert "reason" not in task


@pytest.mark.rule("L-622-R")
@each(CANCELS)
def test_an_order_with_an_item_that_was_completed_ends_partial(case: Case, start: Start) -> None:
    server = start(tasks=True)
    order = place(server, case)
    orders, name = orders_of(case), items_of(orders_of(case))
    shown(server.client.patch(orders.item(order["id"]), json={"state": "inProgress"}))
    items = order_now(server, case, order["id"])[name]
    items[0]["state"] = "completed"
    shown(server.client.patch(orders.item(order["id"]), json={name: items}))
    made = shown(cancel(server, case, order["id"]), 201)
    task = over(server, case, made["id"])
    after = order_now(server, case, order["id"])
    assert (task["state"], after["state"]) == ("done", "partial")
    assert item_states(case, after) == ["completed", "cancelled"]
    assert "completionDate" in after


@pytest.mark.rule("R-622-10")
@each(CANCELS)
def test_an_order_that_nobody_knows_cannot_be_cancelled(case: Case, start: Start) -> None:
    server = start(tasks=True)
    body = case.create_body()
    target = orders_of(case).resource.name
    body[target] = body[target] | {"id": "nobody-knows"}
    # By a client of its own, which puts no order there first.
    answer = httpx.post(server.url + case.path, json=body, timeout=PATIENCE)
    refused(answer, 404, "60", f"/{target}/id")


@pytest.mark.rule("R-622-10")
@each(CANCELS)
def test_an_order_that_is_over_cannot_be_cancelled(case: Case, start: Start) -> None:
    server = start(tasks=True)
    order = place(server, case)
    for state in ("inProgress", "completed"):
        item = orders_of(case).item(order["id"])
        shown(server.client.patch(item, json={"state": state}))
    before = order_now(server, case, order["id"])
    refused(cancel(server, case, order["id"]), 409, "73", "completed")
    assert order_now(server, case, order["id"]) == before


@pytest.mark.rule("R-622-10")
@each(CANCELS)
def test_two_cancellations_of_one_order_are_one(case: Case, start: Start) -> None:
    server = start(tasks=True, cancellation="manual")
    order = place(server, case)
    made = shown(cancel(server, case, order["id"]), 201)
    until(
        lambda: order_now(server, case, order["id"]),
        lambda now: now["state"] == "assessingCancellation",
    )
    refused(cancel(server, case, order["id"]), 409, "73", "being cancelled")
    assert shown(server.client.get(case.item(made["id"])))["state"] != "done"


@each(CANCELS)
@pytest.mark.parametrize("way", [("pendingCancellation", "cancelled"), ("cancelled",)])
def test_whoever_fulfils_an_order_may_carry_out_its_cancellation(
    case: Case, way: tuple[str, ...], start: Start
) -> None:
    server = start(tasks=True, cancellation="manual")
    order = place(server, case)
    made = shown(cancel(server, case, order["id"]), 201)
    until(
        lambda: order_now(server, case, order["id"]),
        lambda now: now["state"] == "assessingCancellation",
    )
    for state in way:
        item = orders_of(case).item(order["id"])
        shown(server.client.patch(item, json={"state": state}))
    task = over(server, case, made["id"])
    after = order_now(server, case, order["id"])
    assert (task["state"], after["state"]) == ("done", "cancelled")
    assert task["effectiveCancellationDate"] == after["cancellationDate"]


@each(CANCELS)
def test_whoever_fulfils_an_order_may_deny_its_cancellation(case: Case, start: Start) -> None:
    server = start(tasks=True, cancellation="manual")
    order = place(server, case)
    made = shown(cancel(server, case, order["id"]), 201)
    until(
        lambda: order_now(server, case, order["id"]),
        lambda now: now["state"] == "assessingCancellation",
    )
    item = orders_of(case).item(order["id"])
    shown(server.client.patch(item, json={"state": "acknowledged"}))
    task = over(server, case, made["id"])
    assert task["state"] == "done"
    assert "denied" in task["reason"]
    assert "effectiveCancellationDate" not in task
    after = order_now(server, case, order["id"])
    assert (after["state"], item_states(case, after)) == ("acknowledged", ["acknowledged"] * 2)


@each(CANCELS)
def test_a_date_that_is_to_come_is_waited_for(case: Case, start: Start) -> None:
    server = start(tasks=True)
    order = place(server, case)
    later = cancel(server, case, order["id"], requestedCancellationDate="2999-01-01T00:00:00Z")
    made = shown(later, 201)
    sleep(1.5)
    assert shown(server.client.get(case.item(made["id"])))["state"] == made["state"]
    assert order_now(server, case, order["id"])["state"] == "acknowledged"


@each(CANCELS)
def test_an_order_of_the_sandbox_may_deny_and_goes_on(case: Case, start: Start) -> None:
    server = start(tasks=True, sandbox=True, sandbox_delay=1.0)
    order = place(server, case, category="sandbox:deny-cancel")
    made = shown(cancel(server, case, order["id"]), 201)
    task = over(server, case, made["id"])
    assert (task["state"], "denied" in task["reason"]) == ("done", True)
    after = until(
        lambda: order_now(server, case, order["id"]), lambda now: now["state"] == "completed"
    )
    assert item_states(case, after) == ["completed", "completed"]


@pytest.mark.rule("R-622-10")
@each(CANCELS)
def test_a_cancellation_that_was_taken_is_not_judged_again(case: Case, start: Start) -> None:
    server = start(tasks=True)
    order = place(server, case)
    body = case.create_body()
    name = orders_of(case).resource.name
    body[name] = body[name] | {"id": order["id"]}
    key = {"Idempotency-Key": f"cancel-{order['id']}"}
    first = server.client.post(case.path, json=body, headers=key)
    over(server, case, shown(first, 201)["id"])
    again = server.client.post(case.path, json=body, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.rule("R-622-06", "R-622-10")
def test_a_draft_is_not_assessed(start: Start) -> None:
    """It was tried eight times, and then said to have failed."""
    case = next(case for case in CANCELS if str(case) == "TMF622-v5/cancelProductOrder")
    server = start(tasks=True)
    order = place(server, case, requestedInitialState="draft")
    made = shown(cancel(server, case, order["id"]), 201)
    task = over(server, case, made["id"], patience=5)
    assert task["state"] == "terminatedWithError"
    assert task["reason"].startswith("/state: draft cannot become assessingCancellation; ")
    assert order_now(server, case, order["id"])["state"] == "draft"


@pytest.mark.rule("R-622-08", "R-641-09")
@each(CANCELS)
def test_an_order_that_was_loaded_without_states_can_be_cancelled(case: Case, start: Start) -> None:
    server = start(tasks=True)
    orders = orders_of(case)
    id = str(uuid4())
    body = orders.create_body(id=id)
    items = [{k: v for k, v in item.items() if k != "state"} for item in body.pop(items_of(orders))]
    body.pop("state", None)
    server.load(orders, body | {items_of(orders): items})
    made = shown(cancel(server, case, id), 201)
    assert over(server, case, made["id"])["state"] == "done"
    order = order_now(server, case, id)
    assert {order["state"], *item_states(case, order)} == {"cancelled"}
