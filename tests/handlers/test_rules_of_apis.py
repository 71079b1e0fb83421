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
    made = shown(server.client.post(offering.path, json=body | {"id": f"alone-{version}"}), 201)
    assert shown(server.client.get(f"{offering.path}?id=alone-{version}")) == [made]


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


PARTY = {"id": "a", "@referredType": "Individual"}
RELATED = {"relationshipType": "a", "resource": {"id": "b", "href": "https://a.example/b"}}
TYPED_RELATED = {
    "@type": "ResourceRelationship",
    "relationshipType": "a",
    "resource": {"@type": "ResourceRef", "id": "b"},
}
CREDIT = {
    "creditProfileDate": "2026-01-01T00:00:00Z",
    "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
}
EMAIL = {"mediumType": "email", "characteristic": {"emailAddress": "a@b.example"}}

#: What a part of a resource needs, by resource and place: a part that is whole, and what it cannot
#: lack. Of what a rule names the file of an API may demand less; the file decides then (D24).
PARTS: dict[str, tuple[Json, str]] = {
    "TMF620-v4/category productOffering 0": ({"id": "a"}, "id"),
    "TMF620-v4/productOffering place 0": ({"id": "a"}, "id"),
    "TMF620-v4/productOfferingPrice place 0": ({"id": "a"}, "id"),
    "TMF620-v4/catalog relatedParty 0": (PARTY, "id @referredType"),
    "TMF620-v4/productSpecification relatedParty 0": (PARTY, "id @referredType"),
    "TMF620-v5/productOffering place 0": ({"@type": "PlaceRef", "id": "a"}, "id @type"),
    "TMF620-v5/productOfferingPrice place 0": ({"@type": "PlaceRef", "id": "a"}, "id @type"),
    "TMF620-v5/productCatalog relatedParty 0": (
        {"@type": "RelatedPartyRefOrPartyRoleRef", "role": "a"},
        "role @type",
    ),
    "TMF620-v5/productCatalog relatedParty 0 partyOrPartyRole": (
        {"@type": "PartyRef", **PARTY},
        "id @type",
    ),
    "TMF622-v4/productOrder note 0": ({"text": "a"}, "text"),
    "TMF622-v4/productOrder channel 0": ({"id": "a"}, "id"),
    "TMF622-v4/productOrder agreement 0": ({"id": "a"}, "id"),
    "TMF622-v4/productOrder payment 0": ({"id": "a"}, "id"),
    "TMF622-v4/productOrder billingAccount": ({"id": "a"}, "id"),
    "TMF622-v4/productOrder relatedParty 0": (PARTY, "id @referredType"),
    "TMF622-v4/productOrder productOrderItem 0 productOffering": ({"id": "a"}, "id"),
    "TMF622-v4/productOrder productOrderItem 0 billingAccount": ({"id": "a"}, "id"),
    "TMF622-v4/productOrder productOrderItem 0 payment 0": ({"id": "a"}, "id"),
    "TMF622-v4/productOrder productOrderItem 0 product place 0": ({"id": "a", "role": "b"}, "role"),
    "TMF622-v4/productOrder productOrderItem 0 product relatedParty 0": (
        PARTY,
        "id @referredType",
    ),
    "TMF629-v4/customer account 0": ({"id": "a", "name": "b"}, "name"),
    "TMF629-v4/customer contactMedium 0": (EMAIL, "mediumType characteristic"),
    "TMF629-v4/customer creditProfile 0": (CREDIT, "creditProfileDate validFor"),
    "TMF629-v4/customer agreement 0": ({"id": "a"}, "id"),
    "TMF629-v4/customer paymentMethod 0": ({"id": "a"}, "id"),
    "TMF629-v4/customer characteristic 0": ({"name": "a", "value": "b"}, "name value"),
    "TMF639-v4/resource resourceRelationship 0": (RELATED, "relationshipType resource"),
    "TMF639-v4/physicalResource resourceRelationship 0": (RELATED, "relationshipType resource"),
    "TMF639-v4/logicalResource resourceRelationship 0": (RELATED, "relationshipType resource"),
    "TMF639-v5/resource resourceRelationship 0": (
        TYPED_RELATED,
        "relationshipType resource @type",
    ),
    "TMF678-v5/customerBillOnDemand billingAccount": (
        {"@type": "BillingAccountRef", "id": "a"},
        "id @type",
    ),
}


def placed(body: Any, steps: list[str], part: Json) -> Any:
    """A body with another part at a place; what is on the way stays, as far as it is there."""
    if not steps:
        return part
    step, *further = steps
    if step == "0":
        return [placed(body[0] if body else {}, further, part)]
    inner = body.get(step, [] if further[:1] == ["0"] else {})
    return body | {step: placed(inner, further, part)}


def at(body: Any, steps: list[str]) -> Any:
    """What is at a place."""
    for step in steps:
        body = body[int(step) if step == "0" else step]
    return body


@pytest.mark.rule("R-620-13", "R-622-15", "R-629-04", "R-639-06", "R-678-04")
@pytest.mark.parametrize(
    ("place", "needed"), [(p, n) for p, (_, names) in PARTS.items() for n in names.split()]
)
def test_a_part_needs_what_names_it(place: str, needed: str, server: Server) -> None:
    name, *steps = place.split()
    c, (part, _) = case(name), PARTS[place]
    made = server.make(c, **placed(c.create_body(), steps, part))
    assert at(made, steps).items() >= part.items()
    lacking = {n: v for n, v in part.items() if n != needed}
    body = placed(c.create_body(), steps, lacking)
    refused(server.client.post(c.path, json=body), 400, "21", f"/{'/'.join(steps)}: ")


@pytest.mark.rule("R-620-13", "R-678-04")
@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("TMF620-v4/productOffering", {"place": [{"id": "a"}]}),  # Without `@referredType`.
        ("TMF678-v4/customerBillOnDemand", {"billingAccount": {"id": "a"}}),
    ],
)
def test_what_no_file_demands_may_be_missing(name: str, more: Json, server: Server) -> None:
    c = case(name)
    made = server.make(c, **more)
    assert at(made, list(more)) == at(more, list(more))
    absent = {n: v for n, v in c.create_body().items() if n not in more}
    shown(server.client.post(c.path, json=absent), 201)


#: What a client may change of a TMF641 v4 order, each with another value (R-641-07).
CHANGES: Json = {
    "description": "another",
    "expectedCompletionDate": "2026-05-01T00:00:00Z",
    "externalId": "another",
    "externalReference": [{"name": "a", "externalReferenceType": "b"}],
    "note": [{"text": "another"}],
    "notificationContact": "b@c.example",
    "orderRelationship": [{"id": "a", "relationshipType": "b"}],
    "priority": "4",
    "relatedParty": [{"@type": "RelatedParty", **PARTY}],
    "requestedStartDate": "2026-05-02T00:00:00Z",
    "requestedCompletionDate": "2026-05-03T00:00:00Z",
    "serviceOrderItem": [{"id": "1", "action": "add", "service": {"name": "another"}}],
    "state": "inProgress",
}


@pytest.mark.rule("R-641-07")
def test_of_an_order_of_services_all_of_a_list_and_nothing_else_may_change(server: Server) -> None:
    order = case("TMF641-v4/serviceOrder")
    item = order.item(server.make(order)["id"])
    for name in sorted(order.resource.attributes.children.keys() - CHANGES.keys() - {"href"}):
        refused(server.client.patch(item, json={name: "x"}), 400, "22", f"/{name}: ")
    for name, value in CHANGES.items():
        changed = shown(server.client.patch(item, json={name: value}))[name]
        if name == "serviceOrderItem":
            changed, value = changed[0]["service"]["name"], value[0]["service"]["name"]
        assert changed == value, name


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
