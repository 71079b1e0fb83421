"""TMF639 v4: physical and logical resources are views of one collection (R-130, R-1102)."""

from uuid import uuid4

import pytest

from tests.handlers.asking import ids, refused, shown
from tests.handlers.facts import Case, case, each
from tests.handlers.serving import Server

WHOLE = case("TMF639-v4/resource")
PHYSICAL, LOGICAL = case("TMF639-v4/physicalResource"), case("TMF639-v4/logicalResource")
VIEWS = [PHYSICAL, LOGICAL]

pytestmark = pytest.mark.rule("R-130", "R-1102")


def other(view: Case) -> Case:
    return LOGICAL if view is PHYSICAL else PHYSICAL


@each(VIEWS)
def test_shows_its_own_members_alone(case: Case, server: Server) -> None:
    mark = uuid4().hex
    made = server.make(case, **{"x-mark": mark})
    strange = server.make(other(case), **{"x-mark": mark})
    plain = server.make(WHOLE, **{"x-mark": mark, "@type": "Resource"})
    answer = server.client.get(case.path, params={"x-mark": mark})
    assert shown(answer) == [made]
    assert answer.headers["x-total-count"] == "1"
    everything = ids(server.client.get(WHOLE.path, params={"x-mark": mark}))
    assert everything == [made["id"], strange["id"], plain["id"]]
    for id in (strange["id"], plain["id"]):
        refused(server.client.get(case.item(id)), 404, "60", id)
        refused(server.client.patch(case.item(id), json={"x-n": 1}), 404, "60", id)
        refused(server.client.delete(case.item(id)), 404, "60", id)
        assert server.client.get(WHOLE.item(id)).status_code == 200


@each(VIEWS)
def test_one_resource_under_two_paths(case: Case, server: Server) -> None:
    made = server.make(case)
    whole = shown(server.client.get(WHOLE.item(made["id"])))
    assert whole == made | {"href": f"{server.url}{WHOLE.path}/{made['id']}"}
    server.client.patch(case.item(made["id"]), json={"x-n": 1})
    assert shown(server.client.get(WHOLE.item(made["id"])))["x-n"] == 1
    server.client.delete(WHOLE.item(made["id"]))
    refused(server.client.get(case.item(made["id"])), 404, "60")


@pytest.mark.rule("R-705", "R-708")
@each(VIEWS)
def test_a_new_member_is_of_its_class(case: Case, server: Server) -> None:
    body = case.create_body()
    del body["@type"]
    made = shown(server.client.post(case.path, json=body), 201)
    assert made["@type"] == case.resource.schema
    assert server.client.get(case.item(made["id"])).json() == made
    taken = other(case).create_body(id=made["id"])
    refused(server.client.post(other(case).path, json=taken), 409, "70")


@pytest.mark.rule("R-1101", "R-1103")
@each(VIEWS)
def test_a_member_of_another_class_is_refused(case: Case, server: Server) -> None:
    mark = uuid4().hex
    body = case.create_body(**{"@type": other(case).resource.schema, "x-mark": mark})
    refused(server.client.post(case.path, json=body), 400, "21", "/@type")
    assert ids(server.client.get(WHOLE.path, params={"x-mark": mark})) == []


def test_what_a_view_did_not_ask_for_is_not_missed_later(server: Server) -> None:
    """The create rule of logical resources does without the name that resources must have."""
    body = {k: v for k, v in LOGICAL.create_body().items() if k != "name"}
    made = server.client.post(LOGICAL.path, json=body)
    assert made.status_code == 201, made.text
    id = made.json()["id"]
    patched = server.client.patch(WHOLE.item(id), json={"description": "kept"})
    assert (patched.status_code, patched.json()["description"]) == (200, "kept")
    named = server.client.patch(WHOLE.item(id), json={"name": "line"})
    assert (named.status_code, named.json()["name"]) == (200, "line")
    refused(server.client.patch(WHOLE.item(id), json={"name": None}), 400, "21", "name")
