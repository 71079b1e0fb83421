"""Orders that a flow carries out are amended: only what differs is done, and undone (0026)."""

import pytest

from tests.handlers.flow.ordering import ORDERS, SERVICE_ORDERS, Flowing, added, of
from tests.handlers.flow.refusing import Network, held
from tests.handlers.tasks.waiting import until

Refused = tuple[Flowing, Network]


def test_an_order_that_is_held_goes_on_as_it_is_amended(flowing: Flowing) -> None:
    id = flowing.order(added("1", "offer-of-nothing"), added("2", "offer-router-mesh"))
    flowing.over(id, "held")
    task = flowing.amend(id, modifiedItem=[added("1", "offer-static-ip")], amendmentReason="A slip")
    assert task["state"] == "done", task
    order = flowing.over(id, "completed")
    assert {one["name"] for one in flowing.products(id)} == {"Static Address", "Mesh Router"}
    assert order["note"][-1]["text"] == "amended: A slip"


def test_what_is_kept_is_not_done_again_and_what_goes_is_undone(refused: Refused) -> None:
    flowing, asked = refused
    id = held(flowing, asked, "offer-static-ip", "offer-5g-light")
    asked.keys.clear()
    task = flowing.amend(id, removedItem=["2"], addedItem=[added("3", "offer-router-mesh")])
    assert task["state"] == "done", task
    assert task["note"][-1]["text"] == "steps: 8 kept, 4 added, 5 undone"
    order = flowing.over(id, "completed")
    assert [item["id"] for item in order["productOrderItem"]] == ["1", "3"]
    states = {one["name"]: one["status"] for one in flowing.products(id)}
    assert states == {
        "Static Address": "active", "5G Light": "cancelled", "Mesh Router": "active"
    }  # fmt: skip
    placed = flowing.get(f"{SERVICE_ORDERS}?externalReference.id={id}")
    assert sorted(one["state"] for one in placed) == ["cancelled", "completed"]
    assert [key.split("/", 1)[1] for key in asked.keys] == ["sspec-static-ip/activate"]
    assert flowing.flow(id)["amendments"][0]["what"] == task["note"][-1]["text"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"addedItem": [added("2", "offer-of-nothing")]}, "there is no productOffering"),
        (
            {
                "modifiedItem": [
                    added("1", "offer-static-ip", product={"@type": "Product", "id": "there"})
                ]
            },
            "it names the product there",
        ),
    ],
)
def test_what_no_plan_can_follow_is_refused(
    refused: Refused, changes: dict[str, object], told: str
) -> None:
    flowing, asked = refused
    named = {"product": {"@type": "Product", "id": "there"}} if "names" in told else {}
    asked.refuses = True
    id = flowing.order(added("1", "offer-5g-light", **named))
    flowing.over(id, "held")
    before = flowing.get(f"{ORDERS}/{id}")
    task = flowing.amend(id, **changes)
    asked.refuses = False
    assert task["state"] == "rejected"
    assert told in task["reason"]
    assert flowing.get(f"{ORDERS}/{id}") == before
    flowing.decide(id, "give-up")
    flowing.over(id, "failed")


def test_the_document_of_the_api_tells_of_amendments(flowing: Flowing) -> None:
    for base in ("productOrderingManagement/v4", "serviceOrdering/v5"):
        document = flowing.get(f"/tmf-api/{base}/openapi.json")
        kind = "Product" if base.startswith("product") else "Service"
        assert f"/amend{kind}Order" in document["paths"]
        assert f"/listener/amend{kind}OrderStateChangeEvent" in document["paths"]
        assert f"Amend{kind}Order" in document["components"]["schemas"]


def supplementing(id: str) -> dict[str, object]:
    """The relation of a supplemental order."""
    relation = {"@type": "OrderRelationship", "id": id, "relationshipType": "supplements"}
    return {"orderRelationship": [relation]}


def test_a_patch_of_an_order_that_is_held_leads_to_the_same(refused: Refused) -> None:
    flowing, asked = refused
    id = held(flowing, asked, "offer-static-ip", "offer-5g-light")
    items = flowing.get(f"{ORDERS}/{id}")["productOrderItem"]
    patch = {"productOrderItem": [items[0], added("3", "offer-router-mesh")]}
    answer = flowing.server.client.patch(f"{ORDERS}/{id}", json=patch)
    assert answer.status_code == 200, answer.text
    answer = flowing.server.client.patch(f"{ORDERS}/{id}", json={"state": "inProgress"})
    assert answer.status_code == 200, answer.text
    flowing.over(id, "completed")
    states = {one["name"]: one["status"] for one in flowing.products(id)}
    assert states == {
        "Static Address": "active", "5G Light": "cancelled", "Mesh Router": "active"
    }  # fmt: skip
    assert flowing.flow(id)["amendments"][0]["what"] == "steps: 8 kept, 4 added, 5 undone"


def test_a_patch_cannot_take_out_all_that_is_open(refused: Refused) -> None:
    flowing, asked = refused
    asked.refuses = True
    id = flowing.order(added("1", "offer-router-mesh"), added("2", "offer-5g-light"))
    order = flowing.over(id, "held")
    asked.refuses = False
    kept = [item for item in order["productOrderItem"] if item["state"] == "completed"]
    answer = flowing.server.client.patch(f"{ORDERS}/{id}", json={"productOrderItem": kept})
    assert answer.status_code == 409
    assert "without the item 2 nothing of the order is open" in answer.json()["message"]
    assert flowing.amend(id, removedItem=["2"])["state"] == "done"
    assert flowing.over(id, "completed")["productOrderItem"] == kept
    states = {one["name"]: one["status"] for one in flowing.products(id)}
    assert states == {"5G Light": "cancelled", "Mesh Router": "active"}


def test_a_supplemental_order_leads_to_the_same(flowing: Flowing) -> None:
    id = flowing.order(added("1", "offer-of-nothing"), added("2", "offer-5g-light"))
    flowing.over(id, "held")
    changes = (
        added("1", "offer-static-ip"),
        added("2", "offer-5g-light") | {"action": "delete", "product": PRODUCT},
        added("3", "offer-router-mesh"),
    )
    supplement = flowing.ordered(*changes, description="As we talked.", **supplementing(id))
    assert {item["state"] for item in supplement["productOrderItem"]} == {"completed"}
    assert flowing.products(supplement["id"]) == []
    order = flowing.over(id, "completed")
    assert [item["id"] for item in order["productOrderItem"]] == ["1", "3"]
    assert order["note"][-1]["text"] == "amended: As we talked."
    assert {one["name"] for one in flowing.products(id)} == {"Static Address", "Mesh Router"}


PRODUCT = {"@type": "Product", "id": "of-nobody"}


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("nothing", "there is no other order nothing"),
        ("another's", "is of no party that this one names"),
        ("completed", "is completed, which is final"),
        ("unchanged", "it changes nothing of the order"),
    ],
)
def test_a_supplemental_order_that_cannot_be_followed_is_rejected(
    flowing: Flowing, what: str, told: str
) -> None:
    target, action = "nothing", "add"
    if what == "another's":
        target = flowing.order(added("1", "offer-of-nothing"), **of("cust-1002"))
        flowing.over(target, "held")
    elif what == "completed":
        target = flowing.ordered(added("1", "offer-router-mesh"))["id"]
    elif what == "unchanged":
        target, action = flowing.order(added("1", "offer-of-nothing")), "noChange"
        flowing.over(target, "held")
    item = added("1", "offer-router-mesh") | {"action": action}
    order = flowing.ordered(item, state="rejected", **supplementing(target))
    assert told in order["productOrderErrorMessage"][0]["message"]


@pytest.mark.parametrize("word", ["give-up", "retry"])
def test_a_patch_that_no_plan_can_follow_holds_the_order(refused: Refused, word: str) -> None:
    flowing, asked = refused
    id = held(flowing, asked, "offer-static-ip")
    nonsense = {"productOrderItem": [added("1", "offer-of-nothing")], "state": "inProgress"}
    answer = flowing.server.client.patch(f"{ORDERS}/{id}", json=nonsense)
    assert answer.status_code == 200, answer.text

    def told() -> dict[str, object]:
        return dict(flowing.get(f"{ORDERS}/{id}"))

    until(told, lambda order: "there is no productOffering" in str(order))
    assert flowing.products(id)[0]["status"] == "pendingActive"
    flowing.over(id, "held")
    if word == "give-up":
        flowing.decide(id, word)
        flowing.over(id, "failed")
        assert flowing.products(id)[0]["status"] == "aborted"
    else:
        mended = {"productOrderItem": [added("1", "offer-router-mesh")]}
        assert flowing.server.client.patch(f"{ORDERS}/{id}", json=mended).status_code == 200
        flowing.decide(id, word)
        flowing.over(id, "completed")
        states = {one["name"]: one["status"] for one in flowing.products(id)}
        assert states == {"Static Address": "cancelled", "Mesh Router": "active"}


def test_a_service_order_that_a_flow_placed_is_not_amended(refused: Refused) -> None:
    flowing, asked = refused
    id = held(flowing, asked, "offer-5g-light")
    (placed,) = flowing.get(f"{SERVICE_ORDERS}?externalReference.id={id}")
    task = flowing.amend(placed["id"], kind="Service", removedItem=["1"])
    assert task["state"] == "rejected"
    assert task["reason"] == f"it is what the product order {id} becomes; amend that one"
    flowing.decide(id, "give-up")
    flowing.over(id, "failed")


def test_a_patch_changes_no_item_past_its_point_of_no_return(flowing: Flowing) -> None:
    past = {"pointOfNoReturn": "2020-01-01T00:00:00Z"}
    id = flowing.order(added("1", "offer-of-nothing", **past), added("2", "offer-of-nothing"))
    flowing.over(id, "held")
    items = flowing.get(f"{ORDERS}/{id}")["productOrderItem"]
    for changed in ([items[0] | {"quantity": 2}, items[1]], items[1:]):
        patch = {"productOrderItem": changed}
        answer = flowing.server.client.patch(f"{ORDERS}/{id}", json=patch)
        assert answer.status_code == 409
        assert "the item 1 is past its point of no return" in answer.json()["message"]
    patch = {"productOrderItem": [items[0], items[1] | {"quantity": 2}]}
    assert flowing.server.client.patch(f"{ORDERS}/{id}", json=patch).status_code == 200
