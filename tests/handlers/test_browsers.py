"""What pages of other origins may do from a browser: nothing, until they are allowed (CORS)."""

from typing import Any

import httpx
import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import case
from tests.handlers.serving import Server
from tmf_apis.settings import SettingsError, read_settings
from tmf_apis.tmf630.patching import ACCEPT_PATCH

CUSTOMER = case("TMF629-v5/customer")
MERGE = "application/merge-patch+json"
HOST = {"Host": "api.example:8080"}
#: Whose page it is, as browsers tell.
OWN = [
    {},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://api.example:8080"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://outside.example"},  # behind a proxy
    {"Origin": "http://api.example:8080"},
    {"Origin": "https://API.example:8080"},
]
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://api.example:3000"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://api.example:8080"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://api.example"},
    {"Origin": "http://api.example:8080.evil.example"},
    {"Origin": "http://evil.example@api.example:8080"},
    {"Origin": ""},
]
#: What the answer to a page shows it.
EXPOSED = {
    *("accept-patch", "allow", "content-range", "etag", "idempotent-replayed", "link"),
    *("location", "retry-after", "tmf-hint", "x-result-count", "x-total-count"),
}


def write(server: Server, method: str, url: str, headers: dict[str, str]) -> httpx.Response:
    body: Any = {"name": "Written"} if method == "PATCH" else CUSTOMER.create_body(name="Written")
    media = {"Content-Type": MERGE if method == "PATCH" else "application/json"}
    content = {} if method == "DELETE" else {"json": body}
    return server.client.request(method, url, headers=HOST | media | headers, **content)


@pytest.mark.parametrize("page", OWN, ids=str)
def test_pages_of_our_own_and_programs_may_write(page: dict[str, str], server: Server) -> None:
    made = write(server, "POST", CUSTOMER.path, page)
    url = CUSTOMER.item(shown(made, 201)["id"])
    assert shown(write(server, "PATCH", url, page))["name"] == "Written"
    assert write(server, "DELETE", url, page).status_code == 204


@pytest.mark.parametrize("page", FOREIGN, ids=str)
def test_pages_of_others_may_not(page: dict[str, str], server: Server) -> None:
    url = CUSTOMER.item(server.make(CUSTOMER)["id"])
    before = server.client.get(url).content
    hub = f"{CUSTOMER.api.base_path}/hub"
    listener = f"{CUSTOMER.api.base_path}/listener/customerCreateEvent"
    for method, target in [
        ("POST", CUSTOMER.path),
        ("PATCH", url),
        ("DELETE", url),
        ("PUT", url),
        ("POST", hub),
        ("DELETE", f"{hub}/1"),
        ("POST", listener),
        ("POST", "/"),
        ("POST", "/nothing"),
    ]:
        refused(write(server, method, target, page), 403, "66", "TMF_CORS_ORIGINS")
    assert server.client.get(url).content == before


@pytest.mark.parametrize("page", FOREIGN, ids=str)
def test_what_a_form_can_send_is_of_no_media_type_here(
    page: dict[str, str], server: Server
) -> None:
    """A browser sends these without asking first."""
    count = server.client.get(CUSTOMER.path).headers["x-total-count"]
    body = '{"@type": "Customer", "name": "x"}'
    request = server.client.build_request("POST", CUSTOMER.path, content=body, headers=HOST | page)
    assert "content-type" not in request.headers
    refused(server.client.send(request), 415, "76", "Content-Type")
    assert server.client.get(CUSTOMER.path).headers["x-total-count"] == count


@pytest.mark.parametrize("page", FOREIGN, ids=str)
def test_and_read_nothing(page: dict[str, str], server: Server) -> None:
    """The answer does not let the browser hand it on."""
    for method, url in [("GET", CUSTOMER.path), ("OPTIONS", CUSTOMER.path), ("GET", "/nothing")]:
        asks = {"Access-Control-Request-Method": "POST"} if method == "OPTIONS" else {}
        answer = server.client.request(method, url, headers=HOST | page | asks)
        assert answer.status_code in (200, 204, 404)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def sharing(start: Start) -> Server:
    return start(cors_origins=("https://app.example", "http://localhost:3000"))


ALLOWED = [
    {"Origin": "https://app.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"},
    {"Origin": "https://app.example"},
]


@pytest.mark.parametrize("page", ALLOWED, ids=str)
def test_an_allowed_origin_may_read_and_write(page: dict[str, str], start: Start) -> None:
    server = sharing(start)
    made = write(server, "POST", CUSTOMER.path, page)
    url = CUSTOMER.item(shown(made, 201)["id"])
    answers = [made, write(server, "PATCH", url, page), server.client.get(url, headers=page)]
    answers.append(server.client.get(CUSTOMER.path, headers=page))
    answers.append(server.client.get(CUSTOMER.item("nobody"), headers=page))
    answers.append(server.client.get("/nothing", headers=page))
    answers.append(write(server, "DELETE", url, page))
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200, 404, 404, 204]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == page["Origin"]
        assert "Origin" in answer.headers["vary"]
        exposed = answer.headers["access-control-expose-headers"].lower()
        assert set(exposed.split(", ")) == EXPOSED
        assert "access-control-allow-credentials" not in answer.headers
        assert "access-control-allow-methods" not in answer.headers


@pytest.mark.parametrize("page", ALLOWED, ids=str)
@pytest.mark.parametrize("path", ["item", "collection", "hub"])
def test_a_browser_asks_first(page: dict[str, str], path: str, start: Start) -> None:
    server = sharing(start)
    url, methods = {
        "item": (CUSTOMER.item("nobody"), "GET, HEAD, PATCH, DELETE, OPTIONS"),
        "collection": (CUSTOMER.path, "GET, HEAD, POST, OPTIONS"),
        "hub": (f"{CUSTOMER.api.base_path}/hub", "GET, HEAD, POST, OPTIONS"),
    }[path]
    wanted = {
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "content-type,if-match,idempotency-key,x-trace",
    }
    answer = server.client.options(url, headers=HOST | page | wanted)
    assert (answer.status_code, answer.content) == (204, b"")
    told = {n: v for n, v in answer.headers.items() if n not in ("date", "accept-patch")}
    assert told == {
        "allow": methods,
        "access-control-allow-origin": page["Origin"],
        "access-control-allow-methods": methods,
        "access-control-allow-headers": "content-type,if-match,idempotency-key,x-trace",
        "access-control-max-age": "600",
        "vary": "Origin",
    }
    assert answer.headers.get("accept-patch") == (ACCEPT_PATCH if path == "item" else None)


def test_header_names_that_are_none_are_not_repeated(start: Start) -> None:
    asks = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": 'a"; <b>'}
    answer = sharing(start).client.options(CUSTOMER.path, headers=ALLOWED[0] | asks)
    assert answer.headers["access-control-allow-methods"]
    assert "access-control-allow-headers" not in answer.headers


@pytest.mark.parametrize("page", FOREIGN, ids=str)
def test_others_stay_outside(page: dict[str, str], start: Start) -> None:
    server = sharing(start)
    refused(write(server, "POST", CUSTOMER.path, page), 403, "66")
    answer = server.client.get(CUSTOMER.path, headers=HOST | page)
    assert answer.headers["vary"].startswith("Origin")
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_programs_get_what_they_got(start: Start) -> None:
    answer = sharing(start).client.get("/", headers=HOST)
    assert answer.headers["vary"].startswith("Accept, Origin")
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("page", FOREIGN[:2], ids=str)
def test_everybody_may_be_allowed(page: dict[str, str], start: Start) -> None:
    server = start(cors_origins=("*",))
    assert write(server, "POST", CUSTOMER.path, page).status_code == 201
    answer = server.client.get(CUSTOMER.path, headers=HOST | page)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Origin" not in answer.headers.get("vary", "")


def test_the_external_url_is_our_own(start: Start) -> None:
    server = start(base_url="https://api.example.com/shop")
    page = {"Origin": "https://api.example.com"}
    assert write(server, "POST", CUSTOMER.path, page).status_code == 201


@pytest.mark.parametrize(
    "origin", ["app.example", "https://app.example/", "https://app.example/x", "ftp://a", "https://*.a"]
)  # fmt: skip
def test_an_origin_is_a_scheme_and_a_host(origin: str) -> None:
    with pytest.raises(SettingsError, match="TMF_CORS_ORIGINS"):
        read_settings({"TMF_CORS_ORIGINS": origin})


def test_several_are_given_by_commas() -> None:
    found = read_settings({"TMF_CORS_ORIGINS": "https://App.example, http://localhost:3000"})
    assert found.cors_origins == ("https://app.example", "http://localhost:3000")
