"""Each invariant: an exchange that keeps it, and those that break it by one rule each."""

from collections.abc import Mapping
from typing import Any

import httpx
import orjson
import pytest

from conformance.invariants.observer import Observer
from conformance.invariants.table import INVARIANTS
from conformance.results import Exchange
from conformance.shapes import Shapes
from tests.conformance.test_runner import api_of

API = api_of("TMF629", "v5")
BASE = f"http://host{API.base_path}"
ONE, ALL = "/customer/a", "/customer"
JSON = {"content-type": "application/json"}
ERROR = {"code": "1", "reason": "no", "status": "404", "@type": "Error"}
PARTY = {"id": "1", "@type": "PartyRef", "@referredType": "Party"}
RECORD = {
    "id": "a", "href": f"{BASE}/customer/a", "@type": "Customer", "name": "A",
    "engagedParty": PARTY,
}  # fmt: skip
COUNTED = {"x-total-count": "1", "x-result-count": "1"}
CREATED = {"location": f"{BASE}/customer/a"}

Case = tuple[str, str, int, Mapping[str, str], Any]


def observed(*cases: Case, sent: Any = None, asked: Mapping[str, str] | None = None) -> Observer:
    observer = Observer(API, BASE, Shapes(API))
    for method, path, status, headers, body in cases:
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        exchange = Exchange(method, BASE + path, status=status)
        brought = b"" if sent is None else orjson.dumps(sent)
        wanted = httpx.Headers(asked or {"Accept": "application/json"})
        observer.saw(exchange, wanted, brought, httpx.Headers({**JSON, **headers}), content)
    return observer


def broken(*cases: Case, **how: Any) -> set[tuple[str, str]]:
    """Which invariants a run breaks, and by which rules."""
    observer = observed(*cases, **how)
    return {(i.name, f.fault.rule) for i in INVARIANTS for f in observer.judged(i.name).found}


RIGHT: dict[str, Case] = {
    "a record": ("GET", ONE, 200, {"etag": '"1"'}, RECORD),
    "a weak tag": ("GET", ONE, 200, {"etag": 'W/"1"'}, RECORD),
    "a list": ("GET", ALL, 200, COUNTED, [RECORD]),
    "a page": (
        "GET", ALL + "?name=A&limit=1", 206,
        COUNTED | {"link": f'<{BASE}/customer?name=A&offset=1&limit=1>; rel="next"',
                   "content-range": "items 1-1/5", "x-total-count": "5"}, [RECORD],
    ),
    "a link that stands for its query": (
        "GET", ALL + "?name=A&limit=1", 206,
        COUNTED | {"link": f'<{BASE}/customer?page=x1&offset=1>; rel="next"'}, [RECORD],
    ),
    "a link that lists what was repeated": (
        "GET", ALL + "?name=A&name=B", 200,
        COUNTED | {"link": f'<{BASE}/customer?name=A,B&offset=1>; rel="next"'}, [RECORD],
    ),
    "a link to where the server says that its records are": (
        "GET", ALL, 200,
        COUNTED | {"link": '<http://outside/customer?offset=1>; rel="next"'},
        [RECORD | {"href": "http://outside/tmf-api/customerManagement/v5/customer/a"}],
    ),
    "a link to itself": (
        "GET", ALL + "?offset=1", 200, COUNTED | {"link": "</customer?offset=1>; rel=self"},
        [RECORD]),
    "a state as old as its last change": (
        "GET", ONE, 200, {"date": "Thu, 01 Jan 2026 00:01:00 GMT",
                          "last-modified": "Thu, 01 Jan 2026 00:00:30 GMT"},
        RECORD | {"lastUpdate": "2026-01-01T00:00:30.900Z"}),
    "a link of a query of separators": (
        "GET", ALL + "?;;;", 200, COUNTED | {"link": "</customer?offset=1>; rel=last"}, [RECORD]),
    "a selection": ("GET", ALL + "?fields=name", 200, COUNTED,
                    [{k: RECORD[k] for k in ("id", "href", "@type", "name")}]),
    "a creation": ("POST", ALL, 201, CREATED, RECORD),
    "a creation for later": ("POST", ALL, 202, {}, {"state": "acknowledged"}),
    "a change": ("PATCH", ONE, 200, {}, RECORD),
    "a deletion": ("DELETE", ONE, 204, {}, b""),
    "an error": ("GET", ONE, 404, {}, ERROR),
    "a problem": ("GET", ONE, 404, {"content-type": "application/problem+json"}, ERROR),
    "a page of a gateway": ("GET", ONE, 503, {"content-type": "text/html"}, b"<h1>later</h1>"),
    "a parser of HTTP": ("GET", ALL + "?a=%zz", 400, {"content-type": "text/plain"}, b"no"),
    "a refused method": ("PUT", ONE, 405, {"allow": "GET, PATCH"}, ERROR | {"status": "405"}),
    "HEAD": ("HEAD", ONE, 404, {}, b""),
    "a pointer in an error": (
        "POST", ALL, 400, {}, ERROR | {"status": "400", "message": "/engagedParty/id is missing"}),
}  # fmt: skip


@pytest.mark.parametrize("case", RIGHT.values(), ids=RIGHT.keys())
def test_what_is_right_breaks_nothing(case: Case) -> None:
    assert broken(case) == set()


WRONG: dict[str, tuple[Case, tuple[str, str]]] = {
    "a 5xx": (("GET", ALL, 500, {}, ERROR), ("nothing_breaks_the_server", "S-002")),
    "a creation with 200": (("POST", ALL, 200, {}, RECORD), ("successes_are_told", "R-701")),
    "a change without its record": (
        ("PATCH", ONE, 204, {}, b""), ("successes_are_told", "R-201")),
    "a deletion with 200": (("DELETE", ONE, 200, {}, b""), ("successes_are_told", "R-815")),
    "an object for a list": (("GET", ALL, 200, {}, RECORD), ("successes_are_told", "R-201")),
    "a part nobody asked for": (
        ("GET", ALL, 206, COUNTED, [RECORD]), ("successes_are_told", "R-611")),
    "JSON as text": (
        ("GET", ONE, 200, {"content-type": "text/plain"}, RECORD), ("bodies_are_json", "R-109")),
    "another charset": (
        ("GET", ONE, 200, {"content-type": "application/json; charset=latin1"}, RECORD),
        ("bodies_are_json", "R-109")),
    "no UTF-8": (
        ("GET", ONE, 200, {}, b'{"id":"\xff"}'), ("bodies_are_json", "R-109")),
    "a name twice": (
        ("GET", ONE, 200, {}, b'{"id":"a","id":"a"}'), ("bodies_are_json", "R-109")),
    "no number": (("GET", ONE, 200, {}, b'{"id":NaN}'), ("bodies_are_json", "R-109")),
    "an error that is a page": (
        ("GET", ONE, 404, {"content-type": "text/html"}, b"<h1>no</h1>"),
        ("errors_have_one_shape", "R-203")),
    "an error of the framework": (
        ("GET", "/kit", 404, {}, b"no"), ("errors_have_one_shape", "R-205")),
    "a code that is a number": (
        ("GET", ONE, 404, {}, ERROR | {"code": 404}), ("errors_have_one_shape", "R-203")),
    "an error of no type": (
        ("GET", ONE, 404, {}, {"code": "1", "reason": "no"}), ("errors_have_one_shape", "R-204")),
    "another status": (
        ("GET", ONE, 404, {}, ERROR | {"status": "400"}), ("errors_have_one_shape", "R-205")),
    "a stack": (
        ("GET", ONE, 404, {}, ERROR | {"message": 'x\n  File "/app/a.py", line 3, in get'}),
        ("errors_leak_nothing", "R-205")),
    "a statement": (
        ("GET", ONE, 404, {}, ERROR | {"message": "SELECT id FROM customer"}),
        ("errors_leak_nothing", "R-205")),
    "an exception": (
        ("GET", ONE, 404, {}, ERROR | {"message": "java.lang.IllegalStateException: x"}),
        ("errors_leak_nothing", "R-205")),
    "a folder": (
        ("GET", ONE, 404, {}, ERROR | {"message": r"C:\acme\server\store.db is locked"}),
        ("errors_leak_nothing", "R-205")),
    "no Allow": (
        ("PUT", ONE, 405, {}, ERROR | {"status": "405"}), ("refused_methods_are_told", "R-107")),
    "an Allow of what is refused": (
        ("PUT", ONE, 405, {"allow": "GET, put"}, ERROR | {"status": "405"}),
        ("refused_methods_are_told", "R-107")),
    "a number for a text": (
        ("PATCH", ONE, 200, {}, RECORD | {"name": 5}), ("records_fit", "S-001")),
    "a record without its class": (
        ("GET", ONE, 200, {}, {k: v for k, v in RECORD.items() if k != "@type"}),
        ("records_fit", "R-709")),
    "no date": (
        ("GET", ONE, 200, {}, RECORD | {"validFor": {"startDateTime": "2031-02-03"}}),
        ("records_fit", "R-1201")),
    "a selection without its id": (
        ("GET", ALL + "?fields=id", 200, COUNTED, [{"@type": "Customer"}]),
        ("records_are_themselves", "R-304")),
    "the href of another": (
        ("GET", ONE, 200, {}, RECORD | {"href": f"{BASE}/customer/b"}),
        ("records_are_themselves", "R-103")),
    "another record": (
        ("GET", "/customer/b", 200, {}, RECORD), ("records_are_themselves", "R-103")),
    "a record by another case": (
        ("GET", "/customer/A", 200, {}, RECORD), ("records_are_themselves", "R-1205")),
    "a record twice": (
        ("GET", ALL, 200, {"x-total-count": "2", "x-result-count": "2"}, [RECORD, RECORD]),
        ("records_are_themselves", "R-103")),
    "a creation without Location": (
        ("POST", ALL, 201, {}, RECORD), ("creations_are_located", "R-701")),
    "the Location of another": (
        ("POST", ALL, 201, {"location": f"{BASE}/customer/b"}, RECORD),
        ("creations_are_located", "R-701")),
    "a Location elsewhere": (
        ("POST", ALL, 201, {"location": "http://host/other/a"}, RECORD),
        ("creations_are_located", "R-104")),
    "no X-Result-Count": (
        ("GET", ALL, 200, {"x-total-count": "1"}, [RECORD]), ("lists_count_themselves", "R-608")),
    "a total below the page": (
        ("GET", ALL, 200, COUNTED | {"x-total-count": "0"}, [RECORD]),
        ("lists_count_themselves", "R-607")),
    "a page that is too long": (
        ("GET", ALL + "?limit=0", 200, COUNTED, [RECORD]), ("lists_count_themselves", "R-605")),
    "a range of another size": (
        ("GET", ALL + "?limit=1", 206, COUNTED | {"content-range": "items 1-2/1"}, [RECORD]),
        ("lists_count_themselves", "R-610")),
    "a Link without brackets": (
        ("GET", ALL, 200, COUNTED | {"link": "/customer; rel=next"}, [RECORD]),
        ("links_are_well_formed", "R-609")),
    "a Link that drops a condition": (
        ("GET", ALL + "?name=A", 200, COUNTED | {"link": "</customer?offset=1>; rel=next"},
         [RECORD]),
        ("links_are_well_formed", "R-609")),
    "a Link that keeps one of two values": (
        ("GET", ALL + "?name=A&name=B", 200,
         COUNTED | {"link": "</customer?name=B&offset=1>; rel=next"}, [RECORD]),
        ("links_are_well_formed", "R-609")),
    "a Link to another host than its records": (
        ("GET", ALL, 200, COUNTED | {"link": "<http://inside:8080/customer?offset=1>; rel=next"},
         [RECORD]),
        ("links_are_well_formed", "R-609")),
    "a Link to itself that leads to the first page": (
        ("GET", ALL + "?offset=1", 200, COUNTED | {"link": "</customer?offset=0>; rel=self"},
         [RECORD]),
        ("links_are_well_formed", "R-609")),
    "a next after nothing": (
        ("GET", ALL, 200, {"x-total-count": "0", "x-result-count": "0",
                           "link": "</customer?offset=1>; rel=next"}, []),
        ("links_are_well_formed", "R-609")),
    "a state after its answer": (
        ("GET", ONE, 200, {"date": "Thu, 01 Jan 2026 00:00:00 GMT",
                           "last-modified": "Thu, 01 Jan 2026 00:00:09 GMT"}, RECORD),
        ("headers_keep_time", "R-112")),
    "a state before its last change": (
        ("GET", ONE, 200, {"date": "Thu, 01 Jan 2026 00:01:00 GMT",
                           "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT"},
         RECORD | {"lastUpdate": "2026-01-01T00:00:30Z"}),
        ("headers_keep_time", "R-112")),
    "a Date as JSON writes it": (
        ("GET", ONE, 200, {"date": "2026-01-01T00:00:00Z"}, RECORD),
        ("headers_keep_time", "R-113")),
    "a tag without quotes": (
        ("GET", ONE, 200, {"etag": "abc"}, RECORD), ("headers_keep_time", "R-112")),
}  # fmt: skip


@pytest.mark.parametrize(("case", "wanted"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_breaks_one_rule(case: Case, wanted: tuple[str, str]) -> None:
    assert broken(case) == {wanted}


def test_every_invariant_and_rule_is_tried() -> None:
    tried = {wanted for _, wanted in WRONG.values()}
    listed = {(i.name, rule) for i in INVARIANTS for rule in i.rules}
    assert listed - tried <= {("records_fit", "R-711"), ("records_fit", "R-1204")}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"name": 5}, RECORD | {"name": 5}),
        ([{"op": "replace", "path": "/name", "value": 5}], RECORD | {"name": 5}),
        ({"@type": None}, {k: v for k, v in RECORD.items() if k != "@type"}),
        ([{"op": "remove", "path": "/@type"}], {k: v for k, v in RECORD.items() if k != "@type"}),
        ({"engagedParty": {"id": "1"}}, RECORD | {"engagedParty": {"id": "1"}}),
    ],
)
def test_what_the_kit_has_sent_is_no_fault_of_the_answer(sent: Any, shown: Any) -> None:
    case: Case = ("PATCH", ONE, 200, {}, shown)
    assert broken(case) != set()
    assert broken(case, sent=sent) == set()


def test_a_client_that_refuses_json_is_answered_as_it_likes() -> None:
    case: Case = ("GET", ALL, 200, {"content-type": "text/csv"}, b"a,b")
    assert broken(case, asked={"Accept": "text/csv"}) == set()
    assert broken(case) == {("bodies_are_json", "R-109")}
