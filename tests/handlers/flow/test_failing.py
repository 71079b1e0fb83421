"""A step that fails is tried again, then held until somebody decides; giving up undoes it."""

import pytest

from handlers.flow.running import SIDE_BY_SIDE
from tests.handlers.flow.ordering import (
    CANCELLATIONS,
    ORDERS,
    PRODUCTS,
    RATES,
    RESOURCES,
    SERVICE_ORDERS,
    SERVICES,
    Flowing,
    added,
)
from tests.handlers.flow.refusing import Network, held
from tests.handlers.tasks.waiting import until


def test_what_fails_once_is_tried_again(refused: tuple[Flowing, Network]) -> None:
    flowing, asked = refused
    asked.refuses_next = 1
    order = flowing.ordered(added("1", "offer-static-ip"))
    (step,) = [s for s in flowing.flow(order["id"])["steps"] if s["kind"] == "activate"]
    assert (step["state"], step["attempts"], step["error"]) == ("done", 1, "")


def test_what_fails_for_long_is_held_and_says_why(refused: tuple[Flowing, Network]) -> None:
    flowing, asked = refused
    id = held(flowing, asked, "offer-static-ip")
    order = flowing.get(f"{ORDERS}/{id}")
    assert [item["state"] for item in order["productOrderItem"]] == ["held"]
    (fault,) = order["productOrderErrorMessage"]
    assert fault["code"] == "flow-step"
    assert fault["message"] == "the system that activates answered 500"
    assert flowing.products(id)[0]["status"] == "pendingActive"
    keys = [key for key in asked.keys if key.startswith(id)]
    assert len(keys) == 3 and len(set(keys)) == 1

    assert flowing.decide(id, "retry") == ["1/sspec-static-ip/activate"]
    flowing.over(id, "completed")
    assert flowing.products(id)[0]["status"] == "active"


def test_what_is_skipped_counts_as_done(refused: tuple[Flowing, Network]) -> None:
    flowing, asked = refused
    id = held(flowing, asked, "offer-static-ip")
    flowing.decide(id, "skip", step="1/sspec-static-ip/activate")
    flowing.over(id, "completed")
    (product,) = flowing.products(id)
    service = flowing.get(f"{SERVICES}/{product['realizingService'][0]['id']}")
    assert (product["status"], service["state"]) == ("active", "reserved")


def test_what_is_given_up_is_undone_and_others_go_on(refused: tuple[Flowing, Network]) -> None:
    flowing, asked = refused
    # A router needs nothing of the network.
    id = held(flowing, asked, "offer-5g-light", "offer-router-mesh")
    flowing.decide(id, "give-up")
    order = flowing.over(id, "partial")
    assert [item["state"] for item in order["productOrderItem"]] == ["failed", "completed"]
    products = {product["name"]: product for product in flowing.products(id)}
    assert products["5G Light"]["status"] == "aborted"
    assert products["Mesh Router"]["status"] == "active"
    assert nothing_is_left(flowing, id)
    (placed,) = flowing.get(f"{SERVICE_ORDERS}?externalReference.id={id}")
    assert placed["state"] == "failed"
    assert flowing.rates(products["5G Light"]["id"]) == []


def test_what_waits_for_what_is_held_is_held_with_it(refused: tuple[Flowing, Network]) -> None:
    """The address needs the fibre line of the same order: the order looked as if it went on."""
    flowing, asked = refused
    id = held(flowing, asked, "offer-static-ip", "offer-fibre-150")
    order = flowing.get(f"{ORDERS}/{id}")
    assert [item["state"] for item in order["productOrderItem"]] == ["held", "held"]
    codes = [fault["code"] for fault in order["productOrderErrorMessage"]]
    assert codes == ["flow-step", "flow-wait"]
    assert "2/sspec-fibre-line/activate" in order["productOrderErrorMessage"][1]["message"]
    flowing.decide(id, "retry")
    flowing.over(id, "completed")


def test_a_cancelled_order_is_undone(refused: tuple[Flowing, Network]) -> None:
    flowing, asked = refused
    id = held(flowing, asked, "offer-5g-light")
    reference = {"@type": "ProductOrderRef", "id": id}
    body = {"@type": "CancelProductOrder", "productOrder": reference}
    task = flowing.server.client.post(CANCELLATIONS, json=body).json()
    order = flowing.over(id, "cancelled")
    assert [item["state"] for item in order["productOrderItem"]] == ["cancelled"]
    assert [product["status"] for product in flowing.products(id)] == ["cancelled"]
    assert nothing_is_left(flowing, id)
    (placed,) = flowing.get(f"{SERVICE_ORDERS}?externalReference.id={id}")
    assert placed["state"] == "cancelled"
    path = f"{CANCELLATIONS}/{task['id']}"
    until(lambda: dict(flowing.get(path)), lambda found: found["state"] == "done")


def test_an_order_without_a_plan_is_held_until_the_catalogue_is_mended(
    refused: tuple[Flowing, Network],
) -> None:
    flowing, _ = refused
    id = flowing.order(added("1", "offer-of-tomorrow"))
    order = flowing.over(id, "held")
    assert order["productOrderErrorMessage"][0]["code"] == "flow-plan"
    assert "there is no productOffering offer-of-tomorrow" in str(order["productOrderErrorMessage"])
    body = {"@type": "ProductOffering", "id": "offer-of-tomorrow", "name": "Tomorrow"}
    body |= {"lifecycleStatus": "Launched", "lastUpdate": "2026-01-01T00:00:00Z"}
    offerings = "/tmf-api/productCatalogManagement/v4/productOffering"
    assert flowing.server.client.post(offerings, json=body).status_code == 201
    flowing.decide(id, "retry")
    flowing.over(id, "completed")


@pytest.mark.parametrize(
    ("word", "query", "told"),
    [
        ("retry", {"order": "nobody"}, "There is no flow of nobody"),
        ("skip", {}, "There is no flow of"),
    ],
)
def test_what_is_not_there_is_told(
    word: str, query: dict[str, str], told: str, refused: tuple[Flowing, Network]
) -> None:
    answer = refused[0].server.client.post(f"/flow/{word}", params=query)
    assert answer.status_code == 404
    assert told in answer.json()["message"]


def test_only_what_is_held_is_decided_about(refused: tuple[Flowing, Network]) -> None:
    flowing, _ = refused
    order = flowing.ordered(added("1", "offer-router-mesh"))
    answer = flowing.server.client.post("/flow/retry", params={"order": order["id"]})
    assert answer.status_code == 404
    assert flowing.server.client.get("/flow/retry").status_code == 405


def nothing_is_left(flowing: Flowing, id: str) -> bool:
    """Whether services and resources that an order made are gone."""
    steps = flowing.flow(id)["steps"]
    lines = [s["about"]["line"] for s in steps if s["kind"] == "reserve" and s["item"] == "1"]
    assert lines
    gone = [f"{SERVICES}/{line['service']}" for line in lines]
    gone += [f"{RESOURCES}/{one['resource']}" for line in lines for one in line["resources"]]
    found = [flowing.server.client.get(path).status_code for path in gone]
    return set(found) == {404} and not flowing.get(f"{RATES}?product.id={id}")


def test_ids_of_every_language_are_activated(refused: tuple[Flowing, Network]) -> None:
    flowing, asked = refused
    flowing.ordered(added("größe", "offer-static-ip"), id="заказ 1")
    assert asked.keys[-1].endswith(" gr%C3%B6%C3%9Fe/sspec-static-ip/activate")


def test_a_product_that_is_there_is_neither_charged_for_nor_ended(
    refused: tuple[Flowing, Network],
) -> None:
    flowing, _ = refused
    (there,) = flowing.products(flowing.ordered(added("1", "offer-static-ip"))["id"])
    charged = flowing.rates(there["id"])
    named = {"product": {"@type": "Product", "id": there["id"]}}
    id = flowing.order(added("1", "offer-static-ip", **named))
    (fault, *_) = flowing.over(id, "held")["productOrderErrorMessage"]
    assert "already" in fault["message"]
    flowing.decide(id, "give-up")
    flowing.over(id, "failed")
    assert flowing.products(there["productOrderItem"][0]["orderId"]) == [there]
    assert flowing.rates(there["id"]) == charged


def test_one_of_two_orders_adds_a_product(refused: tuple[Flowing, Network]) -> None:
    flowing, _ = refused
    named = {"product": {"@type": "Product", "id": "wanted-by-two"}}
    both = added("1", "offer-static-ip", **named), added("2", "offer-static-ip", **named)
    id = flowing.order(*both)
    order = flowing.over(id, "held", "partial")
    assert sorted(item["state"] for item in order["productOrderItem"]) == ["completed", "held"]
    (step,) = flowing.decide(id, "give-up")
    flowing.over(id, "partial")
    assert flowing.get(f"{PRODUCTS}/wanted-by-two")["status"] == "active", step


def test_an_order_of_many_items_asks_for_few_at_once(refused: tuple[Flowing, Network]) -> None:
    flowing, asked = refused
    asked.most = 0
    flowing.ordered(*(added(str(n), "offer-static-ip") for n in range(3 * SIDE_BY_SIDE)))
    assert 1 < asked.most <= SIDE_BY_SIDE
