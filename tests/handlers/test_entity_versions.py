"""Several versions of one catalogue entity (section 13, R-620-08, D2)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from persistence.room import ROOM
from persistence.sqlite.store import SqliteStore
from persistence.store import Collection, Record
from tests.handlers.asking import ids, refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import ALL, Case, case, each, versioned
from tests.handlers.serving import Server

VERSIONS = ("1.9", "1.10", "1.2")
MERGE = {"Content-Type": "application/merge-patch+json"}

pytestmark = pytest.mark.rule("R-1301")


def make(server: Server, case: Case, *versions: str) -> str:
    """The id of an entity with some versions, written in this order."""
    id = str(uuid4())
    for version in versions:
        server.make(case, id=id, version=version, description=f"version {version}")
    return id


def seen(server: Server, url: str) -> str:
    version: str = shown(server.client.get(url))["version"]
    return version


@pytest.mark.rule("R-620-08")
@pytest.mark.rule("R-1304", "R-104")
@each(versioned)
def test_a_version_is_added_by_a_create(case: Case, server: Server) -> None:
    id = make(server, case, "1.0")
    body = case.create_body(id=id, version="2.0 b")
    answer = server.client.post(case.path, json=body)
    made = shown(answer, 201)
    assert made["href"] == f"{server.url}{case.path}/{id}"
    assert answer.headers["location"] == made["href"]
    assert server.client.get(made["href"]).json() == made
    older = server.client.post(case.path, json=body | {"version": "0.5 b"})
    assert shown(older, 201)["href"] == f"{server.url}{case.path}/{id}?version=0.5%20b"
    assert older.headers["location"] == older.json()["href"]
    assert server.client.get(older.json()["href"]).json() == older.json()
    refused(server.client.post(case.path, json=body), 409, "70", id)
    refused(server.client.post(case.path, json=body | {"version": "1.0"}), 409, "70", id)


@pytest.mark.rule("R-1302", "R-1305")
@each(versioned)
def test_the_latest_is_the_greatest_by_number(case: Case, server: Server) -> None:
    id = make(server, case, *VERSIONS)
    assert seen(server, case.item(id)) == "1.10"
    for version, latest in (
        ("2.0-beta", "2.0-beta"), ("2.0", "2.0"), ("10.0", "10.0"), ("v3", "10.0"),
    ):  # fmt: skip
        server.make(case, id=id, version=version)
        assert seen(server, case.item(id)) == latest


@pytest.mark.rule("R-1302")
@each(versioned)
def test_a_list_shows_every_version(case: Case, server: Server) -> None:
    id = make(server, case, *VERSIONS)
    answer = server.client.get(case.path, params={"id": id})
    assert answer.headers["x-total-count"] == "3"
    found = shown(answer)
    assert [entity["version"] for entity in found] == list(VERSIONS)
    base = f"{server.url}{case.path}/{id}"
    assert [entity["href"] for entity in found] == [
        f"{base}?version=1.9", base, f"{base}?version=1.2",
    ]  # fmt: skip
    one = shown(server.client.get(case.path, params={"id": id, "version": "1.2"}))
    assert one == found[2:]
    for entity in found:
        assert server.client.get(entity["href"]).json() == entity


@pytest.mark.rule("R-1303")
@each(versioned)
def test_a_version_can_be_addressed(case: Case, server: Server) -> None:
    id = make(server, case, *VERSIONS)
    for version in VERSIONS:
        for url in (
            f"{case.item(id)}:(version={version})",
            f"{case.item(id)}:(VERSION={version})",
            case.item(quote(f"{id}:(version={version})", safe="")),
            f"{case.item(id)}?version={version}",
            f"{case.item(id)}?version=%22{version}%22",
            f"{case.item(id)}?fields=version&version={version}",
        ):
            assert seen(server, url) == version, url
    for url in (f"{case.item(id)}:(version=9)", f"{case.item(id)}?version=9"):
        refused(server.client.get(url), 404, "60")
        refused(server.client.patch(url, json={"x": 1}), 404, "60")
        answer = server.client.delete(url)
        refused(answer, 404, "60", f"There is no resource with the id {id} in the version 9.")
    answer = server.client.get(case.item("nobody"))
    refused(answer, 404, "60", "There is no resource with the id nobody.")


@pytest.mark.rule("R-1303")
@each(versioned)
def test_a_patch_changes_the_latest_or_the_one_addressed(case: Case, server: Server) -> None:
    id = make(server, case, *VERSIONS)
    latest = server.client.patch(case.item(id), json={"x-n": 1}, headers=MERGE)
    assert shown(latest)["version"] == "1.10"
    older = f"{case.item(id)}:(version=1.2)"
    assert shown(server.client.patch(older, json={"x-n": 2}, headers=MERGE))["version"] == "1.2"
    found = shown(server.client.get(case.path, params={"id": id}))
    assert [entity.get("x-n") for entity in found] == [None, 1, 2]


@pytest.mark.rule("R-1304", "R-1303")
@each(versioned)
def test_a_patch_of_the_version_needs_it_free(case: Case, server: Server) -> None:
    id = make(server, case, "1.0", "2.0")
    answer = server.client.patch(case.item(id), json={"version": "1.0"})
    refused(answer, 409, "70", f"The id {id} in the version 1.0 is taken")
    moved = shown(server.client.patch(case.item(id), json={"version": "0.5"}))
    assert moved["href"].endswith(f"{id}?version=0.5")
    assert server.client.get(moved["href"]).json() == moved
    assert seen(server, case.item(id)) == "1.0"
    refused(server.client.get(f"{case.item(id)}?version=2.0"), 404, "60")


@pytest.mark.rule("R-1303", "R-815")
@each(versioned)
def test_a_delete_removes_one_version_or_all(case: Case, server: Server) -> None:
    id = make(server, case, *VERSIONS)
    assert server.client.delete(f"{case.item(id)}:(version=1.10)").status_code == 204
    assert seen(server, case.item(id)) == "1.9"
    assert server.client.delete(f"{case.item(id)}?version=1.9").status_code == 204
    assert seen(server, case.item(id)) == "1.2"
    server.make(case, id=id, version="3")
    assert server.client.delete(case.item(id)).status_code == 204
    refused(server.client.get(case.item(id)), 404, "60")
    assert ids(server.client.get(case.path, params={"id": id})) == []


def test_large_versions_are_removed_some_at_a_time_and_the_latest_last(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = next(filter(versioned, ALL))
    id, text = str(uuid4()), "a" * (ROOM * 2 // 5)
    for version in ("6", "1", "5", "2", "3", "4"):
        server.make(case, id=id, version=version, description=text)
    parts: list[list[str]] = []
    remove = SqliteStore.delete

    async def noted(
        self: SqliteStore, table: Collection, seen: Sequence[Record], *rest: Any
    ) -> None:
        parts.append([record.version for record in seen])
        await remove(self, table, seen, *rest)

    monkeypatch.setattr(SqliteStore, "delete", noted)
    assert server.client.delete(case.item(id)).status_code == 204
    assert parts == [["1"], ["5", "2"], ["6", "4", "3"]]
    refused(server.client.get(case.item(id)), 404, "60")
    assert ids(server.client.get(case.path, params={"id": id})) == []


def test_large_versions_are_put_in_order(server: Server) -> None:
    """Whichever of them is read first."""
    case = next(filter(versioned, ALL))
    id, text = str(uuid4()), "a" * (ROOM * 2 // 5)
    for version in ("3", "9", "1", "2"):
        server.make(case, id=id, version=version, description=text)
    answer = server.client.patch(case.item(id), json={"version": "2.5"}, headers=MERGE)
    assert shown(answer)["version"] == "2.5"
    assert seen(server, case.item(id)) == "3"
    answer = server.client.patch(f"{case.item(id)}?version=1", json={"version": "4"}, headers=MERGE)
    assert shown(answer)["version"] == "4"
    assert seen(server, case.item(id)) == "4"


@pytest.mark.rule("R-103", "R-112", "R-1302")
@each(versioned)
def test_a_version_that_is_overtaken_is_elsewhere(case: Case, server: Server) -> None:
    """Its `href` changes, so its tag does, and whoever knew it as the latest is told."""
    id = make(server, case, "1.0")
    alone = server.client.get(case.item(id))
    make_it = server.client.post(case.path, json=case.create_body(id=id, version="2.0"))
    old = server.client.get(f"{case.item(id)}?version=1.0")
    assert alone.json()["href"] == make_it.json()["href"] == server.url + case.item(id)
    assert old.json() == alone.json() | {"href": f"{server.url}{case.item(id)}?version=1.0"}
    assert old.headers["etag"] != alone.headers["etag"]
    known = {"If-None-Match": alone.headers["etag"]}
    assert server.client.get(old.json()["href"], headers=known).status_code == 200
    stale = {"If-Match": alone.headers["etag"]}
    refused(server.client.patch(old.json()["href"], json={"x-n": 1}, headers=stale), 412, "74")
    refused(server.client.delete(old.json()["href"], headers=stale), 412, "74")
    refused(server.client.patch(case.item(id), json={"x-n": 1}, headers=stale), 412, "74")
    assert server.client.delete(f"{case.item(id)}?version=2.0").status_code == 204
    again = server.client.get(case.item(id))
    assert again.json() == alone.json()
    tags = {answer.headers["etag"] for answer in (alone, make_it, old, again)}
    assert len(tags) == 4
    narrowed = server.client.get(f"{case.item(id)}?fields=href")
    assert narrowed.json()["href"] == server.url + case.item(id)


@pytest.mark.rule("R-103", "R-1303")
@pytest.mark.parametrize(
    "version", ["", "1.0 ü", "a,b;c&d=e", '"quoted"', "'quoted'", "1+1", "%41", "-", "x/y?"]
)
def test_an_href_leads_to_any_version(version: str, server: Server) -> None:
    c = case("TMF620-v4/productOffering")
    id = str(uuid4())
    body = c.create_body(id=id, version=version)
    made = [
        server.client.post(c.path, json=body),
        server.client.post(c.path, json=body | {"version": "999"}),
    ]
    assert [answer.status_code for answer in made] == [201, 201]
    for entity in shown(server.client.get(c.path, params={"id": id})):
        assert server.client.get(entity["href"]).json() == entity
        assert shown(server.client.get(c.path, params={"href": entity["href"]})) == [entity]
    older = server.client.patch(f"{c.item(id)}?version=999", json={"version": "999.1"}).json()
    assert older["href"] == server.url + c.item(id)


@pytest.mark.rule("R-1303")
def test_a_version_without_a_name_is_one_as_well(server: Server) -> None:
    c = case("TMF620-v5/productOffering")
    body = {name: value for name, value in c.create_body().items() if name != "version"}
    first = shown(server.client.post(c.path, json=body), 201)
    id = first["id"]
    server.make(c, id=id, version="1.0")
    unnamed, named = shown(server.client.get(c.path, params={"id": id}))
    assert unnamed["href"] == f"{server.url}{c.item(id)}?version="
    assert server.client.get(unnamed["href"]).json() == unnamed
    assert shown(server.client.get(c.path, params={"href": unnamed["href"]})) == [unnamed]
    assert server.client.get(named["href"]).json() == named


@pytest.mark.rule("R-1303", "R-701")
@each(versioned)
def test_a_replay_shows_the_first_answer(case: Case, server: Server) -> None:
    id, key = str(uuid4()), {"Idempotency-Key": str(uuid4())}
    body = case.create_body(id=id, version="1.0")
    first = server.client.post(case.path, json=body, headers=key)
    server.make(case, id=id, version="2.0")
    again = server.client.post(case.path, json=body, headers=key)
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status_code, again.content) == (201, first.content)
    for name in ("location", "etag", "last-modified"):
        assert again.headers[name] == first.headers[name]


@pytest.mark.rule("R-1301")
@each(versioned)
def test_a_version_is_as_long_as_an_id(case: Case, start: Start) -> None:
    # A server for each version: the id is the same, and both would show one record.
    server = start(bill_issuer=case.api.major)
    id = make(server, case, "1" * 255)
    refused(server.client.post(case.path, json=case.create_body(version="1" * 256)), 400, "35")
    refused(server.client.patch(case.item(id), json={"version": "1" * 256}), 400, "35", "/version")
    long = {"id": "\N{GRINNING FACE}" * 255, "version": "\N{GRINNING FACE}" * 255}
    for version in ("1.0", long["version"]):
        answer = server.client.post(case.path, json=case.create_body(**long | {"version": version}))
        assert answer.status_code == 201
    assert server.client.get(answer.headers["location"]).json() == answer.json()
    assert sum(len(name) + len(value) + 4 for name, value in answer.headers.raw) < 8_000


@pytest.mark.rule("R-112", "R-1303")
@each(versioned)
def test_every_version_has_its_own_tag(case: Case, server: Server) -> None:
    id = make(server, case, "1.0", "2.0")
    one, two = (server.client.get(f"{case.item(id)}?version={v}") for v in ("1.0", "2.0"))
    assert one.headers["etag"] != two.headers["etag"]
    url = f"{case.item(id)}?version=1.0"
    headers = {"If-Match": two.headers["etag"]}
    refused(server.client.patch(url, json={"x-n": 1}, headers=headers), 412, "74")
    headers = {"If-Match": one.headers["etag"]}
    assert shown(server.client.patch(url, json={"x-n": 1}, headers=headers))["x-n"] == 1


@pytest.mark.rule("R-620-08")
@pytest.mark.rule("R-1301")
@each(lambda case: case.offers("GET") and not versioned(case))
def test_other_resources_have_none(case: Case, server: Server) -> None:
    made = server.make(case, **{"x-n": 1})
    refused(server.client.get(case.item(made["id"]) + ":(version=1)"), 404, "60")
    assert server.client.get(case.item(made["id"]) + "?version=1").json() == made


@pytest.mark.rule("R-1302")
@each(versioned)
def test_a_filter_on_href_finds_the_version(case: Case, server: Server) -> None:
    id = make(server, case, *VERSIONS)
    for entity in shown(server.client.get(case.path, params={"id": id})):
        found = shown(server.client.get(case.path, params={"href": entity["href"]}))
        assert found == [entity]
        others = shown(server.client.get(case.path, params={"id": id, "href.ne": entity["href"]}))
        assert len(others) == 2
        assert entity not in others
    both = f"{case.item(id)},{case.item(id)}?version=1.2"
    found = shown(server.client.get(f"{case.path}?href={both}"))
    assert [entity["version"] for entity in found] == ["1.10", "1.2"]


@pytest.mark.rule("R-103", "R-1303")
@each(versioned)
def test_an_id_is_not_spelt_as_the_address_of_a_version(case: Case, server: Server) -> None:
    body = case.create_body(id="a:(version=1)")
    refused(server.client.post(case.path, json=body), 400, "35", "/id")
