"""Services: what their states bring with them (R-638)."""

import pytest

from tests.handlers.asking import NOW, at_present, refused, shown
from tests.handlers.facts import ALL, Case, Json, each
from tests.handlers.serving import Server

SERVICES = [case for case in ALL if case.resource.name == "service"]
LONG_AGO = "2001-02-03T04:05:06Z"


def made_in(server: Server, case: Case, state: str, **more: object) -> Json:
    body = case.create_body(state=state)
    for name in ("startDate", "endDate", "hasStarted", "id"):
        body.pop(name, None)
    return dict(shown(server.client.post(case.path, json=body | more), 201))


def moved(server: Server, case: Case, id: str, **changes: object) -> Json:
    typed = {"@type": "Service"} if case.resource.typed else {}
    return dict(shown(server.client.patch(case.item(id), json=typed | changes)))


def life(service: Json) -> tuple[object, ...]:
    present = at_present(service)
    return tuple(present.get(name) for name in ("startDate", "hasStarted", "endDate"))


@pytest.mark.rule("R-638-04", "L-638")
@each(SERVICES)
def test_a_service_has_started_once_it_is_active(case: Case, server: Server) -> None:
    service = made_in(server, case, "designed")
    id = service["id"]
    assert life(service) == (None, None, None)
    assert life(moved(server, case, id, state="reserved")) == (None, None, None)
    begun = moved(server, case, id, state="active")
    assert life(begun) == (NOW, True, None)
    moved(server, case, id, state="inactive")
    again = moved(server, case, id, state="active")
    assert (again["startDate"], again["hasStarted"]) == (begun["startDate"], True)
    assert life(moved(server, case, id, state="terminated")) == (NOW, True, NOW)


@pytest.mark.rule("R-638-04")
@each(SERVICES)
def test_what_a_client_says_of_its_start_stands(case: Case, server: Server) -> None:
    assert life(made_in(server, case, "active")) == (NOW, True, None)
    past = made_in(server, case, "active", startDate=LONG_AGO)
    assert life(past) == (LONG_AGO, True, None)
    corrected = moved(server, case, past["id"], hasStarted=False)
    assert life(corrected) == (LONG_AGO, False, None)


@pytest.mark.rule("R-638-03")
@each(SERVICES)
def test_the_date_of_a_service_stays(case: Case, server: Server) -> None:
    service = made_in(server, case, "active")
    assert at_present(service)["serviceDate"] == NOW or service["serviceDate"]
    typed = {"@type": "Service"} if case.resource.typed else {}
    patch = typed | {"serviceDate": LONG_AGO}
    answer = server.client.patch(case.item(service["id"]), json=patch)
    refused(answer, 400, "22", "/serviceDate")


@pytest.mark.rule("R-638-06")
@each(SERVICES)
@pytest.mark.parametrize("state", ["designed", "active", "terminated"])
def test_a_service_leaves_the_inventory_by_delete(case: Case, state: str, server: Server) -> None:
    service = made_in(server, case, "active" if state == "terminated" else state)
    if state == "terminated":
        moved(server, case, service["id"], state=state)
    assert server.client.delete(case.item(service["id"])).status_code == 204
    refused(server.client.get(case.item(service["id"])), 404, "60")
