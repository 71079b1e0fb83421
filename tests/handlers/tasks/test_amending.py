"""Amendments over HTTP: what becomes of the order and of the task, without a flow (0026)."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import SAMPLES, Case, Json
from tests.handlers.facts import case as case_of
from tests.handlers.serving import Server
from tests.handlers.tasks.waiting import over
from tmf_apis.catalog import Catalog, extended

APIS = tuple(api for api in extended() if api.number in ("TMF622", "TMF641"))


@dataclass(frozen=True)
class Amendable:
    """The orders of one API on a server, and how they are amended."""

    server: Server
    orders: Case
    amendments: Case

    @property
    def items(self) -> str:
        return f"{self.orders.resource.name}Item"

    def item(self, id: str, **more: Any) -> Json:
        """An item that adds what the first one of the example does."""
        body = case_of(str(self.orders)).create_body()[self.items][0]
        plain = {n: v for n, v in body.items() if n not in ("state", self.items)}
        plain.pop(f"{self.items}Relationship", None)
        return deepcopy(plain) | {"id": id} | more

    def place(self, *ids: str, **more: Any) -> str:
        """The id of a new order with items of these ids."""
        body = case_of(str(self.orders)).create_body() | more
        body[self.items] = [self.item(id) for id in ids]
        body.pop("id", None)
        return str(shown(self.server.client.post(self.orders.path, json=body), 201)["id"])

    def ask(self, order: str, **changes: Any) -> httpx.Response:
        """The answer to a request to amend an order."""
        target = self.orders.resource.name
        kind = target[0].upper() + target[1:]
        typed = {"@type": f"Amend{kind}"} if self.orders.api.major == "v5" else {}
        reference = {"@type": f"{kind}Ref"} if typed else {}
        body = typed | {target: reference | {"id": order}} | changes
        return self.server.client.post(self.amendments.path, json=body)

    def amended(self, order: str, **changes: Any) -> Json:
        """The task of an amendment when it is over."""
        made = shown(self.ask(order, **changes), 201)
        return over(self.server, self.amendments, made["id"])

    def order(self, id: str) -> Json:
        return dict(shown(self.server.client.get(self.orders.item(id))))

    @property
    def refusal(self) -> str:
        """How the task ends of an amendment that is refused."""
        return "rejected" if self.orders.api.major == "v5" else "terminatedWithError"

    def move(self, id: str, state: str) -> None:
        shown(self.server.client.patch(self.orders.item(id), json={"state": state}))


@pytest.fixture(params=APIS, ids=lambda api: f"{api.number}-{api.major}")
def amendable(request: pytest.FixtureRequest, start: Start) -> Amendable:
    api = request.param
    target = "productOrder" if api.number == "TMF622" else "serviceOrder"
    amend = f"amend{target[0].upper()}{target[1:]}"
    server = start(catalog=Catalog(APIS), tasks=True, amendments="on")
    return Amendable(server, Case(api, api.resource(target)), Case(api, api.resource(amend)))


def states(amendable: Amendable, order: Json) -> dict[str, str]:
    return {item["id"]: item["state"] for item in order[amendable.items]}


def test_items_are_added_modified_and_taken_away(amendable: Amendable) -> None:
    id = amendable.place("1", "2")
    task = amendable.amended(
        id,
        amendmentReason="More of it.",
        addedItem=[amendable.item("3")],
        modifiedItem=[amendable.item("1", quantity=7)],
        removedItem=["2"],
    )
    assert task["state"] == "done", task
    assert [note["text"] for note in task["note"]] == [
        "assessingAmendment",
        "the items of the order are replaced",
    ]
    order = amendable.order(id)
    assert states(amendable, order) == {"1": "acknowledged", "3": "acknowledged"}
    assert order[amendable.items][0]["quantity"] == 7
    assert order["state"] == "acknowledged"
    (note,) = [note for note in order["note"] if note.get("id") == f"amendment-{task['id']}"]
    assert note["text"] == "amended: More of it."
    assert task["effectiveAmendmentDate"] >= note["date"]


@pytest.mark.parametrize("state", ["inProgress", "pending", "held"])
def test_an_open_order_is_amended_where_it_stands(amendable: Amendable, state: str) -> None:
    id = amendable.place("1")
    for step in dict.fromkeys(("inProgress", state)):
        amendable.move(id, step)
    task = amendable.amended(id, addedItem=[amendable.item("2", state="completed")])
    assert task["state"] == "done", task
    order = amendable.order(id)
    assert order["state"] == state
    assert states(amendable, order) == {"1": state, "2": state}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "an amendment names items"),
        ({"addedItem": [], "removedItem": []}, "an amendment names items"),
        ({"removedItem": ["1", "1"]}, "names the item 1 twice"),
    ],
)
def test_a_request_that_says_nothing_or_too_much_is_refused(
    amendable: Amendable, changes: Json, told: str
) -> None:
    refused(amendable.ask(amendable.place("1"), **changes), 400, "21", told)


def test_an_item_is_named_once(amendable: Amendable) -> None:
    both = {"modifiedItem": [amendable.item("1")], "removedItem": ["1"]}
    answer = amendable.ask(amendable.place("1", "2"), **both)
    refused(answer, 400, "21", "names the item 1 twice")


def test_what_does_not_fit_the_order_is_refused(amendable: Amendable) -> None:
    id, target = amendable.place("1"), amendable.orders.resource.name
    for changes, told in [
        ({"removedItem": ["9"]}, f"the order {id} has no item 9"),
        ({"modifiedItem": [amendable.item("9")]}, f"the order {id} has no item 9"),
        ({"addedItem": [amendable.item("1")]}, f"the order {id} has an item 1 already"),
        ({"removedItem": ["1"]}, "nothing of the order would be left"),
    ]:
        refused(amendable.ask(id, **changes), 409, "73", f"/{target}: {told}")


def test_an_order_that_nobody_knows_cannot_be_amended(amendable: Amendable) -> None:
    answer = amendable.ask("nobody-knows", removedItem=["1"])
    refused(answer, 404, "60", f"/{amendable.orders.resource.name}/id")


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        (["inProgress", "completed"], "completed, which is final"),
        (["assessingCancellation"], "being cancelled already"),
        (["assessingCancellation", "pendingCancellation", "cancelled"], "cancelled"),
    ],
)
def test_an_order_that_is_over_or_being_cancelled_cannot_be_amended(
    amendable: Amendable, moves: list[str], told: str
) -> None:
    id = amendable.place("1", "2")
    for state in moves:
        amendable.move(id, state)
    before = amendable.order(id)
    refused(amendable.ask(id, removedItem=["1"]), 409, "73", told)
    assert amendable.order(id) == before


def test_an_item_that_is_completed_stays(amendable: Amendable) -> None:
    id = amendable.place("1", "2")
    amendable.move(id, "inProgress")
    items = amendable.order(id)[amendable.items]
    items[0]["state"] = "completed"
    item = amendable.orders.item(id)
    shown(amendable.server.client.patch(item, json={amendable.items: items}))
    refused(amendable.ask(id, removedItem=["1"]), 409, "73", "the item 1 is completed")
    assert amendable.amended(id, removedItem=["2"])["state"] == "done"
    assert amendable.order(id)["state"] == "completed"


LATER = "2999-01-01T00:00:00Z"


def test_of_two_amendments_one_waits(amendable: Amendable) -> None:
    id = amendable.place("1", "2")
    first = shown(amendable.ask(id, removedItem=["1"], requestedAmendmentDate=LATER), 201)
    refused(amendable.ask(id, removedItem=["2"]), 409, "73", f"the amendment {first['id']} of it")


@pytest.mark.parametrize(
    ("how", "told"),
    [("deleted", "the order is gone"), ("completed", "is completed, which is final")],
)
def test_an_order_that_goes_while_its_amendment_waits_refuses_it(
    amendable: Amendable, how: str, told: str
) -> None:
    """The task ends with the reason, as nobody waits for an answer any more."""
    id = amendable.place("1", "2")
    soon = (datetime.now(UTC) + timedelta(seconds=0.4)).isoformat()
    task = shown(amendable.ask(id, removedItem=["1"], requestedAmendmentDate=soon), 201)
    if how == "deleted":
        item = amendable.orders.item(id)
        assert amendable.server.client.delete(item).status_code == 204
    else:
        for state in ("inProgress", "completed"):
            amendable.move(id, state)
    found = over(amendable.server, amendable.amendments, task["id"])
    assert found["state"] == amendable.refusal
    assert told in found["reason"]


def test_an_amendment_has_two_faces(start: Start) -> None:
    older, newer = (
        Amendable(start(catalog=Catalog(APIS), tasks=True, amendments="on"), orders, amend)
        for api in APIS
        if api.number == "TMF622"
        for orders in [Case(api, api.resource("productOrder"))]
        for amend in [Case(api, api.resource("amendProductOrder"))]
    )
    id = newer.place("1", "2")
    task = older.amended(id, modifiedItem=[older.item("1", quantity=3)], removedItem=["2"])
    seen = shown(newer.server.client.get(newer.amendments.item(task["id"])))
    assert (task["state"], seen["state"]) == ("done", "done")
    assert task["effectiveAmendmentDate"] == seen["effectiveAmendmentDate"]
    assert (seen["@type"], seen["removedItem"]) == ("AmendProductOrder", ["2"])
    assert seen["modifiedItem"][0]["quantity"] == 3
    for orders in (older, newer):
        assert [item["quantity"] for item in orders.order(id)["productOrderItem"]] == [3]


def test_without_the_setting_there_is_no_such_resource(server: Server) -> None:
    for path in (
        "productOrderingManagement/v5/amendProductOrder",
        "serviceOrdering/v4/amendServiceOrder",
    ):
        refused(server.client.get(f"/tmf-api/{path}"), 404, "61")


def cancel(amendable: Amendable, order: str) -> httpx.Response:
    """The answer to a request to cancel an order."""
    path = amendable.amendments.path.replace("/amend", "/cancel")
    target = amendable.orders.resource.name
    kind = target[0].upper() + target[1:]
    newer = amendable.orders.api.major == "v5"
    typed, named = ({"@type": f"Cancel{kind}"}, {"@type": f"{kind}Ref"}) if newer else ({}, {})
    return amendable.server.client.post(path, json=typed | {target: named | {"id": order}})


PAST, FUTURE = "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"


def test_past_its_point_of_no_return_an_item_is_neither_amended_nor_cancelled(
    amendable: Amendable,
) -> None:
    body = case_of(str(amendable.orders)).create_body()
    points = {"1": PAST, "2": FUTURE}
    body[amendable.items] = [amendable.item(id, pointOfNoReturn=at) for id, at in points.items()]
    body.pop("id", None)
    id = shown(amendable.server.client.post(amendable.orders.path, json=body), 201)["id"]
    told = f"the item 1 is past its point of no return, which was {PAST}"
    refused(amendable.ask(id, removedItem=["1"]), 409, "73", told)
    refused(cancel(amendable, id), 409, "73", told)
    assert amendable.amended(id, removedItem=["2"])["state"] == "done"


@pytest.mark.parametrize(("seconds", "free"), [("0", False), ("3600", True)])
def test_the_point_of_no_return_may_follow_from_when_an_order_was_made(
    start: Start, seconds: str, free: bool
) -> None:
    settings = {"amendments": "on", "point_of_no_return": f"after:{seconds}"}
    server = start(catalog=Catalog(APIS), tasks=True, **settings)
    for api in APIS:
        target = "productOrder" if api.number == "TMF622" else "serviceOrder"
        amend = api.resource(f"amend{target[0].upper()}{target[1:]}")
        here = Amendable(server, Case(api, api.resource(target)), Case(api, amend))
        id = here.place("1", "2")
        for answer in (here.ask(id, removedItem=["1"]), cancel(here, id)):
            if free:
                shown(answer, 201)
            else:
                refused(answer, 409, "73", "past its point of no return")


def test_a_draft_is_amended_as_well(start: Start) -> None:
    server = start(catalog=Catalog(APIS), tasks=True, amendments="on")
    api = next(api for api in APIS if (api.number, api.major) == ("TMF622", "v5"))
    orders, amend = (Case(api, api.resource(n)) for n in ("productOrder", "amendProductOrder"))
    here = Amendable(server, orders, amend)
    id = here.place("1", requestedInitialState="draft")
    assert here.amended(id, addedItem=[here.item("2")])["state"] == "done"
    order = here.order(id)
    assert order["state"] == "draft"
    assert states(here, order) == {"1": "acknowledged", "2": "acknowledged"}


def test_the_example_of_the_file_amends_what_the_sample_data_has(amendable: Amendable) -> None:
    document = amendable.orders.api.document
    name = f"{amendable.amendments.resource.name}Create"
    body = document["components"]["examples"][name]["value"]
    target = amendable.orders.resource.name
    file = SAMPLES / f"{amendable.orders.api.number}-v5" / f"{target}.json"
    sample = next(o for o in orjson.loads(file.read_bytes()) if o["id"] == body[target]["id"])
    newer = next(a for a in APIS if (a.number, a.major) == (amendable.orders.api.number, "v5"))
    there = sample | {"id": f"{sample['id']}-{amendable.orders.api.major}"}
    amendable.server.load(Case(newer, newer.resource(target)), there)
    asked = body | {target: body[target] | {"id": there["id"]}}
    made = shown(amendable.server.client.post(amendable.amendments.path, json=asked), 201)
    assert over(amendable.server, amendable.amendments, made["id"])["state"] == "done"
