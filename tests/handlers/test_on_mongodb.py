"""Each kind of request once more on MongoDB, for one API.

All the tests of this folder run on it with `TMF_TEST_STORE=mongodb`; a proof does so.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.handlers.facts import Case, case
from tests.handlers.serving import Server, running
from tmf_apis.catalog import Catalog

CASE = case("TMF622-v4/productOrder")
VERSIONED = case("TMF620-v4/productOffering")
MERGE = {"Content-Type": "application/merge-patch+json"}


@pytest.fixture(scope="module")
def mongo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    catalog = Catalog((CASE.api, VERSIONED.api))
    with running(tmp_path_factory.mktemp("mongo"), catalog, kind="mongodb") as server:
        yield server


def listed(server: Server, query: str, of: Case = CASE) -> list[str]:
    return [each["id"] for each in server.client.get(f"{of.path}?{query}").json()]


def test_a_resource_is_made_read_patched_and_removed(mongo: Server) -> None:
    body = CASE.create_body(**{"x-big": 2**63 - 1, "x.dotted": {"$gt": "ä"}})
    made = mongo.client.post(CASE.path, json=body)
    assert made.status_code == 201
    url = CASE.item(made.json()["id"])
    first = mongo.client.get(url)
    assert first.content == made.content
    assert first.json()["x-big"] == 2**63 - 1
    change = {"description": "changed", "x.dotted": None}
    patched = mongo.client.patch(url, json=change, headers=MERGE)
    assert patched.status_code == 200, patched.text
    assert "x.dotted" not in patched.json()
    stale = {**MERGE, "If-Match": first.headers["etag"]}
    assert mongo.client.patch(url, json=change, headers=stale).status_code == 412
    assert mongo.client.delete(url).status_code == 204
    assert mongo.client.get(url).status_code == 404
    assert mongo.client.delete(url).status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("x-set=list", "abcd"),
        ("x-set=list&x-n.gt=1", "bcd"),
        ("x-set=list&x-n=1,3", "ac"),
        ("x-set=list&x-t.regex=^b", "b"),
        ("x-set=list&sort=-x-n", "dcba"),
        ("x-set=list&sort=-x-n&offset=1&limit=2", "cb"),
        ("x-set=list&filter=" + "$[?(@['x-e'][?(@.k=='p' %26%26 @.v==2)])]", "b"),
        ("x-set=list&filter=" + "$[?(@['x-e'].k=='p' %26%26 @['x-e'].v==2)]", "ab"),
        ("x-set=list&note.author=nobody", ""),
    ],
)
def test_lists_are_filtered_sorted_and_cut(mongo: Server, query: str, expected: str) -> None:
    elements = [[("p", 1), ("q", 2)], [("p", 2)], [], [("q", 1)]]
    if "a" not in listed(mongo, "x-set=list"):
        for number, (id, of) in enumerate(zip("abcd", elements, strict=True), start=1):
            pairs = [{"k": k, "v": v} for k, v in of]
            more: dict[str, Any] = {"x-n": number, "x-t": id * 3, "x-e": pairs, "x-set": "list"}
            mongo.make(CASE, id=id, **more)
    assert "".join(listed(mongo, query)) == expected


def test_pages_and_totals(mongo: Server) -> None:
    ids = [mongo.make(CASE, **{"x-set": "pages"})["id"] for _ in range(5)]
    page = mongo.client.get(f"{CASE.path}?x-set=pages&limit=2&offset=2")
    assert page.status_code == 206
    assert page.headers["X-Total-Count"] == "5"
    assert [each["id"] for each in page.json()] == ids[2:4]


def test_versions_of_an_entity(mongo: Server) -> None:
    made = mongo.make(VERSIONED, version="1.0")
    newer = VERSIONED.create_body(id=made["id"], version="2.0")
    assert mongo.client.post(VERSIONED.path, json=newer).status_code == 201
    url = VERSIONED.item(made["id"])
    assert mongo.client.get(url).json()["version"] == "2.0"
    assert mongo.client.get(f"{url}:(version=1.0)").json()["version"] == "1.0"
    assert mongo.client.delete(url).status_code == 204
    assert mongo.client.get(f"{url}:(version=1.0)").status_code == 404


def test_a_key_makes_a_request_safe_to_repeat(mongo: Server) -> None:
    headers = {"Idempotency-Key": "once"}
    first, again = (
        mongo.client.post(CASE.path, json=CASE.create_body(), headers=headers) for _ in range(2)
    )
    assert (first.status_code, again.content) == (201, first.content)
    other = mongo.client.post(CASE.path, json=CASE.create_body(x=1), headers=headers)
    assert other.status_code == 422


@pytest.mark.parametrize("name", ["$where", "$gt", "a.$gt", "x[$ne]"])
def test_an_operator_in_a_request_is_no_operator(name: str, mongo: Server) -> None:
    for query in (f"{name}=1", f"name={name}", f"sort={name}", f"filter=$[?(@['{name}']==1)]"):
        answer = mongo.client.get(CASE.path, params=query)
        assert answer.status_code in (200, 206, 400)
        assert answer.status_code == 400 or "sort" in query or answer.json() == []
    assert mongo.client.get(CASE.item(name)).status_code == 404


def test_a_pattern_that_may_take_for_ever_is_refused(mongo: Server) -> None:
    answer = mongo.client.get(f"{CASE.path}?description.regex=^(a%2B)%2B%24")
    assert answer.status_code == 400
    assert "many ways" in answer.json()["message"]


def test_loading_beside_the_server(mongo: Server) -> None:
    document = mongo.make(CASE) | {"id": "loaded"}
    assert mongo.load(CASE, document)["id"] == "loaded"
