"""POST: what is refused, and that nothing is kept of it (R-703, R-707, R-710, R-711, R-12xx)."""

import httpx
import pytest

from tests.handlers.asking import hinted, refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import ALL, Case, case, creatable, each
from tests.handlers.serving import Server
from tmf_apis.rules.lookup import rules_of
from tmf_apis.spec.types import Kind, Shape

MALFORMED = {
    "empty": b"",
    "blank": b" \n",
    "cut": b'{"name": "x"',
    "bare word": b"name",
    "two values": b"{} {}",
    "comment": b'{"name": "x" /* y */}',
    "not a number": b'{"x": NaN}',
    "latin-1": b'{"name": "\xe9"}',
    "half a surrogate pair": b'{"name": "\\ud800"}',
    "NUL": b'{"name": "a\\u0000b"}',
    "array": b"[]",
    "array of resources": b'[{"name": "x"}]',
    "null": b"null",
    "text": b'"name"',
    "number": b"42",
    "true": b"true",
}
#: The column "mandatory in POST" of R-720, without the slips of R-721.
MANDATORY = {
    "TMF620-v4/catalog": "name",
    "TMF620-v4/category": "name",
    "TMF620-v4/productOffering": "name",
    "TMF620-v4/productOfferingPrice": "name",
    "TMF620-v4/productSpecification": "name",
    "TMF620-v4/importJob": "url",
    "TMF620-v4/exportJob": "url",
    "TMF620-v5/category": "@type name",
    "TMF620-v5/exportJob": "@type url",
    "TMF620-v5/importJob": "@type url",
    "TMF620-v5/productCatalog": "@type name",
    "TMF620-v5/productOffering": "@type name",
    "TMF620-v5/productOfferingPrice": "@type name priceType",
    "TMF620-v5/productSpecification": "@type name",
    "TMF622-v4/productOrder": "productOrderItem",
    "TMF622-v4/cancelProductOrder": "productOrder",
    "TMF622-v5/cancelProductOrder": "@type productOrder",
    "TMF622-v5/productOrder": "@type productOrderItem",
    "TMF629-v4/customer": "engagedParty name",
    "TMF629-v5/customer": "@type engagedParty name",
    "TMF638-v4/service": "serviceSpecification state",
    "TMF638-v5/service": "@type serviceSpecification state",
    "TMF639-v4/resource": "name",
    "TMF639-v4/physicalResource": "name",
    "TMF639-v5/resource": "@type",
    "TMF641-v4/serviceOrder": "serviceOrderItem",
    "TMF641-v4/cancelServiceOrder": "serviceOrder",
    "TMF641-v5/cancelServiceOrder": "@type serviceOrder",
    "TMF641-v5/serviceOrder": "@type serviceOrderItem",
    "TMF642-v4/alarm": "alarmRaisedTime alarmType alarmedObject perceivedSeverity probableCause "
    "sourceSystemId state",
    "TMF642-v4/ackAlarms": "ackSystemId ackUserId alarmPattern",
    "TMF642-v4/unAckAlarms": "ackSystemId ackUserId alarmPattern",
    "TMF642-v4/clearAlarms": "alarmClearedTime alarmPattern clearSystemId clearUserId",
    "TMF642-v4/commentAlarms": "alarmPattern comment",
    "TMF642-v4/groupAlarms": "alarmChangedTime correlatedAlarm parentAlarm sourceSystemId",
    "TMF642-v4/unGroupAlarms": "alarmChangedTime correlatedAlarm parentAlarm sourceSystemId",
    "TMF642-v5/ackAlarm": "@type ackSystemId ackUserId alarmPattern",
    "TMF642-v5/alarm": "@type alarmRaisedTime alarmType alarmedObject perceivedSeverity "
    "probableCause sourceSystemId state",
    "TMF642-v5/clearAlarm": "@type alarmClearedTime alarmPattern clearSystemId clearUserId",
    "TMF642-v5/commentAlarm": "@type alarmPattern comment",
    "TMF642-v5/groupAlarm": "@type alarmChangedTime correlatedAlarm parentAlarm sourceSystemId",
    "TMF642-v5/unAckAlarm": "@type ackSystemId ackUserId alarmPattern",
    "TMF642-v5/unGroupAlarm": "@type alarmChangedTime correlatedAlarm parentAlarm sourceSystemId",
    "TMF678-v5/customerBillOnDemand": "@type billingAccount",
}
ONE_MISSING = [
    pytest.param(c, name, id=f"{c}-{name}")
    for c in ALL
    for name in MANDATORY.get(str(c), "").split()
]


def attributes(case: Case, *kinds: Kind) -> list[str]:
    """The first-level attributes of a kind that a client may set, single ones."""
    return [
        name
        for name, attribute in case.resource.attributes.children.items()
        if attribute.kind in kinds
        and attribute.shape is Shape.ONE
        and name in case.resource.creatable - {"id", "href"}
    ]


@pytest.mark.rule("R-206", "R-210", "R-710")
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
@each(creatable)
def test_refuses_what_is_no_json_object(case: Case, body: bytes, client: httpx.Client) -> None:
    before = client.get(case.path, params={"limit": 0}).headers["x-total-count"]
    refused(client.post(case.path, content=body), 400, "20")
    assert client.get(case.path, params={"limit": 0}).headers["x-total-count"] == before


@pytest.mark.rule("R-629-01", "R-638-01", "R-639-01", "R-642-01", "R-678-04")
@pytest.mark.rule("R-703", "R-707", "R-208")
@pytest.mark.parametrize(("case", "name"), ONE_MISSING)
def test_demands_what_the_file_demands(case: Case, name: str, client: httpx.Client) -> None:
    complete = case.create_body()
    without = {n: v for n, v in complete.items() if n != name}
    refused(client.post(case.path, json=without), 400, "21", name)
    refused(client.post(case.path, json=complete | {name: None}), 400, "21", name)
    if isinstance(complete[name], str):
        refused(client.post(case.path, json=complete | {name: " "}), 400, "21", name)
    if isinstance(complete[name], list):
        refused(client.post(case.path, json=complete | {name: []}), 400, "21", name)


@pytest.mark.rule("R-1208", "R-1204")
@each(creatable)
def test_refuses_values_of_another_json_type(case: Case, client: httpx.Client) -> None:
    wrong = dict.fromkeys(attributes(case, Kind.BOOLEAN), "true")
    wrong |= dict.fromkeys(attributes(case, Kind.NUMBER), "1")
    wrong |= dict.fromkeys(attributes(case, Kind.TEXT), 1)
    if case.polymorphic:
        wrong = {name: value for name, value in wrong.items() if name in case.create_body()}
    assert wrong
    for name, value in wrong.items():
        answer = client.post(case.path, json=case.create_body() | {name: value})
        refused(answer, 400, "21", f"/{name}: ")


@pytest.mark.rule("R-1201")
@pytest.mark.parametrize(
    "text", ["2026-01-02", "2026-01-02T03:04:05", "2026-02-30T00:00:00Z", "soon", ""]
)
@each(lambda case: case.creatable and bool(attributes(case, Kind.INSTANT)))
def test_refuses_times_that_are_none(case: Case, text: str, client: httpx.Client) -> None:
    name = attributes(case, Kind.INSTANT)[0]
    refused(client.post(case.path, json=case.create_body() | {name: text}), 400, "21", f"/{name}: ")


@pytest.mark.rule("R-642-03")
@pytest.mark.rule("R-711")
@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("TMF638-v4/service", "state"),
        ("TMF638-v5/service", "state"),
        ("TMF639-v4/resource", "administrativeState"),
        ("TMF639-v5/resource", "administrativeState"),
        ("TMF642-v5/alarm", "state"),
        ("TMF642-v5/alarm", "perceivedSeverity"),
        ("TMF642-v5/alarm", "alarmType"),
        ("TMF642-v5/alarm", "ackState"),
    ],
)
def test_refuses_values_outside_an_enumeration(
    name: str, attribute: str, client: httpx.Client
) -> None:
    c = case(name)
    body = c.create_body() | {attribute: "invented"}
    refused(client.post(c.path, json=body), 400, "21", f"/{attribute}: ")


@pytest.mark.rule("R-711")
@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("TMF620-v4/productOffering", "lifecycleStatus"),
        ("TMF620-v5/productOffering", "lifecycleStatus"),
        ("TMF629-v4/customer", "status"),
        ("TMF629-v5/customer", "status"),
        ("TMF642-v4/alarm", "state"),
    ],
)
def test_keeps_values_outside_an_open_enumeration(
    name: str, attribute: str, client: httpx.Client
) -> None:
    c = case(name)
    body = c.create_body() | {attribute: "invented"}
    assert shown(client.post(c.path, json=body), 201)[attribute] == "invented"


@pytest.mark.rule("R-711")
@pytest.mark.parametrize("name", ["TMF678-v4/customerBill", "TMF678-v5/customerBill"])
def test_a_bill_may_have_a_state_of_the_providers_own(name: str, server: Server) -> None:
    c = case(name)
    bill = server.make(c)
    answer = server.client.patch(bill["href"], json={"state": "refined"})
    assert shown(answer)["state"] == "refined"


@pytest.mark.rule("R-1203")
@each(lambda case: case.creatable and "validFor" in case.resource.creatable)
def test_periods_that_run_backwards_are_taken_with_a_hint(
    case: Case, server: Server, start: Start
) -> None:
    strict = start(strict=frozenset({"business"}))
    early, late = "2026-01-01T12:00:00+02:00", "2026-01-01T10:30:00Z"
    period = {"@type": "TimePeriod"} if case.api.major == "v5" else {}
    fine = [
        {"startDateTime": early, "endDateTime": late},
        {"startDateTime": early, "endDateTime": early},
        {"startDateTime": late},
        {"endDateTime": early},
        {},
    ]
    for part in fine:
        answer = server.client.post(case.path, json=case.create_body(validFor=period | part))
        assert shown(answer, 201)["validFor"] == period | part
        assert not any("startDateTime" in hint for hint in hinted(answer))
    backwards = {**period, "startDateTime": late, "endDateTime": early}
    body = case.create_body(validFor=backwards)
    answer = server.client.post(case.path, json=body)
    assert shown(answer, 201)["validFor"] == backwards
    assert "/validFor This period ends before it starts." in hinted(answer)
    # What a resource reports of itself is refused by a strict server as well (R-639-04).
    told = {
        name: value
        for name, value in body.items()
        if name not in rules_of(case.api, case.resource).reported
    }
    refused(strict.client.post(case.path, json=told), 400, "21", "/validFor: ")


@pytest.mark.rule("R-1107")
@each(lambda case: case.creatable and "relatedParty" in case.resource.creatable)
def test_demands_of_a_reference_what_makes_it_one(case: Case, client: httpx.Client) -> None:
    one = case.resource.attributes.children["relatedParty"].shape is Shape.ONE
    nobody = {"name": "nobody"}
    body = case.create_body(relatedParty=nobody if one else [nobody])
    place = "/relatedParty" if one else "/relatedParty/0"
    refused(client.post(case.path, json=body), 400, "21", f"{place}: ")


@pytest.mark.rule("R-703")
@each(lambda case: case.creatable and case.api.major == "v5")
def test_refuses_blanks_where_something_is_demanded(case: Case, client: httpx.Client) -> None:
    for blank in ("", " ", "\t\n"):
        refused(
            client.post(case.path, json=case.create_body(**{"@type": blank})), 400, "21", "/@type"
        )
    if "relatedParty" in case.resource.creatable and case.api.number == "TMF622":
        party = {"@type": "PartyRef", "@referredType": "Individual", "id": " "}
        body = case.create_body(
            relatedParty=[{"@type": "R", "role": "x", "partyOrPartyRole": party}]
        )
        refused(client.post(case.path, json=body), 400, "21", "/relatedParty/0/partyOrPartyRole")


@pytest.mark.rule("R-205")
@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"x": {"a": 1, "a": 2}}', "/x/a"),
        (b'{"x": [0, {"a": 1, "a": 2}]}', "/x/1/a"),
        (b'{"x": [{"y": "a\\u0000b"}]}', "/x/0/y"),
        (b'{"x": {"a\\u0000b": 1}}', "/x/"),
    ],
)
def test_what_is_malformed_is_pointed_at(body: bytes, place: str, client: httpx.Client) -> None:
    refused(client.post(case("TMF629-v4/customer").path, content=body), 400, "20", place)


@pytest.mark.rule("R-1206")
def test_a_record_does_not_grow_beyond_what_a_body_may_hold(server: Server) -> None:
    customer = case("TMF629-v4/customer")
    made = server.make(customer)
    path, large = customer.item(made["id"]), "x" * (3 * 1024 * 1024)
    grown = shown(server.client.patch(path, json={"x-one": large}))
    refused(server.client.patch(path, json={"x-two": large}), 413, "75")
    assert shown(server.client.get(path)) == grown
    shown(server.client.patch(path, json={"x-one": None}))
