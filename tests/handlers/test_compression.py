"""Answers over a kilobyte are compressed for clients that ask for it, and their tags say so."""

import gzip
from typing import Any, NamedTuple
from uuid import uuid4

import brotli
import pytest

from tests.handlers.asking import refused
from tests.handlers.conftest import Start
from tests.handlers.facts import case
from tests.handlers.serving import Server

CUSTOMER = case("TMF629-v5/customer")
MERGE = {"Content-Type": "application/merge-patch+json"}
PLAIN = {"gzip": gzip.decompress, "br": brotli.decompress}
CODINGS = pytest.mark.parametrize("coding", PLAIN)


class Raw(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def plain(self) -> bytes:
        """The body as it is without its coding."""
        return PLAIN[self.headers["content-encoding"]](self.body)


def ask(server: Server, method: str, url: str, accept: str, **more: Any) -> Raw:
    """An answer as it came, not decoded."""
    headers = {"Accept-Encoding": accept, **more.pop("headers", {})}
    with server.client.stream(method, url, headers=headers, **more) as answer:
        body = b"".join(answer.iter_raw())
    return Raw(answer.status_code, dict(answer.headers), body)


def made(server: Server, size: int = 2000) -> str:
    """The path of a new customer whose representation has so many bytes and some more."""
    return CUSTOMER.item(server.make(CUSTOMER, **{"x-text": "a" * size})["id"])


@CODINGS
def test_a_resource_has_a_tag_for_each_coding(coding: str, server: Server) -> None:
    url = made(server)
    plain = ask(server, "GET", url, "identity")
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"
    found = ask(server, "GET", url, coding)
    assert found.plain == plain.body
    assert len(found.body) < len(plain.body) / 2
    told = {"content-encoding": coding, "vary": "Accept-Encoding"}
    told["content-length"] = str(len(found.body))
    told["etag"] = f'{plain.headers["etag"][:-1]}-{coding}"'
    assert {k: v for k, v in found.headers.items() if k != "date"} == {
        **{k: v for k, v in plain.headers.items() if k != "date"},
        **told,
    }
    head = ask(server, "HEAD", url, coding)
    assert (head.status, head.body) == (200, b"")
    assert {**head.headers, "date": 0} == {**found.headers, "date": 0}


@CODINGS
def test_a_small_answer_stays_as_it_is(coding: str, server: Server) -> None:
    url = CUSTOMER.item(server.make(CUSTOMER)["id"]) + "?fields=name"
    plain, asked = (ask(server, "GET", url, accept) for accept in ("identity", coding))
    assert len(plain.body) < 1024
    assert {**asked.headers, "date": 0} == {**plain.headers, "date": 0}
    assert asked.body == plain.body and "vary" not in plain.headers


@CODINGS
def test_whatever_is_long_is_compressed(coding: str, server: Server) -> None:
    made(server)
    base = CUSTOMER.api.base_path
    for url in (
        CUSTOMER.path,
        f"{base}/openapi.json",
        f"{base}/ui/",
        "/",
        "/assets/site.css",
        "/swagger-ui/swagger-ui-bundle.js",
        "/assets/icon.svg",
    ):
        plain, found = (
            ask(server, "GET", url, accept, headers={"Accept": "text/html,*/*;q=0.9"})
            for accept in ("identity", coding)
        )
        if len(plain.body) < 1024:
            assert found.body == plain.body
            continue
        assert found.plain == plain.body, url
        assert "Accept-Encoding" in found.headers["vary"]
        assert found.headers["content-type"] == plain.headers["content-type"]
    icon = ask(server, "GET", "/favicon.ico", coding)
    assert "content-encoding" not in icon.headers and len(icon.body) > 1024


@CODINGS
def test_writes_are_answered_so_as_well(coding: str, server: Server) -> None:
    body = CUSTOMER.create_body(**{"x-text": "a" * 2000})
    posted = ask(server, "POST", CUSTOMER.path, coding, json=body)
    assert posted.status == 201 and b'"x-text"' in posted.plain
    url = posted.headers["location"]
    tag = posted.headers["etag"]
    assert tag == ask(server, "GET", url, coding).headers["etag"]
    change = {"headers": {**MERGE, "If-Match": tag}, "json": {"x-n": 1}}
    patched = ask(server, "PATCH", url, coding, **change)
    assert patched.status == 200 and b'"x-n":1' in patched.plain
    assert ask(server, "PATCH", url, coding, **change).status == 412


@CODINGS
def test_a_copy_is_fresh_for_who_takes_its_coding(coding: str, server: Server) -> None:
    url = made(server)
    plain = ask(server, "GET", url, "identity").headers["etag"]
    tag = ask(server, "GET", url, coding).headers["etag"]
    for named in (tag, f'"other", W/{tag}'):
        fresh = ask(server, "GET", url, coding, headers={"If-None-Match": named})
        assert (fresh.status, fresh.body, fresh.headers["etag"]) == (304, b"", tag)
        assert fresh.headers["vary"] == "Accept-Encoding"
        assert "content-encoding" not in fresh.headers
    stale = ask(server, "GET", url, "identity", headers={"If-None-Match": tag})
    assert (stale.status, stale.headers["etag"]) == (200, plain)
    # A copy that is not compressed suits everybody.
    fresh = ask(server, "GET", url, coding, headers={"If-None-Match": plain})
    assert (fresh.status, fresh.headers["etag"]) == (304, plain)
    write = {"headers": {**MERGE, "If-None-Match": tag}, "json": {"x-n": 1}}
    assert ask(server, "PATCH", url, coding, **write).status == 412


def test_a_refusal_tells_the_tag_of_the_resource(server: Server) -> None:
    url = made(server)
    named = {**MERGE, "If-Match": ", ".join(f'"{uuid4()}"' for _ in range(40))}
    answer = server.client.patch(url, json={}, headers=named | {"Accept-Encoding": "gzip"})
    refused(answer, 412, "74")
    assert answer.headers["etag"] == ask(server, "GET", url, "identity").headers["etag"]


def test_a_long_list_comes_whole(server: Server) -> None:
    mark = uuid4().hex
    server.make_some(CUSTOMER, 40, **{"x-mark": mark, "x-text": "long " * 1000})
    url = f"{CUSTOMER.path}?x-mark={mark}"
    plain = ask(server, "GET", url, "identity")
    assert len(plain.body) > 200_000
    found = ask(server, "GET", url, "gzip")
    assert found.plain == plain.body
    assert found.headers["x-total-count"] == "40"


def test_off_nothing_is_compressed(start: Start) -> None:
    server = start(compression=False)
    url = made(server)
    plain, asked = (ask(server, "GET", url, accept) for accept in ("identity", "gzip, br"))
    assert {**asked.headers, "date": 0} == {**plain.headers, "date": 0}
    assert asked.body == plain.body and "vary" not in plain.headers


def test_pages_of_other_origins_see_both(start: Start) -> None:
    server = start(cors_origins=("https://app.example", "http://localhost:3000"))
    page = {"Origin": "https://app.example"}
    answer = ask(server, "GET", f"{CUSTOMER.api.base_path}/openapi.json", "gzip", headers=page)
    assert answer.headers["vary"] == "Origin, Accept-Encoding"
    assert answer.headers["content-encoding"] == "gzip"
