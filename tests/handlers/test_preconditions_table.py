"""Every precondition by method by (matching, not matching, malformed), as RFC 9110 has it.

Section 13.2.2 in two tables: what each field alone gives, and which of two fields decides. A
condition holds (the request is carried out), gives 304 to a read, or refuses with 412.
"""

from collections.abc import Iterator
from email.utils import formatdate, parsedate_to_datetime
from itertools import product

import httpx
import pytest

from tests.handlers.asking import refused
from tests.handlers.facts import case
from tests.handlers.serving import Server
from tmf_apis.tmf630.http_dates import http_date

CUSTOMER = case("TMF629-v5/customer")
MERGE = {"Content-Type": "application/merge-patch+json"}

#: Field, value, and what comes of it: of a read, and of a write.
TABLE: list[tuple[str, str, str, int | None, int | None]] = [
    ("If-Match", "*", "any", None, None),
    ("If-Match", "{tag}", "matching", None, None),
    ("If-Match", '"other" ,, {tag} ,', "among others", None, None),
    ("If-Match", "{shaped}", "another shape of the same state", None, None),
    ("If-Match", '"other"', "not matching", 412, 412),
    ("If-Match", "W/{tag}", "weak", 412, 412),
    ("If-Match", "{bare}", "malformed, no quotes", 412, 412),
    ("If-Match", "{tag} {tag}", "malformed, no comma", 412, 412),
    ("If-Match", "*, {tag}x", "malformed list", 412, 412),
    ("If-Match", "", "empty", 412, 412),
    ("If-None-Match", "*", "any", 304, 412),
    ("If-None-Match", "{tag}", "matching", 304, 412),
    ("If-None-Match", '"a,b", {tag}', "among others", 304, 412),
    ("If-None-Match", "W/{tag}", "weak", 304, 412),
    ("If-None-Match", '"other", W/"another"', "not matching", None, None),
    ("If-None-Match", "{bare}", "malformed, no quotes", None, None),
    ("If-None-Match", 'w/{tag}', "malformed, a small w", None, None),
    ("If-None-Match", "", "empty", None, None),
    ("If-Modified-Since", "{date}", "matching", 304, None),
    ("If-Modified-Since", "{later}", "later", 304, None),
    ("If-Modified-Since", "{rfc850}", "in the form of RFC 850", 304, None),
    ("If-Modified-Since", "{asctime}", "in the form of asctime", 304, None),
    ("If-Modified-Since", "{earlier}", "not matching", None, None),
    ("If-Modified-Since", "{iso}", "malformed", None, None),
    ("If-Modified-Since", "{date}, {date}", "malformed, two", None, None),
    ("If-Modified-Since", "", "empty", None, None),
    ("If-Unmodified-Since", "{date}", "matching", None, None),
    ("If-Unmodified-Since", "{later}", "later", None, None),
    ("If-Unmodified-Since", "{earlier}", "not matching", 412, 412),
    ("If-Unmodified-Since", "{earlier850}", "in the form of RFC 850", 412, 412),
    ("If-Unmodified-Since", "{earlier_iso}", "malformed", None, None),
    ("If-Unmodified-Since", "{earlier}, {earlier}", "malformed, two", None, None),
]  # fmt: skip

#: Which of two fields decides.
ORDER: list[tuple[dict[str, str], int | None, int | None]] = [
    ({"If-Match": "{tag}", "If-Unmodified-Since": "{earlier}"}, None, None),
    ({"If-Match": '"other"', "If-Unmodified-Since": "{date}"}, 412, 412),
    ({"If-Match": '"other"', "If-None-Match": "{tag}"}, 412, 412),
    ({"If-Match": "{tag}", "If-None-Match": "{tag}"}, 304, 412),
    ({"If-Unmodified-Since": "{earlier}", "If-None-Match": '"other"'}, 412, 412),
    ({"If-Unmodified-Since": "{date}", "If-None-Match": "{tag}"}, 304, 412),
    ({"If-None-Match": '"other"', "If-Modified-Since": "{date}"}, None, None),
    ({"If-None-Match": "{tag}", "If-Modified-Since": "{earlier}"}, 304, 412),
    ({"If-Unmodified-Since": "{date}", "If-Modified-Since": "{date}"}, 304, None),
]
SINGLE = [({field: value}, read, write) for field, value, _, read, write in TABLE]
NAMES = [f"{field} {what}" for field, _, what, _, _ in TABLE] + [
    " and ".join(f"{field} {value}" for field, value in fields.items()) for fields, _, _ in ORDER
]


def spelt(fields: dict[str, str], shown: httpx.Response, url: str, server: Server) -> Iterator:
    """The fields with the tags and dates of a resource in them."""
    tag, date = shown.headers["etag"], shown.headers["last-modified"]
    at = parsedate_to_datetime(date)
    earlier = at.timestamp() - 3600
    words = {
        "tag": tag,
        "bare": tag.strip('"'),
        "shaped": server.client.get(url, params={"fields": "name"}).headers["etag"],
        "date": date,
        "later": formatdate(at.timestamp() + 3600, usegmt=True),
        "earlier": formatdate(earlier, usegmt=True),
        "rfc850": at.strftime("%A, %d-%b-%y %H:%M:%S GMT"),
        "asctime": at.strftime("%a %b %e %H:%M:%S %Y"),
        "earlier850": at.fromtimestamp(earlier, at.tzinfo).strftime("%A, %d-%b-%y %H:%M:%S GMT"),
        "iso": at.isoformat(),
        "earlier_iso": at.fromtimestamp(earlier, at.tzinfo).isoformat(),
    }
    return ((field, value.format_map(words)) for field, value in fields.items())


@pytest.mark.rule("R-112")
@pytest.mark.parametrize(("fields", "read", "write"), SINGLE + ORDER, ids=NAMES)
def test_on_a_resource(
    fields: dict[str, str], read: int | None, write: int | None, server: Server
) -> None:
    url = CUSTOMER.item(server.make(CUSTOMER)["id"])
    before = server.client.get(url)
    given = dict(spelt(fields, before, url, server))
    for method in ("GET", "HEAD"):
        answer = server.client.request(method, url, headers=given)
        assert answer.status_code == (read or 200), method
        assert answer.headers["etag"] == before.headers["etag"]
        if read == 304:
            assert answer.headers["last-modified"] == before.headers["last-modified"]
            assert answer.content == b"" and "content-type" not in answer.headers
        elif method == "GET":
            assert (answer.content == before.content) is (read is None)
    for method in ("OPTIONS", "TRACE", "PUT"):
        plain = server.client.request(method, url)
        assert server.client.request(method, url, headers=given).content == plain.content
    patched = server.client.patch(url, json={"name": "New"}, headers=MERGE | given)
    assert patched.status_code == (write or 200)
    if write is not None:
        error = refused(patched, 412, "74")
        assert any(field in error["message"] for field in given)
        assert patched.headers["etag"] == before.headers["etag"]
        assert server.client.get(url).content == before.content
    else:
        given = dict(spelt(fields, server.client.get(url), url, server))
    deleted = server.client.delete(url, headers=given)
    assert deleted.status_code == (write or 204)
    assert server.client.get(url).status_code == (404 if write is None else 200)


#: A collection is there, but has no tag and no date of its own.
COLLECTION = {
    ("If-Match", "*"): (None, None),
    ("If-Match", '"other"'): (412, 412),
    ("If-Match", "other"): (412, 412),
    ("If-None-Match", "*"): (304, 412),
    ("If-None-Match", '"other"'): (None, None),
    ("If-None-Match", "other"): (None, None),
    ("If-Modified-Since", "Mon, 01 Jan 2035 00:00:00 GMT"): (None, None),
    ("If-Modified-Since", "soon"): (None, None),
    ("If-Unmodified-Since", "Mon, 01 Jan 1990 00:00:00 GMT"): (None, None),
    ("If-Unmodified-Since", "soon"): (None, None),
}


@pytest.mark.rule("R-112")
@pytest.mark.parametrize(("given", "outcome"), COLLECTION.items(), ids=map(": ".join, COLLECTION))
def test_on_a_collection(
    given: tuple[str, str], outcome: tuple[int | None, int | None], server: Server
) -> None:
    read, write = outcome
    headers = dict([given])
    count = server.client.get(CUSTOMER.path).headers["x-total-count"]
    for method in ("GET", "HEAD"):
        answer = server.client.request(method, CUSTOMER.path, headers=headers)
        assert answer.status_code == (read or 200)
    answer = server.client.post(CUSTOMER.path, json=CUSTOMER.create_body(), headers=headers)
    assert answer.status_code == (write or 201)
    if write is not None:
        refused(answer, 412, "74", given[0])
        assert server.client.get(CUSTOMER.path).headers["x-total-count"] == count


#: What is read beside resources.
READINGS = [
    *("/", "/health", "/ready", "/assets/site.css", "/favicon.ico"),
    *("{base}", "{base}/openapi.json", "{base}/ui/", "{base}/hub"),
]


@pytest.mark.rule("R-112")
@pytest.mark.parametrize("name", ["TMF629-v4", "TMF629-v5"])
def test_on_a_subscription(name: str, server: Server) -> None:
    hub = f"{case(f'{name}/customer').api.base_path}/hub"
    body = {"callback": f"https://example.com/{name}"}
    named = {"If-Match": '"other"'}
    refused(server.client.post(hub, json=body, headers=named), 412, "74", "If-Match")
    made = server.client.post(hub, json=body, headers={"If-None-Match": '"other"'})
    assert made.status_code == 201
    url = f"{hub}/{made.json()['id']}"
    refused(server.client.delete(url, headers=named), 412, "74", "If-Match")
    refused(server.client.delete(url, headers={"If-None-Match": "*"}), 412, "74", "If-None-Match")
    assert server.client.delete(url, headers={"If-Match": "*"}).status_code == 204


@pytest.mark.rule("R-112")
@pytest.mark.parametrize("path", READINGS)
def test_on_whatever_else_is_read(path: str, server: Server) -> None:
    """Where there is a tag, it counts; nothing has a date."""
    path = path.format(base=CUSTOMER.api.base_path)
    plain = server.client.get(path)
    tag = plain.headers.get("etag")
    outcomes = [
        ({}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": '"other"'}, 412),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-Modified-Since": http_date(4_000_000_000)}, 200),
        ({"If-Unmodified-Since": http_date(0)}, 200),
        *([({"If-Match": tag}, 200), ({"If-None-Match": f"W/{tag}"}, 304)] if tag else []),
    ]
    for method in ("GET", "HEAD"):
        for given, status in outcomes:
            answer = server.client.request(method, path, headers=given)
            assert answer.status_code == status, (method, given)
            assert answer.headers.get("etag") == tag
            assert status != 304 or answer.content == b""


@pytest.mark.rule("R-112")
def test_what_is_refused_anyway_is_not_conditional(server: Server) -> None:
    url = CUSTOMER.item(server.make(CUSTOMER)["id"])
    named = {"If-Match": '"other"'}
    missing = CUSTOMER.item("nobody")
    refused(server.client.get(missing, headers={"If-None-Match": "*"}), 404, "60")
    refused(server.client.patch(missing, json={}, headers=named), 404, "60")
    refused(server.client.delete(missing, headers=named), 404, "60")
    refused(server.client.get(f"{CUSTOMER.path}?limit=x", headers=named), 400, "33")
    refused(server.client.get(url, headers=named | {"Accept": "text/html"}), 406, "63")
    text = named | {"Content-Type": "text/plain"}
    for method, target in (("PATCH", url), ("POST", CUSTOMER.path)):
        refused(server.client.request(method, target, content="{}", headers=text), 415, "76")


@pytest.mark.rule("R-112", "R-610")
def test_if_range_lets_a_range_stand_or_not(server: Server) -> None:
    """A list has nothing that could match, so the range is passed over."""
    for _ in range(3):
        server.make(CUSTOMER)
    part = {"Range": "items=1-2"}
    for method, if_range in product(("GET", "HEAD"), ('"tag"', "soon", "{date}")):
        now = formatdate(usegmt=True)
        headers = part | {"If-Range": if_range.format(date=now)}
        assert server.client.request(method, CUSTOMER.path, headers=part).status_code == 206
        whole = server.client.request(method, CUSTOMER.path, headers=headers)
        assert whole.status_code == 200
        assert "content-range" not in whole.headers
