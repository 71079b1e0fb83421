"""Every refusal is an `Error` body, whoever raises it: media types, paths, methods (section 2)."""

from uuid import uuid4

import httpx
import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.facts import APIS, Case, creatable, each, one_per_api
from tests.handlers.serving import Server

ACCEPTED = [None, "*/*", "application/json;charset=utf-8", "text/html, */*;q=0.1"]
NOT_ACCEPTED = ["text/plain", "*/*;q=0", "application/hal+json", "application/json;q=0, */*"]
READABLE = [api for api in APIS if api.hub and api.hub.readable]
JSON_TYPES = [
    None, "application/json", "application/json;charset=utf-8", 'application/json; charset="UTF-8"',
    "Application/Json", "application/json; version=1",
]  # fmt: skip
OTHER_TYPES = [
    "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data",
    "application/merge-patch+json", "application/json;charset=latin-1", "json",
]  # fmt: skip


@pytest.mark.rule("R-109", "R-110")
@each()
def test_answers_who_accepts_json(case: Case, server: Server) -> None:
    made = server.make(case)
    for accept in ACCEPTED:
        headers = {"Accept": accept} if accept else {}
        request = server.client.build_request("GET", case.item(made["id"]), headers=headers)
        if accept is None:
            del request.headers["accept"]
        assert shown(server.client.send(request)) == made, accept


@pytest.mark.rule("R-110", "R-207")
@pytest.mark.parametrize("accept", NOT_ACCEPTED)
@each(one_per_api(creatable))
def test_refuses_who_does_not(case: Case, accept: str, client: httpx.Client) -> None:
    headers = {"Accept": accept}
    refused(client.get(case.path, headers=headers), 406, "63")
    refused(client.get(case.item("nobody"), headers=headers), 406, "63")
    if case.creatable:
        body = case.create_body(**{"x-mark": f"refused {accept}"})
        refused(client.post(case.path, json=body, headers=headers), 406, "63")
        assert shown(client.get(case.path, params={"x-mark": f"refused {accept}"})) == []


@pytest.mark.rule("R-110")
@each(one_per_api(lambda case: case.offers("DELETE")))
def test_an_answer_without_content_suits_everybody(case: Case, server: Server) -> None:
    path = case.item(server.make(case)["id"])
    answer = server.client.delete(path, headers={"Accept": "text/plain"})
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.rule("R-110", "R-1004")
@pytest.mark.parametrize("api", READABLE, ids=lambda api: f"{api.number}-{api.major}")
def test_a_subscription_is_shown_to_who_accepts_json(api, client: httpx.Client) -> None:
    hub = f"{api.base_path}/hub"
    body = {"callback": f"http://listener.invalid/{uuid4().hex}", "@type": "Hub"}
    refused(client.post(hub, json=body, headers={"Accept": "text/plain"}), 406, "63")
    path = f"{hub}/{shown(client.post(hub, json=body), 201)['id']}"
    assert shown(client.get(path))["callback"].startswith("http://listener.invalid/")
    refused(client.get(path, headers={"Accept": "text/plain"}), 406, "63")
    assert client.delete(path, headers={"Accept": "text/plain"}).status_code == 204


@pytest.mark.rule("R-109", "R-110")
@pytest.mark.parametrize("media", JSON_TYPES)
@each(one_per_api(creatable))
def test_reads_json_under_each_of_its_names(case: Case, media: str | None, server: Server) -> None:
    request = server.client.build_request("POST", case.path, json=case.create_body())
    del request.headers["content-type"]
    if media:
        request.headers["content-type"] = media
    assert server.client.send(request).status_code == 201


@pytest.mark.rule("R-110", "R-207")
@pytest.mark.parametrize("media", OTHER_TYPES)
@each(one_per_api(creatable))
def test_reads_nothing_else(case: Case, media: str, client: httpx.Client) -> None:
    headers = {"Content-Type": media}
    refused(client.post(case.path, json=case.create_body(), headers=headers), 415, "76")


@pytest.mark.rule("R-110")
@each()
def test_a_read_may_carry_a_content_type(case: Case, client: httpx.Client) -> None:
    headers = {"Content-Type": "text/plain"}
    assert client.get(case.path, params={"limit": 0}, headers=headers).status_code == 200


@pytest.mark.rule("R-203", "R-204", "R-205", "R-206")
@pytest.mark.parametrize("api", APIS, ids=lambda api: f"{api.number}-{api.major}")
def test_unknown_paths_of_an_api(api, client: httpx.Client) -> None:
    for base in (api.base_path, *api.aliases):
        for path in ("/nothing", "/nothing/1", f"/{api.resources[0].name}/1/deeper", "/hub/1/2"):
            for method in ("GET", "POST", "PATCH", "DELETE"):
                refused(client.request(method, base + path), 404, "61", base)


@pytest.mark.rule("R-205", "R-206")
def test_unknown_paths_of_the_server(client: httpx.Client) -> None:
    for path in ("/nothing", "/tmf-api", "/tmf-api/nothing/v9/x", "/tmf-api/alarm/v9/alarm"):
        refused(client.get(path), 404, "61", path)
        refused(client.post(path, json={}), 404, "61", path)


@pytest.mark.rule("R-107", "R-205")
@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_the_probes(path: str, client: httpx.Client) -> None:
    assert list(shown(client.get(path))) == ["status"]


@pytest.mark.rule("R-107", "R-205", "R-206")
@each(one_per_api(lambda case: "GET" in case.resource.collection_methods))
def test_a_path_may_be_spelt_with_needless_escapes_and_slashes(case: Case, server: Server) -> None:
    made = server.make(case)
    item = case.item(made["id"])
    head, _, id = item.rpartition("/")
    escaped = item.replace("tmf-api", "%74mf%2dapi").replace("/v", "/%76")
    for path in (f"/{item}", escaped, item.replace("/v", "//v"), f"{head}//{id}", f"{item}//"):
        request = server.client.build_request("GET", server.url)
        request.url = request.url.copy_with(raw_path=path.encode())
        assert shown(server.client.send(request))["id"] == made["id"], path


@pytest.mark.rule("R-205", "R-206")
@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
@each(one_per_api(lambda case: case.offers("GET")))
def test_an_escaped_slash_is_no_slash(case: Case, method: str, server: Server) -> None:
    request = server.client.build_request(method, server.url)
    request.url = request.url.copy_with(raw_path=f"{case.path}%2Fnobody".encode())
    answer = server.client.send(request)
    assert answer.status_code in (404, 405), answer.text
    assert answer.json()["@type"] == "Error"
