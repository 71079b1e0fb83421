"""Where a resource is: href, ids in paths, aliases, and the base URL (R-103..R-105, R-1205, D6)."""

from urllib.parse import quote

import httpx
import pytest

from tests.handlers.asking import ids, links, refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import ALL, Case, case, each, one_per_api
from tests.handlers.serving import Server

CHOOSING = one_per_api(lambda case: case.creatable and case.chooses_id)
#: The file that types the id of an alarm as a number in one place (R-721).
NUMBERED = "TMF642-v4"
ODD_IDS = [
    "a/b", "a b", "a%2Fb", "100%", "Ω≈é", "😀", "a?b=c", "a#b", "a;b,c", "a+b", ".", "..",
    "a:(b)", "'quoted'", '"double"', "a\\b", "0", "007", "CASE", "case", "_", "~", "x" * 255,
]  # fmt: skip


@pytest.mark.rule("R-103", "R-104", "R-1205")
@pytest.mark.parametrize("id", ODD_IDS)
@each(CHOOSING)
def test_any_id_has_a_path(case: Case, id: str, start: Start) -> None:
    # A server for each version: both show a record, and not every file can delete one.
    server = start(bill_issuer=case.api.major)
    answer = server.client.post(case.path, json=case.create_body(id=id))
    made = shown(answer, 201)
    assert made["id"] == id
    assert made["href"].isascii()
    assert answer.headers["location"] == made["href"]
    raw = made["href"].removeprefix(server.url)
    line = f"GET {raw} HTTP/1.1\r\nHost: {server.url[7:]}\r\nConnection: close\r\n\r\n"
    head, _, body = server.raw(line.encode()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK"), head
    assert body == answer.content
    exactly = quote(f'"{id}"', safe="")
    assert shown(server.client.get(f"{case.path}?id=={exactly}")) == [made]
    line = line.replace("GET", "DELETE" if case.offers("DELETE") else "HEAD", 1)
    assert server.raw(line.encode()).split()[1] in (b"204", b"200")


@pytest.mark.rule("R-1205", "R-1206")
@pytest.mark.parametrize("id", ["", "x" * 256, "a\tb", "a\nb", "\x7f", 42, True, [], {"a": 1}])
@each(CHOOSING)
def test_refuses_what_cannot_be_an_id(case: Case, id: object, client: httpx.Client) -> None:
    if id == 42 and str(case).startswith(NUMBERED):
        pytest.skip("a number stands for its text")
    answer = client.post(case.path, json=case.create_body(id=id))
    refused(answer, 400, answer.json()["code"], "/id: ")
    assert answer.json()["code"] in ("21", "35")


@pytest.mark.rule("R-721", "R-1205")
def test_takes_a_number_for_its_text_where_the_file_says_so(server: Server) -> None:
    alarm, task = case(f"{NUMBERED}/alarm"), case(f"{NUMBERED}/ackAlarms")
    made = server.make(alarm, id=4711)
    assert made["id"] == "4711"
    answer = server.client.patch(made["href"], json={"id": 4711, "specificProblem": "fan"})
    assert shown(answer)["specificProblem"] == "fan"
    body = task.create_body(alarmPattern=[{"id": 4711}, {"id": "4712"}])
    assert shown(server.client.post(task.path, json=body), 201)["alarmPattern"] == [
        {"id": "4711"},
        {"id": "4712"},
    ]
    for wrong in (1.5, True, None, [4711]):
        patterns = [{"id": wrong, "perceivedSeverity": "minor"}]
        answer = server.client.post(task.path, json=task.create_body(alarmPattern=patterns))
        assert answer.status_code == (201 if wrong is None else 400), answer.text
    later = case("TMF642-v5/ackAlarm")
    body = later.create_body(alarmPattern=[{"@type": "Alarm", "id": 4711}])
    refused(server.client.post(later.path, json=body), 400, "21", "/alarmPattern/0")


@pytest.mark.rule("R-1205")
def test_refuses_an_id_that_is_not_utf_8(client: httpx.Client) -> None:
    refused(client.get(ALL[0].item("%FF")), 400, "35")


@pytest.mark.rule("R-111")
@each()
def test_a_trailing_slash_is_the_same_resource(case: Case, server: Server) -> None:
    made = server.make(case)
    assert shown(server.client.get(f"{case.path}/?id={made['id']}")) == [made]
    assert shown(server.client.get(case.item(made["id"]) + "/")) == made
    if case.creatable:
        answer = server.client.post(case.path + "/", json=case.create_body())
        assert shown(answer, 201)["href"] == f"{server.url}{case.path}/{answer.json()['id']}"


@pytest.mark.rule("R-102", "R-105", "R-120", "R-121", "R-122", "R-123", "R-124", "R-125")
@pytest.mark.rule("R-126", "R-127")
@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("TMF620-v4/category", "productCatalogManagement/v4"),
        ("TMF620-v5/category", "productCatalogManagement/v5"),
        ("TMF622-v4/productOrder", "productOrderingManagement/v4"),
        ("TMF622-v5/productOrder", "productOrderingManagement/v5"),
        ("TMF622-v5/productOrder", "productOrdering/v5"),
        ("TMF629-v4/customer", "customerManagement/v4"),
        ("TMF629-v5/customer", "customerManagement/v5"),
        ("TMF629-v5/customer", "customer/v5"),
        ("TMF638-v4/service", "serviceInventory/v4"),
        ("TMF638-v4/service", "serviceInventoryManagement/v4"),
        ("TMF638-v5/service", "serviceInventory/v5"),
        ("TMF638-v5/service", "serviceInventoryManagement/v5"),
        ("TMF639-v4/resource", "resourceInventoryManagement/v4"),
        ("TMF639-v5/resource", "resourceInventoryManagement/v5"),
        ("TMF639-v5/resource", "resourceInventory/v5"),
        ("TMF641-v4/serviceOrder", "serviceOrdering/v4"),
        ("TMF641-v5/serviceOrder", "serviceOrdering/v5"),
        ("TMF642-v4/alarm", "alarm/v4"),
        ("TMF642-v4/alarm", "alarmManagement/v4"),
        ("TMF642-v5/alarm", "alarmManagement/v5"),
        ("TMF678-v4/customerBill", "customerBillManagement/v4"),
        ("TMF678-v5/customerBill", "customerBillManagement/v5"),
        ("TMF678-v5/customerBill", "customerBill/v5"),
    ],
)
def test_every_api_is_at_its_paths(name: str, base: str, server: Server) -> None:
    c = case(name)
    path = f"/tmf-api/{base}/{c.resource.name}"
    made = server.make(c)
    there = shown(server.client.get(f"{path}/{made['id']}"))
    assert there == made | {"href": f"{server.url}{path}/{made['id']}"}


@pytest.mark.rule("R-104", "R-105")
@each(lambda case: bool(case.aliases))
def test_href_follows_the_path_the_client_used(case: Case, server: Server) -> None:
    for alias in case.aliases:
        made = server.make(case)
        url = f"{server.url}{alias}/{made['id']}"
        one = shown(server.client.get(url))
        assert one == made | {"href": url}
        listed = server.client.get(f"{alias}?id={made['id']}&limit=1")
        assert shown(listed) == [one]
        assert links(listed)["self"].startswith(f"{server.url}{alias}?id=")
        if case.creatable:
            answer = server.client.post(alias, json=case.create_body())
            assert shown(answer, 201)["href"] == answer.headers["location"]
            assert answer.headers["location"].startswith(f"{server.url}{alias}/")
            read = server.client.get(answer.headers["location"])
            assert read.headers["etag"] == answer.headers["etag"]
        if case.offers("PATCH"):
            changed = server.client.patch(url, json={"x-n": 1})
            assert shown(changed)["href"] == url
            assert changed.headers["etag"] == server.client.get(url).headers["etag"]
        if case.offers("DELETE"):
            assert server.client.delete(url).status_code == 204
            refused(server.client.get(made["href"]), 404, "60")


@pytest.mark.rule("R-103", "R-401")
@each()
def test_a_filter_on_href_is_one_on_the_id(case: Case, server: Server) -> None:
    made = server.make(case)
    for url in (
        made["href"],
        f"{case.path}/{made['id']}",
        f"https://elsewhere.example/prefix{case.path}/{made['id']}",
        *(f"{server.url}{alias}/{made['id']}" for alias in case.aliases),
    ):
        assert ids(server.client.get(case.path, params={"href": url})) == [made["id"]], url
    assert ids(server.client.get(case.path, params={"href": case.item("nobody")})) == []


@pytest.mark.rule("R-105")
@each(one_per_api(lambda case: True))
def test_href_begins_with_the_url_the_client_used(case: Case, server: Server) -> None:
    made = server.make(case)
    headers = {"Host": "inventory.example:8443"}
    read = shown(server.client.get(case.item(made["id"]), headers=headers))
    assert read["href"] == f"http://inventory.example:8443{case.path}/{made['id']}"
    refused(server.client.get(case.path, headers={"Host": 'x"y'}), 400, "36", "Host")


@pytest.mark.rule("R-105")
def test_href_begins_with_the_configured_url(start) -> None:
    server: Server = start(base_url="https://api.example.org/prefix")
    for c in one_per_api(lambda case: True):
        made = server.make(c)
        assert made["href"] == f"https://api.example.org/prefix{c.path}/{made['id']}"
        listed = server.client.get(f"{c.path}?id={made['id']}&limit=1", headers={"Host": "x"})
        assert shown(listed) == [made]
        assert links(listed)["self"].startswith(f"https://api.example.org/prefix{c.path}?id=")
        assert ids(server.client.get(c.path, params={"href": made["href"]})) == [made["id"]]


@pytest.mark.rule("R-102")
def test_versions_that_are_kept_apart_do_not_leak_into_each_other(start: Start) -> None:
    server = start(faces="apart")
    old, new = case("TMF629-v4/customer"), case("TMF629-v5/customer")
    id = server.make(old)["id"]
    refused(server.client.get(new.item(id)), 404, "60")
    other = server.make(new, id=id)
    assert other["@type"] == "Customer"
    assert shown(server.client.get(old.item(id)))["href"].startswith(server.url + old.path)
    server.client.delete(old.item(id))
    assert shown(server.client.get(new.item(id))) == other
