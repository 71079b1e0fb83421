"""Every write, every refusal, and every read of what is personal has its entry in a chain."""

import asyncio
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from unittest.mock import patch

import orjson
import pytest

from handlers.app import collections_of
from handlers.audit.entries import ENTRIES
from persistence.errors import Unavailable
from persistence.store import Kept
from tests.handlers.asking import refused, shown
from tests.handlers.audit.calling import called
from tests.handlers.conftest import Start
from tests.handlers.facts import Json, case
from tests.handlers.permission.callers import MINE, caller, of_party
from tests.handlers.serving import Server, store_of

CUSTOMER, LATER = case("TMF629-v4/customer"), case("TMF629-v5/customer")
ORDER = case("TMF622-v4/productOrder")
TRACE = "0af7651916cd43dd8448eb211c80319c"
ADMIN = {"issuer": "urn:tmf-apis:deployment", "subject": "ann", "client": "desk", "party": ["7"]}


@pytest.fixture
def admin(audited: Server) -> Iterator[Server]:
    with called(audited, "admin", sub="ann", client_id="desk", party="7") as server:
        yield server


@pytest.fixture
def auditor(audited: Server) -> Iterator[Server]:
    with called(audited, "auditor") as server:
        yield server


def entries(server: Server, query: str = "") -> list[Json]:
    found: list[Json] = shown(server.client.get(f"/audit/v1/entry?limit=1000{query}"))
    return found


def about(server: Server, id: str) -> list[Json]:
    """The entries about a resource, without what is of their moment and place."""
    moment = ("id", "href", "number", "previousHash", "time")
    found = entries(server, f"&resourceId={id}")
    return [{n: v for n, v in entry.items() if n not in moment} for entry in found]


def links(server: Server) -> list[Kept]:
    """The chain, which holds."""

    async def read() -> list[Kept]:
        store = store_of(server.settings.store)
        await store.open(collections_of(server.catalog, server.settings, store))
        try:
            await store.settle()
            return [kept async for batch in store.export(ENTRIES, 0, 500) for kept in batch]
        finally:
            await store.close()

    found = asyncio.run(read())
    for before, after in pairwise(found):
        assert orjson.loads(after.body)["previousHash"] == sha256(before.body).hexdigest()
    return found


def test_a_write_is_told_with_who_and_what(admin: Server, auditor: Server) -> None:
    server = admin
    body = CUSTOMER.create_body(name="Jo", **of_party(CUSTOMER, MINE))
    made = shown(
        server.client.post(
            CUSTOMER.path, json=body, headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
        ),
        201,
    )
    path = CUSTOMER.item(made["id"])
    shown(server.client.patch(path, json={"name": "Joan"}))
    assert server.client.delete(path).status_code == 204
    first, second, third = about(auditor, made["id"])
    asked = {**ADMIN, "address": "127.0.0.1"}
    kept = {name: value for name, value in made.items() if name != "href"}
    older, newer = first["change"]
    assert first | {"change": []} == {
        "kind": "write", "operation": "create", **asked, "traceId": TRACE, "method": "POST",
        "path": CUSTOMER.path, "resourcePath": CUSTOMER.path, "resourceId": made["id"],
        "change": [],
    }  # fmt: skip
    assert older == {"path": CUSTOMER.path, "patch": [{"op": "add", "path": "", "value": kept}]}
    assert newer["path"] == LATER.path
    assert newer["patch"][0]["value"]["name"] == "Jo"
    change = [
        {"op": "test", "path": "/name", "value": "Jo"},
        {"op": "replace", "path": "/name", "value": "Joan"},
    ]
    assert second == {
        "kind": "write", "operation": "patch", **asked, "method": "PATCH", "path": path,
        "resourcePath": CUSTOMER.path, "resourceId": made["id"],
        "change": [{"path": CUSTOMER.path, "patch": change}, {"path": LATER.path, "patch": change}],
    }  # fmt: skip
    assert [third["operation"], third["method"]] == ["delete", "DELETE"]
    assert third["change"][0] == {
        "path": CUSTOMER.path,
        "patch": [
            {"op": "test", "path": "", "value": kept | {"name": "Joan"}},
            {"op": "remove", "path": ""},
        ],
    }


def test_a_refused_request_is_told_before_its_answer(audited: Server, auditor: Server) -> None:
    with caller(audited, "partner") as partner:
        path = ORDER.item("not-there")
        refused(partner.client.get(path), 404, "60")
        refused(partner.client.delete(path), 403, "41")
        answer = audited.client.get(path)
        refused(answer, 401, "40")
    told = [
        (e.get("subject"), e["method"], e["status"], e["code"], e["message"])
        for e in entries(auditor, f"&kind=refusal&path={path}")
    ]
    assert told == [
        ("partner", "GET", 404, "60", "There is no resource with the id not-there."),
        ("partner", "DELETE", 403, "41", "Your role may not delete productOrder of TMF622 v4."),
        (None, "GET", 401, "40", "Authorization: a bearer token is needed."),
    ]


def test_what_is_written_in_vain_has_the_entry_of_a_refusal_alone(
    admin: Server, auditor: Server
) -> None:
    server = admin
    made = server.make(CUSTOMER)
    stale = {"If-Match": '"0"'}
    refused(
        server.client.patch(CUSTOMER.item(made["id"]), json={"name": "x"}, headers=stale), 412, "74"
    )
    refused(server.client.post(CUSTOMER.path, json=CUSTOMER.create_body(id=made["id"])), 409, "70")
    assert [entry["operation"] for entry in about(auditor, made["id"])] == ["create"]
    statuses = [e["status"] for e in entries(auditor, "&kind=refusal")][-2:]
    assert statuses == [412, 409]


def test_who_saw_what_is_personal_is_told(admin: Server, auditor: Server) -> None:
    server = admin
    made = server.make(CUSTOMER, name="Jo", **of_party(CUSTOMER, MINE))
    path = CUSTOMER.item(made["id"])
    before = len(entries(auditor, "&kind=read"))
    shown(server.client.get(path))
    shown(server.client.get(path, params={"fields": "status"}))
    shown(server.client.get(CUSTOMER.path, params={"id": made["id"], "fields": "name,status"}))
    assert server.client.head(path).status_code == 200
    tag = server.client.get(path, params={"fields": "status"}).headers["etag"]
    again = {"fields": "status"}
    assert server.client.get(path, params=again, headers={"If-None-Match": tag}).status_code == 304
    told = [e["shown"] for e in entries(auditor, "&kind=read")[before:]]
    [whole, listed] = told
    assert whole["ids"] == listed["ids"] == [made["id"]]
    assert {"name", "engagedParty"} <= set(whole["attributes"])
    assert listed["attributes"] == ["name"]


def test_a_listener_is_told_of_without_its_secrets(admin: Server, auditor: Server) -> None:
    hub = f"{CUSTOMER.api.base_path}/hub"
    body = {
        "callback": "https://someone:secret1@listener.example/hooks/T0secret2B0secret3X0secret4"
    }
    answer = admin.client.post(hub, json=body)
    made = shown(answer, 201)
    assert admin.client.delete(f"{hub}/{made['id']}").status_code == 204
    first, second = about(auditor, made["id"])
    assert (first["operation"], second["operation"]) == ("create", "delete")
    assert b"secret" not in orjson.dumps([first, second])
    assert first["change"][0]["patch"][0]["value"]["callback"].startswith("https://")


def test_an_act_that_changes_no_resource_is_told(admin: Server, auditor: Server) -> None:
    made = admin.make(CUSTOMER)
    # It is what it was to be: nothing changes.
    shown(admin.client.patch(CUSTOMER.item(made["id"]), json={"name": made["name"]}))
    last = entries(auditor, "&kind=act")[-1]
    assert (last["method"], last["path"]) == ("PATCH", CUSTOMER.item(made["id"]))


def test_a_load_is_told(audited: Server, auditor: Server) -> None:
    audited.load_all(CUSTOMER, [CUSTOMER.sample() | {"id": "loaded"}])
    assert about(auditor, "loaded") == []  # By tests past the command.


@pytest.mark.parametrize("role", ["operator", "kit", "partner", "customer"])
def test_nobody_but_auditors_and_administrators_reads_it(audited: Server, role: str) -> None:
    with caller(audited, role) as other:
        for path in ("/entry", "/entry/1", "/history/x/1", "", "/nowhere"):
            refused(other.client.get(f"/audit/v1{path}"), 403, "41", "auditors")
    refused(audited.client.get("/audit/v1/entry"), 401, "40")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nobody_writes_to_it(admin: Server, method: str) -> None:
    before = links(admin)
    for path in ("/audit/v1/entry", "/audit/v1/entry/1"):
        answer = admin.client.request(method, path, json={})
        refused(answer, 405, "62")
    assert links(admin)[: len(before)] == before


def test_it_is_asked_as_any_resource_is(admin: Server, auditor: Server) -> None:
    made = admin.make(CUSTOMER)
    shown(admin.client.patch(CUSTOMER.item(made["id"]), json={"name": "x"}))
    answer = auditor.client.get(
        "/audit/v1/entry",
        params={
            "resourceId": made["id"], "sort": "-number", "fields": "operation", "limit": 1,
            "time.gt": "2020-01-01T00:00:00Z",
        },
    )  # fmt: skip
    [last] = shown(answer, 206)
    assert answer.headers["x-total-count"] == "2"
    assert last == {"id": last["id"], "href": last["href"], "operation": "patch"}
    whole = shown(auditor.client.get(last["href"]))
    assert whole["number"] == int(last["id"])
    refused(auditor.client.get("/audit/v1/entry/0"), 404, "60")
    refused(auditor.client.get("/audit/v1/nowhere"), 404, "61")
    refused(auditor.client.get("/audit/v1/entry?change.path=x"), 400, "30", "change")
    refused(auditor.client.get("/audit/v1/entry?sort=change"), 400, "30", "change")
    told = shown(auditor.client.get("/audit/v1"))
    assert told["entry"] == f"{auditor.url}/audit/v1/entry"


def test_the_chain_holds(admin: Server) -> None:
    admin.make_some(CUSTOMER, 3)
    found = links(admin)
    assert [kept.key for kept in found] == [*range(1, len(found) + 1)]


def test_no_answer_is_sent_of_what_nobody_accounts_for(audited: Server, admin: Server) -> None:
    made = admin.make(CUSTOMER, name="Jo")
    kind = "mongo" if audited.settings.store.startswith("mongodb") else "sqlite"
    stores = {
        "mongo": "persistence.mongo.store.MongoStore",
        "sqlite": "persistence.sqlite.store.SqliteStore",
    }
    with patch(f"{stores[kind]}.link", side_effect=Unavailable("the disk is full")):
        refused(admin.client.get(CUSTOMER.item(made["id"])), 503, "92")
        refused(audited.client.get(CUSTOMER.path), 503, "92")
        shown(admin.client.get(CUSTOMER.item(made["id"]), params={"fields": "status"}))


def test_without_the_setting_nothing_is_recorded(server: Server) -> None:
    server.make(CUSTOMER)
    refused(server.client.get("/audit/v1/entry"), 404, "61")
    assert links(server) == []


def test_where_nobody_is_asked_it_is_for_who_knows_the_token(start: Start, keys: object) -> None:
    server = start(audit=True, admin_token="the token of an administrator", keys=keys)
    made = server.make(CUSTOMER)
    refused(server.client.get("/audit/v1/entry"), 401, "40")
    headers = {"Authorization": "Bearer the token of an administrator"}
    answer = server.client.get(f"/audit/v1/entry?resourceId={made['id']}", headers=headers)
    [entry] = shown(answer)
    assert (entry["operation"], "subject" in entry) == ("create", False)


def behind(server: Server, told: str) -> str:
    """The address that the last refusal has, of a request that says where it came from."""
    server.client.get("/no/such/path", headers={"X-Forwarded-For": told})
    with called(server, "auditor") as auditor:
        address: str = entries(auditor, "&kind=refusal")[-1]["address"]
    return address


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 127.0.0.5", "203.0.113.9"),
        ("<script>", "127.0.0.1"),
        ("203.0.113.9, x", "127.0.0.1"),
    ],
)
def test_an_address_is_that_which_a_trusted_proxy_saw(
    audited: Server, told: str, address: str
) -> None:
    assert behind(audited, told) == address


def test_an_address_is_not_believed_of_others(start: Start, keys: object) -> None:
    server = start(authentication=True, audit=True, keys=keys, trusted_proxies=("10.0.0.0/8",))
    assert behind(server, "203.0.113.9") == "127.0.0.1"
