"""Every role by API, version, resource, operation and owner, answered as the policy says.

What the policy says is read off its file here once more, in the simplest way. Owners are the party
that asks, another one, and that party at another tenant, of whose rows nothing is there.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import pytest
import yaml

from tests.handlers.asking import refused
from tests.handlers.facts import ALL, APIS, Case, Json
from tests.handlers.ordering import cancelled_by
from tests.handlers.permission.callers import MINE, THEIRS, alone, caller, of_party
from tests.handlers.serving import Server
from tests.handlers.tenancy.housing import ACME, GLOBEX, housed
from tmf_apis.catalog import Catalog
from tmf_apis.policy.reading import shipped_policy

POLICY = yaml.safe_load(shipped_policy().read_text())
ROLES = list(POLICY["roles"])
MERGE = {"Content-Type": "application/merge-patch+json"}
#: How many questions a role was asked on a store; more is better, fewer is a mistake.
FEWEST = 390
#: Whose rows are asked for: those at another tenant are of the same party.
ELSEWHERE = "elsewhere"
OWNERS = (MINE, THEIRS, ELSEWHERE)


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


@cache
def entry(role: str, case: Case, act: str) -> Json | None:
    """The entry of a role that decides, if any does."""
    for one in POLICY["roles"][role]:
        asked = {
            "apis": case.api.number, "versions": case.api.major,
            "resources": case.resource.name, "allow": act,
        }  # fmt: skip
        if all(name not in one or value in listed(one[name]) for name, value in asked.items()):
            found: Json = one
            return found
    return None


def is_task(case: Case) -> bool:
    return not case.offers("PATCH") and case.creatable


@dataclass(frozen=True)
class Rows:
    """The ids of the rows of a case, by whose they are and what for."""

    ids: dict[tuple[Case, str, str], str]

    def of(self, case: Case, whose: str, use: str = "look") -> str:
        return self.ids[case, whose, use]


#: Roles to which every row is shown: on MongoDB they alone take a minute.
SEEING_ALL = ("admin", "operator", "kit")
IN_FULL = os.environ.get("TMF_TEST_MATRIX") == "1"


@dataclass(frozen=True)
class House:
    """Two tenants, and the rows of both parties in every collection."""

    here: Server
    elsewhere: Server
    rows: Rows


@pytest.fixture(scope="module", params=["sqlite", "mongodb"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Some rows are for each role that may remove them."""
    folder, catalog = tmp_path_factory.mktemp("house"), Catalog(tuple(APIS))
    with housed(folder, catalog, request.param, authentication=True, tasks=False) as tenants:
        here, elsewhere = tenants[ACME], tenants[GLOBEX]
        there = _filled(elsewhere, {ELSEWHERE: MINE})
        yield House(here, elsewhere, Rows(_filled(here, {MINE: MINE, THEIRS: THEIRS}) | there))


def _filled(tenant: Server, owners: dict[str, str]) -> dict[tuple[Case, str, str], str]:
    """The ids of the rows of a tenant, of parties by what owners are called."""
    with caller(tenant, "admin") as admin:
        return {
            (case, whose, use): admin.make(case, **of_party(case, party))["id"]
            for case in ALL
            for whose, party in owners.items()
            for use in ["look", *(r for r in ROLES if entry(r, case, "delete"))]
            if case.creatable and not is_task(case)
        } | {
            (case, whose, "look"): admin.load(case, loaded(case, whose, party))["id"]
            for case in ALL
            for whose, party in owners.items()
            if not case.creatable
        }


def loaded(case: Case, whose: str, party: str) -> Json:
    return case.sample() | of_party(case, party) | {"id": f"{case.api.major}-{whose}"}


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_as_the_policy_says(role: str, house: House) -> None:
    if role in SEEING_ALL and _kind(house) == "mongodb" and not IN_FULL:
        pytest.skip("the proof `matrix` asks this as well")
    asked = 0
    with caller(house.here, role) as server:
        for case in ALL:
            for judged in (_list, _retrieve, _create, _patch, _delete):
                asked += judged(role, case, server.client, house.rows)
        asked += sum(_hub(role, api, server.client) for api in APIS)
        asked += _admin(role, server.client)
    print(f"{role} on {_kind(house)}: {asked} answers")
    assert asked >= FEWEST


@pytest.mark.parametrize("role", ROLES)
def test_a_token_of_another_tenant_opens_nothing(role: str, house: House) -> None:
    asked = 0
    with caller(house.elsewhere, role) as stranger:
        client = stranger.client
        client.headers["Host"] = house.here.client.headers["Host"]
        for method, path in _operations(house.rows):
            refused(client.request(method, path, json={}), 401, "40")
            asked += 1
    print(f"{role} of another tenant on {_kind(house)}: {asked} answers")
    assert asked >= FEWEST


def _kind(house: House) -> str:
    return house.here.settings.store.partition(":")[0]


def _operations(rows: Rows) -> Iterator[tuple[str, str]]:
    """Every operation, those on one row by the owner of the row."""
    for case in ALL:
        yield from ((method, case.path) for method in case.resource.collection_methods)
        if not is_task(case):
            paths = [case.item(rows.of(case, whose)) for whose in OWNERS]
            yield from ((method, path) for method in case.resource.item_methods for path in paths)
    for api in APIS:
        if api.hub is not None:
            hub = f"{api.base_path}/hub"
            yield from (("GET", hub), ("POST", hub), ("GET", f"{hub}/1"), ("DELETE", f"{hub}/1"))


def _not_allowed(answer: httpx.Response) -> None:
    refused(answer, 403, "41", "role")
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


def _list(role: str, case: Case, client: httpx.Client, rows: Rows) -> int:
    answer = client.get(f"{case.path}?limit=1000")
    one = entry(role, case, "list")
    if one is None:
        _not_allowed(answer)
    elif not is_task(case):
        shown = {each["id"] for each in answer.json()}
        assert rows.of(case, MINE) in shown
        assert (rows.of(case, THEIRS) in shown) is ("rows" not in one)
        assert rows.of(case, ELSEWHERE) not in shown
        assert len(shown) == int(answer.headers["X-Total-Count"])
    return 1


def _retrieve(role: str, case: Case, client: httpx.Client, rows: Rows) -> int:
    if is_task(case):
        return 0
    one = entry(role, case, "retrieve")
    for whose in OWNERS:
        for method in ("GET", "HEAD"):
            answer = client.request(method, case.item(rows.of(case, whose)))
            _as_said(answer, one, whose, 200)
    return 2 * len(OWNERS)


def _create(role: str, case: Case, client: httpx.Client, rows: Rows) -> int:
    if not case.creatable:
        return 0
    if is_task(case):
        answer = client.post(case.path, json=case.create_body())
        if entry(role, case, "task") is None:
            _not_allowed(answer)
        elif cancelled_by(case.path) is None:
            assert answer.status_code == 201, answer.text
        else:  # Of an order that is not there.
            assert answer.status_code not in (401, 403)
        return 1
    one = entry(role, case, "create")
    for whose in (MINE, THEIRS):
        confined = one is not None and "rows" in one
        body = alone(case, whose) if confined else case.create_body(**of_party(case, whose))
        answer = client.post(case.path, json=body)
        if one is None or ("rows" in one and whose is THEIRS):
            _not_allowed(answer)
        else:
            assert answer.status_code == 201, answer.text
            if confined:
                assert client.get(case.item(answer.json()["id"])).status_code == 200
    return 2


def _patch(role: str, case: Case, client: httpx.Client, rows: Rows) -> int:
    if not case.offers("PATCH"):
        return 0
    one = entry(role, case, "patch")
    for whose in OWNERS:
        answer = client.patch(case.item(rows.of(case, whose)), json={"x-role": role}, headers=MERGE)
        _as_said(answer, one, whose, 200)
    return len(OWNERS)


def _delete(role: str, case: Case, client: httpx.Client, rows: Rows) -> int:
    if not case.offers("DELETE") or is_task(case):
        return 0
    one = entry(role, case, "delete")
    for whose in OWNERS:
        use = "look" if one is None else role
        answer = client.delete(case.item(rows.of(case, whose, use)))
        _as_said(answer, one, whose, 204)
    return len(OWNERS)


def _as_said(answer: httpx.Response, one: Json | None, whose: str, status: int) -> None:
    """Judge the answer about a row by the entry that decides."""
    if one is None:
        status = 403
    elif whose is ELSEWHERE or ("rows" in one and whose is THEIRS):
        status = 404
    assert answer.status_code == status, f"{answer.request.method} {answer.url}: {answer.text}"


def _hub(role: str, api: Any, client: httpx.Client) -> int:
    if api.hub is None:
        return 0
    one = next((e for e in POLICY["roles"][role] if "hub" in listed(e["allow"])), None)
    path = f"{api.base_path}/hub"
    callback = f"https://listener.example/{role}"
    made = client.post(path, json={"callback": callback})
    listing = client.get(path)
    if one is None:
        for answer in (made, listing, client.get(f"{path}/1"), client.delete(f"{path}/1")):
            _not_allowed(answer)
        return 4
    assert (made.status_code, listing.status_code) == (201, 200), made.text
    item = f"{path}/{made.json()['id']}"
    assert client.get(item).status_code == 200
    assert client.delete(item).status_code == 204
    return 4


def _admin(role: str, client: httpx.Client) -> int:
    allowed = any("admin" in listed(e["allow"]) for e in POLICY["roles"][role])
    paths = ["/events", "/events/state", "/tasks", "/tasks/state", "/faces"]
    for path in paths:
        answer = client.get(path)
        if allowed:
            assert answer.status_code == 200, answer.text
        else:
            _not_allowed(answer)
    with client.stream("GET", "/events/stream") as stream:
        assert stream.status_code == (200 if allowed else 403)
    return len(paths) + 1


def test_the_oracle_knows_every_operation() -> None:
    acts = {act for role in ROLES for e in POLICY["roles"][role] for act in listed(e["allow"])}
    tried = {"list", "retrieve", "create", "patch", "delete", "hub", "task", "admin"}
    assert acts == tried | {"audit"}  # Who may read the audit is tried beside it.
