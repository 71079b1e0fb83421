"""Items of orders: what they must hold, what they take over (sections 15 and 16)."""

from copy import deepcopy
from typing import Any

import pytest

from tests.handlers.asking import hinted, refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import ALL, Case, Json, case, each
from tests.handlers.serving import Server

ORDERS = [case for case in ALL if case.resource.name in ("productOrder", "serviceOrder")]


def items(case: Case) -> str:
    return f"{case.resource.name}Item"


def entity(case: Case) -> str:
    return case.resource.name.removesuffix("Order")


def order(case: Case, *changes: Json) -> Json:
    """An order with one item for each change of the example's first."""
    body = case.create_body()
    first = body[items(case)][0]
    body[items(case)] = [deepcopy(first) | change for change in changes]
    return body


@pytest.mark.rule("R-622-01", "R-641-01")
@each(ORDERS)
def test_items_are_told_apart(case: Case, server: Server) -> None:
    for name in ("id", "action"):
        body = order(case, {})
        del body[items(case)][0][name]
        refused(server.client.post(case.path, json=body), 400, "21", name)
    twice = order(case, {"id": "1"}, {"id": "1"})
    refused(server.client.post(case.path, json=twice), 400, "21", f"/{items(case)}/1/id")
    nested = order(case, {"id": "1", items(case): order(case, {"id": "1"})[items(case)]})
    refused(server.client.post(case.path, json=nested), 400, "21", "/id: 1")
    wrong = order(case, {"action": "invented"})
    refused(server.client.post(case.path, json=wrong), 400, "21", f"/{items(case)}/0/action")


@pytest.mark.rule("R-622-02", "R-641-03")
@pytest.mark.parametrize("action", ["modify", "delete"])
@each(ORDERS)
def test_a_change_names_what_it_changes(case: Case, action: str, server: Server) -> None:
    body = order(case, {"action": action})
    there: Any = body[items(case)][0].get(entity(case), {})
    for name in ("id", "href"):
        there.pop(name, None)
    refused(server.client.post(case.path, json=body), 400, "21", entity(case))
    kind = {"@type": there["@type"]} if "@type" in there else {}
    if case.api.major == "v5":
        kind = kind or {"@type": entity(case).capitalize()}
    named = order(case, {"action": action, entity(case): there | kind | {"id": "7"}})
    made = shown(server.client.post(case.path, json=named), 201)
    assert made[items(case)][0][entity(case)]["id"] == "7"


@pytest.mark.rule("R-622-05", "R-641-05", "R-641-10")
@each(ORDERS)
def test_items_take_over_the_state_of_the_order(case: Case, server: Server) -> None:
    inner = order(case, {"id": "2"})[items(case)]
    body = order(case, {"id": "1", items(case): inner})
    made = server.client.post(case.path, json=body).json()
    outer = made[items(case)][0]
    assert made["state"] == outer["state"] == outer[items(case)][0]["state"] == "acknowledged"


@pytest.mark.rule("R-622-06")
def test_a_product_order_may_begin_as_a_draft(server: Server) -> None:
    c = case("TMF622-v5/productOrder")
    made = server.make(c, requestedInitialState="draft")
    assert (made["state"], made["productOrderItem"][0]["state"]) == (
        "draft",
        "acknowledged",
    )
    assert server.make(c)["state"] == "acknowledged"


def addition(case: Case, *, described: bool) -> Json:
    """An order of one item that adds something, and says what or does not."""
    kind = {"@type": entity(case).capitalize()} if case.api.major == "v5" else {}
    stated = {"state": "active"} if case.resource.name == "serviceOrder" and kind else {}
    body = order(case, {"action": "add", entity(case): kind | stated})
    item = body[items(case)][0]
    item.pop("productOffering", None)
    if described:
        name = f"{entity(case)}Specification"
        ref = {"id": "7"} | ({"@type": f"{name[0].upper()}{name[1:]}Ref"} if kind else {})
        item[entity(case)] = {**item[entity(case)], name: ref}
    return body


@pytest.mark.rule("R-622-03", "R-622-04", "R-641-03")
@each(ORDERS)
def test_an_addition_that_does_not_say_what_is_taken_with_a_hint(
    case: Case, server: Server, start: Start
) -> None:
    whole, bare = addition(case, described=True), addition(case, described=False)
    strict = start(strict=frozenset({"business"}))
    for one in (server, strict):
        answer = one.client.post(case.path, json=whole)
        assert shown(answer, 201) and hinted(answer) == []
    if bare[items(case)][0][entity(case)].keys() <= {"@type"}:
        answer = server.client.post(case.path, json=bare)
        assert shown(answer, 201)
        [hint] = hinted(answer)
        assert hint.startswith(f"/{items(case)}/0") and "action add needs" in hint
        refused(strict.client.post(case.path, json=bare), 400, "21", f"/{items(case)}/0")


@pytest.mark.rule("R-622-03", "R-641-03")
@each(ORDERS)
def test_and_so_is_one_that_a_patch_brings(case: Case, server: Server, start: Start) -> None:
    bare = addition(case, described=False)[items(case)][0]
    if case.resource.name == "serviceOrder":
        bare[entity(case)].pop("state", None)
        if case.api.major == "v5":
            pytest.skip("its file demands a description")
    answer = server.client.patch(server.make(case)["href"], json={items(case): [bare]})
    assert shown(answer) and len(hinted(answer)) == 1
    quiet = server.client.patch(answer.json()["href"], json={"description": "another"})
    assert shown(quiet) and hinted(quiet) == []
    strict = start(strict=frozenset({"business"}))
    patch = {items(case): [bare]}
    refused(strict.client.patch(strict.make(case)["href"], json=patch), 400, "21", "add needs")


@pytest.mark.rule("R-622-12")
@each([case for case in ORDERS if case.api.number == "TMF622"])
def test_a_relation_leads_to_an_item_of_the_order(case: Case, server: Server) -> None:
    kind = {"@type": "OrderItemRelationship"} if case.resource.typed else {}

    def related(id: str) -> Json:
        relation = {f"{items(case)}Relationship": [kind | {"id": id, "relationshipType": "x"}]}
        nested = order(case, {"id": "3"})[items(case)]
        return order(case, {"id": "1"} | relation, {"id": "2", items(case): nested})

    for id in ("2", "3"):
        assert shown(server.client.post(case.path, json=related(id)), 201)
    place = f"/{items(case)}/0/{items(case)}Relationship/0/id: the order has no item 4."
    refused(server.client.post(case.path, json=related("4")), 400, "21", place)


V5_SERVICE = {"@type": "Service", "id": "7", "state": "active"}
STEP = {"op": "replace", "path": "/state", "value": "inactive"}
NEXT = {"relationshipType": "reliesOn", "orderItem": {"id": "2", "itemId": "2"}}


@pytest.mark.rule("R-622-03", "R-622-12", "R-641-04")
@pytest.mark.parametrize(
    ("name", "sound", "odd", "hint"),
    [
        ("TMF622-v4/productOrder", {"product": {"name": "x"}}, {"product": {"id": "7"}},
         "/productOrderItem/0/product/id The action add makes a new product; leave out its id."),
        ("TMF622-v5/productOrder", {}, {"product": {"@type": "ProductRef", "id": "7"}},
         "/productOrderItem/0/product/id The action add makes a new product; leave out its id."),
        ("TMF641-v5/serviceOrder",
         {"action": "modify", "service": V5_SERVICE, "modifyPath": [STEP]},
         {"action": "noChange", "service": V5_SERVICE, "modifyPath": [STEP]},
         "/serviceOrderItem/0/modifyPath Only the action modify has changes, and this is"
         " noChange."),
        ("TMF641-v5/serviceOrder",
         {"action": "modify", "service": V5_SERVICE, "modifyPath": [STEP | {"op": "test"}]},
         {"action": "modify", "service": V5_SERVICE, "modifyPath": [{"op": "move", "path": "/x"}]},
         "/serviceOrderItem/0/modifyPath/0 The operation move needs from."),
        ("TMF641-v4/serviceOrder",
         {"serviceOrderItemRelationship":
             [NEXT | {"orderItem": {"id": "2", "itemId": "2", "serviceOrderId": "other"}}]},
         {"serviceOrderItemRelationship": [NEXT]},
         "/serviceOrderItem/0/serviceOrderItemRelationship/0/orderItem/itemId The order has no"
         " item 2."),
    ],
)  # fmt: skip
def test_what_does_not_go_with_an_action_is_taken_with_a_hint(
    name: str, sound: Json, odd: Json, hint: str, server: Server, start: Start
) -> None:
    c = case(name)
    strict = start(strict=frozenset({"business"}))
    for one in (server, strict):
        answer = one.client.post(c.path, json=order(c, {"id": "1"} | sound))
        assert (answer.status_code, hinted(answer)) == (201, []), answer.text
    body = order(c, {"id": "1"} | odd)
    answer = server.client.post(c.path, json=body)
    assert (answer.status_code, hinted(answer)) == (201, [hint]), answer.text
    place, _, what = hint.partition(" ")
    refused(strict.client.post(c.path, json=body), 400, "21", f"{place}: {what}")


@pytest.mark.rule("R-721", "R-641-04")
@pytest.mark.parametrize("value", [1000, "x", True, [1], {"a": 1}])
def test_what_an_item_changes_may_be_set_to_any_value(value: Any, server: Server) -> None:
    c = case("TMF641-v5/serviceOrder")
    change = {"op": "replace", "path": "/state", "value": value}
    existing = {"@type": "Service", "id": "7", "state": "active"}
    body = order(c, {"action": "modify", "service": existing, "modifyPath": [change]})
    made = shown(server.client.post(c.path, json=body), 201)
    assert made["serviceOrderItem"][0]["modifyPath"] == [change]


@pytest.mark.rule("R-711", "R-721")
@each([case for case in ORDERS if case.api.number == "TMF622"])
def test_a_word_that_the_file_spells_with_a_blank_may_be_spelt_either_way(
    case: Case, server: Server
) -> None:
    for state in ("aborted", "aborted "):
        body = order(case, {"product": {"@type": "Product", "status": state}})
        made = shown(server.client.post(case.path, json=body), 201)
        assert made["productOrderItem"][0]["product"]["status"] == state
    body = order(case, {"product": {"@type": "Product", "status": "abortive"}})
    fault = refused(server.client.post(case.path, json=body), 400, "21", '"aborted"')
    assert '"aborted "' not in fault["message"]
