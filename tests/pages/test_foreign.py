"""A page of another origin in a real browser: it makes nothing and reads nothing until allowed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from selenium.webdriver import Chrome

from tests.handlers.facts import case
from tests.handlers.serving import Server, running
from tests.pages.browser import problems
from tmf_apis.catalog import Catalog

CUSTOMER = case("TMF629-v5/customer")
#: What a script tries, each to the text it got, or to the name of what went wrong.
TRY = """
const [base, id, body, done] = arguments;
const json = {"Content-Type": "application/json"};
const merge = {"Content-Type": "application/merge-patch+json"};
const other = '{"name": "Other"}', hub = '{"callback": "https://a.example"}';
const asked = async (path, options) => (await fetch(base + path, options)).text();
const tries = {
  list: () => asked("/customer"),
  read: () => asked(`/customer/${id}`),
  tag: async () => (await fetch(`${base}/customer/${id}`)).headers.get("ETag") || "no tag",
  count: async () => (await fetch(`${base}/customer`)).headers.get("X-Total-Count") || "no count",
  document: () => asked("/openapi.json"),
  post: () => asked("/customer", {method: "POST", headers: json, body}),
  patch: () => asked(`/customer/${id}`, {method: "PATCH", headers: merge, body: other}),
  hub: () => asked("/hub", {method: "POST", headers: json, body: hub}),
  untyped: () => asked("/customer", {method: "POST", body: new Blob([body])}),
  blind: () => asked("/customer", {method: "POST", mode: "no-cors", body: new Blob([body])}),
  text: () => asked("/customer", {method: "POST", mode: "no-cors", body}),
  beacon: async () => String(navigator.sendBeacon(`${base}/customer`, new Blob([body]))),
  form: () => new Promise((resolve) => {
    const form = document.createElement("form"), field = document.createElement("input");
    Object.assign(form, {action: `${base}/customer`, method: "post", enctype: "text/plain"});
    [field.name, field.value] = [body.slice(0, -1) + ', "x": "', '"}'];
    document.body.append(Object.assign(document.createElement("iframe"), {name: "frame"}));
    form.target = "frame";
    form.append(field);
    document.body.append(form);
    form.submit();
    setTimeout(() => resolve("sent"), 500);
  }),
  frame: () => new Promise((resolve) => {
    const frame = Object.assign(document.createElement("iframe"), {src: new URL("/", base).href});
    frame.onload = () => setTimeout(() => resolve(String(frame.contentWindow.length)), 0);
    document.body.append(frame);
  }),
  remove: () => asked(`/customer/${id}`, {method: "DELETE"}),
};
(async () => {
  const got = {};
  for (const [name, attempt] of Object.entries(tries)) {
    try { got[name] = await attempt(); } catch (error) { got[name] = error.name; }
  }
  done(got);
})();
"""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!DOCTYPE html><title>Elsewhere</title><body>")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def elsewhere() -> Iterator[int]:
    """The port of a server of pages that are not ours."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with elsewhere() as found:
        yield found


def tried(browser: Chrome, page: str, server: Server, id: str) -> dict[str, Any]:
    """What came of each try on a page of another origin."""
    browser.get(page)
    base = server.url + CUSTOMER.api.base_path
    body = json.dumps(CUSTOMER.create_body(name="Made elsewhere"))
    got: dict[str, Any] = browser.execute_async_script(TRY, base, id, body)
    return got


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"], ids=["same site", "another site"])
def test_it_makes_nothing_and_reads_nothing(
    host: str, browser: Chrome, port: int, tmp_path: Path
) -> None:
    with running(tmp_path, Catalog((CUSTOMER.api,)), development=True) as server:
        made = server.make(CUSTOMER)
        before = server.client.get(CUSTOMER.path)
        got = tried(browser, f"http://{host}:{port}/", server, made["id"])
        # What a browser sends without asking, and hands no answer of to the page.
        assert [got.pop(name) for name in ("blind", "text", "beacon", "form")] == [
            "",
            "",
            "true",
            "sent",
        ]
        assert got.pop("frame") == "0"
        assert set(got.values()) == {"TypeError"}, got
        assert server.client.get(CUSTOMER.path).content == before.content
        assert any(
            "frame-ancestors" in problem or "X-Frame" in problem for problem in problems(browser)
        )


def test_it_does_both_once_it_is_allowed(browser: Chrome, port: int, tmp_path: Path) -> None:
    page = f"http://localhost:{port}"
    with running(
        tmp_path, Catalog((CUSTOMER.api,)), development=True, cors_origins=(page,)
    ) as server:
        made = server.make(CUSTOMER)
        tag = server.client.get(CUSTOMER.item(made["id"])).headers["etag"]
        got = tried(browser, f"{page}/", server, made["id"])
        assert made["id"] in got["list"] and made["id"] in got["read"]
        # A browser takes it packed, which is a representation of its own (RFC 9110, 8.8.3.3).
        assert got["tag"] in (tag, f'{tag[:-1]}-br"')
        assert got["count"] == "1"
        assert got["document"].startswith('{"openapi"')
        assert '"name":"Made elsewhere"' in got["post"]
        assert '"name":"Other"' in got["patch"]
        assert '"callback":"https://a.example"' in got["hub"]
        assert '"name":"Made elsewhere"' in got["untyped"]
        assert (got["remove"], got["frame"]) == ("", "0")
        listed = server.client.get(CUSTOMER.path).json()
        assert made["id"] not in [customer["id"] for customer in listed]
        # Posted with a type, without one, blindly, and by a beacon.
        assert len(listed) == 4
    problems(browser)
