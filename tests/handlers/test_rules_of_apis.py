"""What one API demands beyond what all share: defaults, free texts, what a part of it needs."""

from typing import Any

import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.facts import ALL, Case, Json, case
from tests.handlers.serving import Server

both = pytest.mark.parametrize("version", ["v4", "v5"])


@pytest.mark.rule("R-620-06")
@pytest.mark.parametrize(
    "case",
    [c for c in ALL if c.api.number == "TMF620" and "lifecycleStatus" in c.resource.creatable],
    ids=str,
)
def test_a_lifecycle_begins_in_study_or_where_the_client_says(case: Case, server: Server) -> None:
    body = {n: v for n, v in case.create_body().items() if n not in ("lifecycleStatus", "id")}
    assert shown(server.client.post(case.path, json=body), 201)["lifecycleStatus"] == "In study"
    named = body | {"lifecycleStatus": "Launched"}
    assert shown(server.client.post(case.path, json=named), 201)["lifecycleStatus"] == "Launched"


@pytest.mark.rule("R-620-12")
@both
def test_an_offering_needs_no_catalogue(version: str, server: Server) -> None:
    offering = case(f"TMF620-{version}/productOffering")
    body = {n: v for n, v in offering.create_body().items() if n not in ("category", "catalog")}
    made = shown(server.client.post(offering.path, json=body | {"id": "alone"}), 201)
    assert shown(server.client.get(f"{offering.path}?id=alone")) == [made]


@pytest.mark.rule("R-629-02", "R-629-03", "L-629")
@both
def test_the_status_of_a_customer_is_free(version: str, server: Server) -> None:
    customer = case(f"TMF629-{version}/customer")
    body = {n: v for n, v in customer.create_body().items() if n not in ("status", "id")}
    made = shown(server.client.post(customer.path, json=body), 201)
    assert made["status"] == "Created"
    for status in ("Closed", "Created", "of our own"):
        change = {"status": status, "statusReason": f"why {status}"}
        answer = server.client.patch(customer.item(made["id"]), json=change)
        assert change.items() <= shown(answer).items()


@pytest.mark.rule("L-638-S")
def test_the_operating_status_of_a_service_changes_freely(server: Server) -> None:
    service = case("TMF638-v5/service")
    made = server.make(service, operatingStatus="pending")
    for status in ("running", "failed", "configured", "running"):
        answer = server.client.patch(service.item(made["id"]), json={"operatingStatus": status})
        assert shown(answer)["operatingStatus"] == status


@pytest.mark.rule("R-622-13", "R-638-05")
@both
@pytest.mark.parametrize(
    ("name", "attribute"),
    [("TMF622-{}/productOrder", "priority"), ("TMF638-{}/service", "startMode")],
)
def test_digits_are_texts(name: str, attribute: str, version: str, server: Server) -> None:
    c = case(name.format(version))
    assert server.make(c, **{attribute: "4"})[attribute] == "4"
    body = c.create_body() | {attribute: 4}
    refused(server.client.post(c.path, json=body), 400, "21", f"/{attribute}: ")


#: What a part of a resource needs, by resource: a part that is whole, and what it cannot lack.
PARTS: dict[str, tuple[Json, str]] = {
    "TMF620-v4/category productOffering": ({"id": "a"}, "id"),
    "TMF622-v4/productOrder note": ({"text": "a"}, "text"),
    "TMF622-v4/productOrder channel": ({"id": "a"}, "id"),
    "TMF622-v4/productOrder agreement": ({"id": "a"}, "id"),
    "TMF622-v4/productOrder payment": ({"id": "a"}, "id"),
    "TMF629-v4/customer account": ({"id": "a", "name": "b"}, "name"),
    "TMF629-v4/customer agreement": ({"id": "a"}, "id"),
    "TMF629-v4/customer paymentMethod": ({"id": "a"}, "id"),
    "TMF639-v4/resource resourceRelationship": (
        {"relationshipType": "a", "resource": {"id": "b", "href": "https://a.example/b"}},
        "relationshipType",
    ),
    "TMF639-v4/resource resourceRelationship resource": (
        {"relationshipType": "a", "resource": {"id": "b", "href": "https://a.example/b"}},
        "resource",
    ),
    "TMF629-v4/customer characteristic": ({"name": "a", "value": "b"}, "value"),
}


@pytest.mark.rule("R-620-13", "R-622-15", "R-629-04", "R-639-06")
@pytest.mark.parametrize("place", PARTS)
def test_a_part_needs_what_names_it(place: str, server: Server) -> None:
    name, attribute, *_ = place.split()
    c, (part, needed) = case(name), PARTS[place]
    made = server.make(c, **{attribute: [part]})
    assert made[attribute] == [part]
    lacking: Any = [{n: v for n, v in part.items() if n != needed}]
    body = c.create_body() | {attribute: lacking}
    refused(server.client.post(c.path, json=body), 400, "21", f"/{attribute}/0: ")


@pytest.mark.rule("R-639-05")
def test_lists_of_resources_declare_how_they_are_asked(server: Server) -> None:
    resource = case("TMF639-v5/resource")
    document = server.client.get(f"{resource.api.base_path}/openapi.json").json()
    declared = document["paths"]["/resource"]["get"]["parameters"]
    names = {p.get("name") or p["$ref"].rpartition("/")[2].lower() for p in declared}
    assert {"sort", "filter", "before", "after"} <= names


@pytest.mark.rule("R-629-05")
def test_a_customer_is_a_party_role(server: Server) -> None:
    more = {"@baseType": "PartyRole", "role": "buyer", "description": "of all kinds"}
    made = server.make(case("TMF629-v5/customer"), **more)
    assert more.items() <= made.items()


@pytest.mark.rule("R-622-14")
@both
def test_a_final_order_takes_notes_only(version: str, server: Server) -> None:
    order = case(f"TMF622-{version}/productOrder")
    item = order.item(server.make(order)["id"])
    assert shown(server.client.patch(item, json={"state": "rejected"}))["state"] == "rejected"
    note = {"text": "late"} | ({"@type": "Note"} if version == "v5" else {})
    assert shown(server.client.patch(item, json={"note": [note]}))["note"] == [note]
    refused(server.client.patch(item, json={"description": "x"}), 409, "73", "only note may change")
