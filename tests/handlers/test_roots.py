"""What is there, at `/` and at the base of each API (D27); and no redirect of a framework."""

from collections.abc import Iterator

import httpx
import pytest

from handlers.pages import page_paths
from tests.handlers.asking import refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import APIS
from tests.handlers.serving import Server
from tmf_apis import __version__
from tmf_apis.catalog import Catalog
from tmf_apis.spec.model import ApiSpec

#: What is no resource, and can only be read.
READ_ONLY = [
    *("/", "/events", "/favicon.ico", "/assets/site.css", "/swagger-ui/swagger-ui.css", "/health"),
    *("/ready", "/events/state", "{base}", "{base}/", "{base}/openapi.json", "{base}/ui/"),
]
#: What the packages that are built upon would have shown as well.
NOT_OURS = [
    *("{base}/ui/index.html", "{base}/ui/index.j2", "{base}/ui/swagger-initializer.js"),
    *("{base}/openapi.yaml", "/swagger-ui/index.html", "/swagger-ui/swagger-initializer.js"),
    *("/swagger-ui/oauth2-redirect.html", "/assets/%2e%2e/pages.py", "/assets/landing.html"),
]
PROGRAMS = [
    *(None, "*/*", "application/json", "application/*", "text/html;q=0.5, application/json"),
]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def overview(api: ApiSpec, url: str) -> dict:
    """What the base of an API tells, addressed as given."""
    root = {
        "name": api.title.partition(" ")[2],
        "number": api.number,
        "version": api.version,
        "href": url,
        "document": f"{url}/openapi.json",
        "explorer": f"{url}/ui/",
        "resources": [
            {"name": r.name, "href": "/".join((url, *r.segments))} for r in api.resources
        ],
    }
    return root | ({"hub": f"{url}/hub"} if api.hub else {})


@pytest.mark.rule("R-102", "R-105")
@pytest.mark.parametrize("api", APIS, ids=lambda api: f"{api.number}-{api.major}")
def test_the_base_of_an_api_tells_what_is_there(api: ApiSpec, server: Server) -> None:
    for base in (api.base_path, *api.aliases):
        for path in (base, f"{base}/", f"{base}//", f"/{base}"):
            request = server.client.build_request("GET", server.url)
            request.url = request.url.copy_with(raw_path=path.encode())
            told = shown(server.client.send(request))
            assert told == overview(api, server.url + base), path
    for resource in told["resources"]:
        assert server.client.get(resource["href"]).status_code in (200, 206)
    assert shown(server.client.get(told["document"]))["info"]["version"] == api.version
    assert server.client.get(told["explorer"], follow_redirects=True).status_code == 200


@pytest.mark.rule("R-105")
def test_an_external_url_counts(start: Start) -> None:
    server = start(base_url="https://api.example.com/shop")
    api = APIS[0]
    url = f"https://api.example.com/shop{api.base_path}"
    for path in (api.base_path, f"{api.base_path}/"):
        assert shown(server.client.get(path)) == overview(api, url)
    listed = shown(server.client.get("/"))["apis"]
    assert listed[0]["href"] == url


@pytest.mark.parametrize("accept", PROGRAMS)
def test_the_root_lists_the_apis_to_programs(accept: str | None, server: Server) -> None:
    request = server.client.build_request("GET", "/", headers={"Accept": accept or ""})
    if accept is None:
        del request.headers["accept"]
    answer = server.client.send(request)
    told = shown(answer)
    assert (told["name"], told["version"]) == ("TMF Open APIs", __version__)
    assert told["apis"] == [
        {k: v for k, v in overview(api, server.url + api.base_path).items() if k in told["apis"][0]}
        for api in APIS
    ]
    assert list(told["apis"][0]) == ["name", "number", "version", "href", "document", "explorer"]
    assert answer.headers["vary"].split(", ")[0] == "Accept"


@pytest.mark.parametrize("accept", [BROWSER, "text/html", "text/*, */*;q=0.1"])
def test_the_root_is_a_page_to_browsers(accept: str, server: Server) -> None:
    answer = server.client.get("/", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["vary"].split(", ")[0] == "Accept"
    assert answer.text.startswith("<!DOCTYPE html>")


@pytest.mark.rule("R-110")
def test_the_root_is_neither_to_others(server: Server) -> None:
    refused(server.client.get("/", headers={"Accept": "image/png"}), 406, "63")


#: Each page, the root aside, and where what it shows is data.
PAGES = [
    ("/events", "/events/state"),
    ("/tasks", "/tasks/state"),
    ("/lifecycles", "/lifecycles.json"),
    *(
        (f"{base}/ui/", f"{base}/openapi.json")
        for api in APIS
        for base in (api.base_path, *api.aliases)
    ),
]


def test_every_page_but_the_root_is_data_as_well() -> None:
    assert {page.rstrip("/") for page, _ in PAGES} == page_paths(Catalog(tuple(APIS))).keys() - {""}


@pytest.mark.rule("R-110")
@pytest.mark.parametrize(("page", "data"), PAGES)
def test_who_asks_a_page_for_json_gets_what_it_shows(
    page: str, data: str, administered: Server
) -> None:
    client = administered.client
    for accept in ("application/json", "text/html;q=0.5, application/json", "application/*"):
        for path in (page, page.rstrip("/")):
            answer = client.get(path, headers={"Accept": accept})
            assert answer.headers["content-type"] == "application/json", (path, accept)
            assert answer.json() == client.get(data).json()
            assert answer.headers["vary"].split(", ")[0] == "Accept"
            tag = answer.headers.get("etag")
            again = {"Accept": accept, "If-None-Match": tag or ""}
            assert client.get(path, headers=again).status_code == (304 if tag else 200)
    for accept in (BROWSER, "text/html", "*/*", "application/json;q=0.5, text/html"):
        answer = client.get(page, headers={"Accept": accept}, follow_redirects=True)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["vary"].split(", ")[0] == "Accept"
    refused(client.get(page, headers={"Accept": "image/png"}), 406, "63")


@pytest.mark.parametrize("page", ["/events", "/tasks"])
def test_a_page_of_administrators_is_for_them_as_data_too(page: str, server: Server) -> None:
    headers = {"Accept": "application/json"}
    refused(server.client.get(page, headers=headers), 403, "41")


@pytest.mark.rule("R-107", "R-108")
@pytest.mark.parametrize("path", READ_ONLY)
def test_what_is_no_resource_can_be_read_only(path: str, administered: Server) -> None:
    path = path.format(base=APIS[0].base_path)
    read, head = administered.client.get(path), administered.client.head(path)
    assert (read.status_code, head.status_code, head.content) == (200, 200, b"")
    assert head.headers["content-type"] == read.headers["content-type"]
    options = administered.client.options(path)
    assert (options.status_code, options.content) == (204, b"")
    assert options.headers["allow"] == "GET, HEAD, OPTIONS"
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE"):
        answer = administered.client.request(method, path)
        refused(answer, 405, "62", method)
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def spellings() -> Iterator[str]:
    """Paths that a framework is tempted to lead elsewhere."""
    for base in (APIS[0].base_path, *APIS[4].aliases[:1]):
        for path in (
            "",
            "/ui",
            "/openapi.json",
            "/hub",
            "/nothing",
            f"/{APIS[0].resources[0].name}",
        ):
            yield base + path
            yield f"{base}{path}/"
            yield f"{base}{path}//"
    yield from ("/events", "/events/", "//events", "/assets", "/assets/", "/swagger-ui", "/health/")
    yield from ("/tmf-api", "/tmf-api/", "//", "/ui", "/ui/", "/.", "/..", "/%2e%2e", "/events/..")
    yield from (f"{APIS[0].base_path}/%75i", f"{APIS[0].base_path}/ui%2f", "//example.com/ui")


@pytest.mark.rule("R-205")
@pytest.mark.parametrize("path", list(spellings()))
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_leads_to_another_host_or_nowhere(
    method: str, path: str, administered: Server
) -> None:
    request = administered.client.build_request(
        method, administered.url, headers={"Host": "inner:1"}
    )
    request.url = request.url.copy_with(raw_path=path.encode())
    answer = administered.client.send(request)
    if answer.is_redirect:
        assert method == "GET"
        assert answer.status_code == 308
        led = answer.headers["location"]
        assert led.startswith(("../", "ui/"))
        reached = administered.client.get(httpx.URL(administered.url + path).join(led))
        assert (reached.status_code, reached.headers["content-type"][:9]) == (200, "text/html")
    elif not answer.is_success:
        refused(answer, answer.status_code, {404: "61", 405: "62", 400: "20"}[answer.status_code])


@pytest.mark.parametrize("path", NOT_OURS)
def test_pages_that_are_not_ours_are_not_there(path: str, server: Server) -> None:
    request = server.client.build_request("GET", server.url)
    path = path.format(base=APIS[0].base_path)
    request.url = request.url.copy_with(raw_path=path.encode())
    refused(server.client.send(request), 404, "61", path)


def test_a_browser_finds_an_icon(server: Server) -> None:
    answer = server.client.get("/favicon.ico")
    assert answer.headers["content-type"] in ("image/vnd.microsoft.icon", "image/x-icon")
    assert answer.content.startswith(b"\x00\x00\x01\x00")
