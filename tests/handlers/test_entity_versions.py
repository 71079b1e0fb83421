"""Several versions of one catalogue entity (section 13, R-620-08, D2)."""

from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.handlers.asking import ids, refused, shown
from tests.handlers.facts import Case, each, versioned
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


@pytest.mark.rule("R-1304", "R-104")
@each(versioned)
def test_a_version_is_added_by_a_create(case: Case, server: Server) -> None:
    id = make(server, case, "1.0")
    body = case.create_body(id=id, version="2.0 b")
    answer = server.client.post(case.path, json=body)
    made = shown(answer, 201)
    assert made["href"] == f"{server.url}{case.path}/{id}?version=2.0%20b"
    assert answer.headers["location"] == made["href"]
    assert server.client.get(made["href"]).json() == made
    refused(server.client.post(case.path, json=body), 409, "70", id)
    refused(server.client.post(case.path, json=body | {"version": "1.0"}), 409, "70", id)


@pytest.mark.rule("R-1302", "R-1305")
@each(versioned)
def test_the_latest_is_the_greatest_by_number(case: Case, server: Server) -> None:
    id = make(server, case, *VERSIONS)
    assert seen(server, case.item(id)) == "1.10"
    server.make(case, id=id, version="2")
    assert seen(server, case.item(id)) == "2"


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
        base, f"{base}?version=1.10", f"{base}?version=1.2",
    ]  # fmt: skip
    one = shown(server.client.get(case.path, params={"id": id, "version": "1.2"}))
    assert one == found[2:]
    for entity in found[1:]:
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
        refused(server.client.delete(url), 404, "60")


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
    refused(server.client.patch(case.item(id), json={"version": "1.0"}), 409, "70")
    moved = shown(server.client.patch(case.item(id), json={"version": "0.5"}))
    assert moved["href"].endswith(f"{id}?version=0.5")
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
    for version in VERSIONS[1:]:
        url = f"{server.url}{case.path}/{id}?version={version}"
        found = shown(server.client.get(case.path, params={"href": url}))
        assert [entity["version"] for entity in found] == [version]


@pytest.mark.rule("R-103", "R-1303")
@each(versioned)
def test_an_id_is_not_spelt_as_the_address_of_a_version(case: Case, server: Server) -> None:
    body = case.create_body(id="a:(version=1)")
    refused(server.client.post(case.path, json=body), 400, "35", "/id")
