"""Sub-classes, references and characteristics (section 11)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from httpx import Response

from tests.handlers.asking import ids, refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import LONG_AGO, Case, Json, case, creatable, each
from tests.handlers.serving import Server

LOCATION = "https://schemas.example/Special.schema.json"
RESOURCE = case("TMF639-v5/resource")


@pytest.mark.rule("R-1101", "R-1102", "R-1103")
@each(lambda case: case.creatable and "@schemaLocation" in case.resource.creatable)
def test_a_sub_class_lives_among_the_others(case: Case, server: Server) -> None:
    if case.resource.name in ("physicalResource", "logicalResource"):
        pytest.skip("a view holds one class only")
    more = {"@baseType": case.resource.schema, "@schemaLocation": LOCATION, "special": "a"}
    made = server.make(case, **{"@type": "Special", **more})
    assert made["@type"] == "Special"
    assert more.items() <= made.items()
    plain = server.make(case)
    url = f"{case.path}?id={made['id']},{plain['id']}"
    assert ids(server.client.get(url)) == [made["id"], plain["id"]]
    assert ids(server.client.get(f"{url}&@type=Special&special=a")) == [made["id"]]
    if case.offers("PATCH"):
        answer = server.client.patch(case.item(made["id"]), json={"special": "b"})
        assert shown(answer)["special"] == "b"


@pytest.mark.rule("R-1104")
def test_a_known_schema_is_enforced(start: Start, tmp_path_factory) -> None:
    folder: Path = tmp_path_factory.mktemp("schemas")
    schema = {"$id": LOCATION, "required": ["special"], "properties": {"special": {"minimum": 3}}}
    (folder / "Special.schema.json").write_bytes(orjson.dumps(schema))
    server = start(schemas=folder)
    c = case("TMF629-v4/customer")
    for location in (LOCATION, "Special.schema.json"):
        wrong = c.create_body(**{"@schemaLocation": location, "special": 2})
        refused(server.client.post(c.path, json=wrong), 400, "21", "/special: ")
        made = server.make(c, **{"@schemaLocation": location, "special": 3})
        patch = {"special": 1}
        refused(server.client.patch(c.item(made["id"]), json=patch), 400, "21", "/special: ")
    assert server.make(c, **{"@schemaLocation": "http://x.example/unknown", "special": 2})


@pytest.mark.rule("R-1106")
@pytest.mark.parametrize(
    ("kind", "more", "pointer"),
    [
        ("PhysicalResource", {"serialNumber": 7}, "/serialNumber: "),
        ("PhysicalResource", {"manufactureDate": "once"}, "/manufactureDate: "),
        ("LogicalResource", {"serialNumber": 7}, ""),
        ("LogicalResource", {"name": 7}, "/name: "),
        ("Invented", {"serialNumber": 7}, ""),
        ("Invented", {"name": 7}, "/name: "),
    ],
)
def test_the_type_selects_what_is_checked(
    kind: str, more: dict[str, Any], pointer: str, server: Server
) -> None:
    answer = server.client.post(RESOURCE.path, json={"@type": kind, **more})
    if pointer:
        refused(answer, 400, "21", pointer)
    else:
        assert more.items() <= shown(answer, 201).items()


@pytest.mark.rule("R-1106", "R-1111")
@pytest.mark.parametrize(
    ("characteristic", "status"),
    [
        ({"@type": "StringCharacteristic", "name": "a", "value": "x"}, 201),
        ({"@type": "StringCharacteristic", "name": "a", "value": 1}, 400),
        ({"@type": "IntegerCharacteristic", "name": "a", "value": 1}, 201),
        ({"@type": "IntegerCharacteristic", "name": "a", "value": "1"}, 400),
        ({"@type": "BooleanCharacteristic", "name": "a", "value": True}, 201),
        ({"@type": "BooleanCharacteristic", "name": "a", "value": "true"}, 400),
        ({"@type": "ObjectCharacteristic", "name": "a", "value": {"b": [1, None]}}, 201),
        ({"@type": "MineOnly", "name": "a", "value": [1, {"b": None}]}, 201),
        ({"@type": "StringCharacteristic", "value": "x"}, 400),
    ],
)
def test_a_characteristic_is_of_its_class(
    characteristic: dict[str, Any], status: int, server: Server
) -> None:
    body = {"@type": "LogicalResource", "resourceCharacteristic": [characteristic]}
    answer = server.client.post(RESOURCE.path, json=body)
    if status == 400:
        refused(answer, 400, "21", "/resourceCharacteristic/0")
    else:
        assert shown(answer, 201)["resourceCharacteristic"] == [characteristic]


@pytest.mark.rule("R-1107", "R-706")
@each(lambda case: case.creatable and "relatedParty" in case.resource.creatable)
def test_references_are_not_resolved(case: Case, server: Server) -> None:
    given = server.make(case).get("relatedParty")
    assert server.make(case, **{"x-ref": {"id": "nobody"}})["x-ref"] == {"id": "nobody"}
    assert given == case.create_body().get("relatedParty")


@pytest.mark.rule("R-1106", "R-1107")
def test_a_reference_that_says_it_is_one_needs_an_id(server: Server) -> None:
    group = case("TMF642-v5/groupAlarm")
    for named in ({"@type": "AlarmRef", "id": "1"}, {"@type": "Alarm", "id": "1"}):
        assert server.make(group, parentAlarm=named)["parentAlarm"] == named
    nameless = {"@type": "AlarmRef", "name": "link down"}
    for given, place in (
        ({"parentAlarm": nameless}, "/parentAlarm"),
        ({"correlatedAlarm": [nameless]}, "/correlatedAlarm/0"),
    ):
        body = group.create_body(**given)
        refused(server.client.post(group.path, json=body), 400, "21", place)


@pytest.mark.rule("R-721", "R-1106")
@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ({"@type": "GeoJsonPoint", "@baseType": "GeographicLocation"}, ""),
        ({"@type": "GeographicLocation", "bbox": [1.5]}, ""),
        ({"@type": "GeographicLocation", "bbox": "everywhere"}, "/bbox"),
        ({"@type": "Nowhere", "@baseType": "GeographicLocation"}, "/@type"),
    ],
)
def test_a_location_may_be_called_by_its_class(place: Json, wrong: str, server: Server) -> None:
    service = case("TMF638-v5/service")
    related = [{"@type": "RelatedPlaceRefOrValue", "role": "site", "place": place}]
    answer = server.client.post(service.path, json=service.create_body(place=related))
    if wrong:
        refused(answer, 400, "21", f"/place/0/place{wrong}: ")
    else:
        assert shown(answer, 201)["place"] == related


def _order(product: Json) -> Json:
    item = {"@type": "ProductOrderItem", "id": "1", "action": "modify", "product": product}
    return {"productOrderItem": [item]}


def _related(name: str, of: str, other: Json) -> Json:
    return {name: [{"@type": f"{of}Relationship", "relationshipType": "uses", of.lower(): other}]}


#: Places of a reference or a value: the resource, a body around one, what it is a class of, an
#: attribute of that class with a right and a wrong value.
PLACES: dict[str, tuple[str, Callable[[Json], Json], str, str, Any, Any]] = {
    "price": (
        "TMF620-v5/productOffering",
        lambda price: {"productOfferingPrice": [price]},
        *("ProductOfferingPrice", "validFor", {"startDateTime": LONG_AGO}, "soon"),
    ),
    "product": ("TMF622-v5/productOrder", _order, "Product", "isBundle", True, "yes"),
    "party": (
        "TMF629-v5/customer",
        lambda party: {"relatedParty": [
            {"@type": "RelatedPartyOrPartyRole", "role": "x", "partyOrPartyRole": party}
        ]},
        *("Individual", "birthDate", LONG_AGO, "once"),
    ),
    "service": (
        "TMF638-v5/service",
        lambda service: _related("serviceRelationship", "Service", service),
        *("Service", "state", "active", "bananas"),
    ),
    "resource": (
        "TMF639-v5/resource",
        lambda resource: _related("resourceRelationship", "Resource", resource),
        *("Resource", "administrativeState", "locked", "bananas"),
    ),
    "sub-class": (
        "TMF639-v5/resource",
        lambda resource: _related("resourceRelationship", "Resource", resource),
        *("PhysicalResource", "serialNumber", "1", 1),
    ),
    "alarm": (
        "TMF642-v5/groupAlarm",
        lambda alarm: {"parentAlarm": alarm},
        *("Alarm", "perceivedSeverity", "minor", "tiny"),
    ),
}  # fmt: skip


@pytest.mark.rule("R-1106", "R-1107")
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_what_is_said_of_a_thing_with_an_id_is_checked(
    place: tuple[str, Callable[[Json], Json], str, str, Any, Any], server: Server
) -> None:
    name, around, kind, attribute, right, wrong = place
    c = case(name)

    def post(thing: Json) -> Response:
        return server.client.post(c.path, json=c.create_body(**around({"id": "1", **thing})))

    typed = {"@type": kind}
    extended = {"@type": "Mine", "@baseType": kind}
    shown(post(typed), 201)
    for thing in (typed, extended):
        shown(post(thing | {attribute: right}), 201)
        refused(post(thing | {attribute: wrong}), 400, "21", f"/{attribute}: ")
    for unknown in ({"@type": "Mine"}, {"@type": f"{kind}Ref"}):
        shown(post(unknown | {attribute: wrong}), 201)


@pytest.mark.rule("R-1106", "R-1107", "R-812")
def test_and_after_a_patch(server: Server) -> None:
    c = case("TMF638-v5/service")
    made = server.make(c)
    service = {"@type": "Service", "id": "1", "state": "bananas"}
    patch = _related("serviceRelationship", "Service", service)
    refused(server.client.patch(c.item(made["id"]), json=patch), 400, "21", "/state: ")


def _stated(said: Json) -> Json:
    """An intent with an expression of a class that nobody knows."""
    return {"@type": "Intent", "id": "2", "expression": {"@type": "Mine", **said}}


@pytest.mark.rule("R-1106", "R-1107")
@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ({"note": [{"text": "t"}]}, {"note": [{"text": 5.5}]}),
        ({"supportingService": [{"name": "s"}]}, {"supportingService": [{"name": [True, 1]}]}),
        (
            {"feature": [{"featureCharacteristic": [{"name": "n"}]}]},
            {"feature": [{"featureCharacteristic": [{"name": {}}]}]},
        ),
        (
            {"intent": _stated({"expressionValue": {"@context": {}}})},
            {"intent": _stated({"iri": {"@context": {}}})},
        ),
    ],
)
def test_so_are_its_parts_which_may_lack_what_is_demanded(
    part: Json, wrong: Json, server: Server
) -> None:
    c = case("TMF638-v5/service")

    def post(said: Json) -> Response:
        service = {"@type": "Service", "id": "1", **said}
        body = _related("serviceRelationship", "Service", service)
        return server.client.post(c.path, json=c.create_body(**body))

    shown(post(part), 201)
    refused(post(wrong), 400, "21", "/serviceRelationship/0/service/")


@pytest.mark.rule("R-1106", "R-1107")
def test_a_value_without_an_id_is_whole(server: Server) -> None:
    c = case("TMF638-v5/service")
    half = _related("serviceRelationship", "Service", {"@type": "Service", "state": "active"})
    refused(server.client.post(c.path, json=c.create_body(**half)), 400, "21", "required")


@pytest.mark.rule("R-1108")
def test_a_related_party_has_the_shape_of_its_version(server: Server) -> None:
    old = {"id": "1", "role": "owner", "@referredType": "Organization"}
    new = {
        "role": "owner",
        "@type": "RelatedPartyRefOrPartyRoleRef",
        "partyOrPartyRole": {"id": "1", "@type": "PartyRef", "@referredType": "Organization"},
    }
    v4, v5 = case("TMF639-v4/resource"), RESOURCE
    assert server.make(v4, relatedParty=[old])["relatedParty"] == [old]
    assert server.make(v5, relatedParty=[new])["relatedParty"] == [new]
    wrong = v5.create_body(relatedParty=[old])
    refused(server.client.post(v5.path, json=wrong), 400, "21", "/relatedParty/0")
    url = f"{v5.path}?relatedParty.partyOrPartyRole.id=1&limit=1"
    assert len(ids(server.client.get(url))) == 1


@pytest.mark.rule("R-1109", "R-1110")
@each(creatable)
def test_references_are_not_expanded(case: Case, server: Server) -> None:
    made = server.make(case)
    answer = server.client.get(f"{case.path}?id={made['id']}&depth=0")
    assert shown(answer) == [made]
