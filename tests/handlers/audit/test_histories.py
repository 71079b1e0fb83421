"""What a resource was at an instant, as its entries tell."""

import asyncio
from collections.abc import Iterator
from time import sleep

import orjson
import pytest

from handlers.app import collections_of
from handlers.services import services
from persistence.store import Draft, Scope
from tests.handlers.asking import refused, shown
from tests.handlers.audit.calling import called
from tests.handlers.facts import Case, Json, case
from tests.handlers.serving import Server, store_of

ALARM = case("TMF642-v4/alarm")
CATEGORY = case("TMF620-v4/category")
CUSTOMER, LATER = case("TMF629-v4/customer"), case("TMF629-v5/customer")


@pytest.fixture
def admin(audited: Server) -> Iterator[Server]:
    with called(audited, "admin") as server:
        yield server


def moments(server: Server, id: str) -> list[str]:
    found = shown(server.client.get(f"/audit/v1/entry?resourceId={id}&kind=write&fields=time"))
    return [entry["time"] for entry in found]


def was(server: Server, case: Case, id: str, **asked: str) -> Json:
    told: Json = shown(server.client.get(f"/audit/v1/history{case.item(id)}", params=asked))
    assert (told["id"], told["path"]) == (id, case.path)
    resource: Json = told["resource"]
    return resource


def without_href(resource: Json) -> Json:
    return {name: value for name, value in resource.items() if name != "href"}


def test_a_resource_is_shown_as_it_was_at_any_instant(admin: Server) -> None:
    states = [admin.make(CUSTOMER, name="0")]
    id = states[0]["id"]
    for n, way in enumerate((CUSTOMER, LATER, CUSTOMER), 1):
        sleep(0.002)
        shown(admin.client.patch(way.item(id), json={"name": str(n)}))
        states.append(shown(admin.client.get(CUSTOMER.item(id))))
    times = moments(admin, id)
    assert len(times) == len(states)
    for time, state in zip(times, states, strict=True):
        assert was(admin, CUSTOMER, id, at=time) == without_href(state)
        assert was(admin, LATER, id, at=time)["name"] == state["name"]
    assert was(admin, CUSTOMER, id) == without_href(states[-1])
    path = f"/audit/v1/history{CUSTOMER.item(id)}"
    refused(admin.client.get(f"{path}?at=2020-01-01T00:00:00Z"), 404, "60")


def test_one_that_is_gone_was_there(admin: Server) -> None:
    made = admin.make(CUSTOMER)
    sleep(0.002)
    assert admin.client.delete(CUSTOMER.item(made["id"])).status_code == 204
    first, _ = moments(admin, made["id"])
    refused(admin.client.get(f"/audit/v1/history{CUSTOMER.item(made['id'])}"), 404, "60")
    assert was(admin, CUSTOMER, made["id"], at=first) == without_href(made)


def test_each_entity_version_has_its_own(admin: Server) -> None:
    made = admin.make(CATEGORY, version="1", name="one")
    id = made["id"]
    shown(admin.client.post(CATEGORY.path, json=CATEGORY.create_body(id=id, version="2")), 201)
    sleep(0.002)
    shown(admin.client.patch(f"{CATEGORY.path}/{id}?version=1", json={"name": "other"}))
    first, *_ = moments(admin, id)
    assert was(admin, CATEGORY, id, version="1", at=first)["name"] == "one"
    assert was(admin, CATEGORY, id, version="1")["name"] == "other"
    assert was(admin, CATEGORY, id)["version"] == "2"
    path = f"/audit/v1/history{CATEGORY.item(id)}?version=2&at={first}"
    refused(admin.client.get(path), 404, "60")


def test_one_that_was_there_before_the_audit_is_shown_too(admin: Server) -> None:
    alarm = admin.load(ALARM, ALARM.sample() | {"id": "older", "specificProblem": "fan"})
    shown(admin.client.patch(ALARM.item("older"), json={"specificProblem": "fuse"}))
    assert was(admin, ALARM, "older", at="2020-01-01T00:00:00Z") == without_href(alarm)


def test_a_change_past_the_audit_is_found(admin: Server) -> None:
    made = admin.make(CUSTOMER, name="before")
    id = made["id"]

    async def change() -> None:
        store = store_of(admin.settings.store)
        await store.open(collections_of(admin.catalog, admin.settings, store))
        served = services(admin.catalog.apis, store, admin.settings)
        service = next(s for s in served if s.collection.name == CUSTOMER.path)
        seen = await store.get(service.collection, id, Scope(), twin=True)
        document = orjson.loads(seen.body) | {"name": "past"}
        body = orjson.dumps(document)
        assert service.collection.turned is not None
        draft = Draft(id, document, body)
        draft = draft._replace(twin=service.collection.turned(draft, seen))
        await store.replace(service.collection, seen, draft, Scope())
        await store.close()

    asyncio.run(change())
    assert was(admin, CUSTOMER, id)["name"] == "past"
    path = f"/audit/v1/history{CUSTOMER.item(id)}?at=2020-01-01T00:00:00Z"
    refused(admin.client.get(path), 409, "71", "changed past the audit")


@pytest.mark.parametrize(
    ("path", "status", "code", "about"),
    [
        ("/nowhere/x", 404, "61", "/nowhere is no collection"),
        (f"{CUSTOMER.path}/x?at=yesterday", 400, "30", "at: yesterday"),
        (f"{CUSTOMER.path}/x?name=y", 400, "30", "name: a history takes"),
        (f"{CUSTOMER.path}/not-there", 404, "60", "not-there"),
        (f"{CUSTOMER.path}/%FF", 400, "35", "UTF-8"),
    ],
)
def test_what_is_no_history_is_refused(
    admin: Server, path: str, status: int, code: str, about: str
) -> None:
    refused(admin.client.get(f"/audit/v1/history{path}"), status, code, about)
