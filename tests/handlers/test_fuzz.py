"""Whatever a client sends is answered at once, and never by a failure of the server."""

import json
from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.handlers.facts import Case, case
from tests.handlers.serving import Server
from tests.handlers.wire import Answer, ask
from tmf_apis.tmf630.errors import CATALOGUE
from tmf_apis.tmf630.patching import PATCHES

#: Seconds in which even the strangest request is answered, on a machine that does other things.
AT_ONCE = 2.0
RESOURCES = [case("TMF622-v5/productOrder"), case("TMF639-v4/resource")]
CODES = {cause.code for cause in CATALOGUE}

#: What queries are made of: the words that mean something, and what they might stand next to.
WORDS = [
    "name", "id", "href", "@type", "relatedParty", "role", "note", "state", "lastUpdate",
    "fields", "filter", "sort", "offset", "limit", "before", "after", "depth", "version",
    ".", ".eq", ".gt", ".gte", ".lt", ".regex", "=", "==", "=~", "*=", ">", "<", ">=", "&", ";",
    ",", "%3E", "%3D", "%2C", "%26", "%00", "%ff", "%", "+", "-", "*", "\"", "'", "$", "@", "[",
    "]", "[?(", ")]", "[*]", "..", "&&", "||", "!", "(", ")", "/", "0", "1", "-1", "9" * 20, "1e9",
    "true", "null", "none", "2026-01-01", "2026-01-01T00:00:00Z", "é", "\U0001d4b3",
]  # fmt: skip
queries = st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=12).map("".join)

POINTERS = ["", "/", "/name", "name", "/note", "/note/-", "/note/0", "/note/0/text", "/note/-1",
            "/relatedParty", "/relatedParty/role", "/relatedParty?role=owner", "/note?note.id=1",
            "$.note[?(@.id=='1')]", "note[0]", ".note[*].text", "/id", "/@type", "/a/b", "/~2",
            "/note?", "/note?a.regex=(", "/note/99999999999999999999", "$..x"]  # fmt: skip
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["2026-01-01T00:00:00Z", "2026-13-01", "", " ", "inProgress", "$", "a.b"])
)
names = st.sampled_from(
    ["name", "id", "href", "@type", "version", "note", "state", "productOrderItem", "validFor",
     "relatedParty", "resourceCharacteristic", "value", "op", "path", "$", "a.b", ""]
) | st.text(max_size=4)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5),
    max_leaves=20,
)
operation = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]) | scalars},
    optional={
        "path": st.sampled_from(POINTERS) | st.text(max_size=6).map("/".__add__),
        "from": st.sampled_from(POINTERS),
        "value": values,
    },
)
patches = st.lists(operation, max_size=5) | operation | values
headers = st.dictionaries(
    st.sampled_from(
        ["If-Match", "If-None-Match", "If-Modified-Since", "Range", "Accept", "Idempotency-Key",
         "Host", "X-Forwarded-Host", "Content-Type", "Prefer", "Expect"]
    ),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)
    | st.sampled_from(['"1.1"', "*", "items=1-2", "text/*", ";q=0", "a/b;q=x", "\xff"]),
    max_size=3,
)  # fmt: skip


@pytest.fixture(scope="module", params=RESOURCES, ids=str)
def resource(request: pytest.FixtureRequest, server: Server) -> tuple[Case, str]:
    """A case and the path of a resource of it."""
    chosen: Case = request.param
    return chosen, chosen.item(server.make(chosen, id=str(uuid4()))["id"])


def judge(answer: Answer) -> None:
    """An answer, or an `Error` that says what is wrong; at once."""
    assert answer.seconds < AT_ONCE
    assert answer.status < 500 or answer.status == 501, answer.body
    if answer.status < 400:
        return
    if answer.body == b"Invalid HTTP request received.":
        return  # The parser before us.
    error = answer.json()
    assert error["status"] == str(answer.status)
    assert error["code"] in CODES
    assert error["message"]


def bent(document: Any, path: list[int], value: Any) -> Any:
    """A document with the value at one place replaced; the numbers choose the way there."""
    if not path or not document or not isinstance(document, (dict, list)):
        return value
    if isinstance(document, list):
        place = path[0] % len(document)
        return [bent(v, path[1:], value) if n == place else v for n, v in enumerate(document)]
    name = list(document)[path[0] % len(document)]
    return document | {name: bent(document[name], path[1:], value)}


@pytest.mark.rule("R-205", "R-507", "R-613")
@given(query=queries)
def test_any_query(query: str, resource: tuple[Case, str], server: Server) -> None:
    target = f"{resource[0].path}?".encode() + _target(query)
    judge(ask(server, "GET", target))


@given(path=st.text(max_size=12) | st.binary(max_size=6), query=queries)
def test_any_id(path: str | bytes, query: str, resource: tuple[Case, str], server: Server) -> None:
    raw = path if isinstance(path, bytes) else path.encode("utf-8", "surrogatepass")
    escaped = b"".join(b"%%%02x" % byte for byte in raw)
    for method in ("GET", "DELETE"):
        target = resource[0].path.encode() + b"/x" + escaped + b"?" + _target(query)
        judge(ask(server, method, target))


@pytest.mark.rule("R-205", "R-710")
@given(body=values)
def test_any_body(body: Any, resource: tuple[Case, str], server: Server) -> None:
    judge(ask(server, "POST", resource[0].path, _encoded(body)))


@pytest.mark.rule("R-205", "R-711", "R-1208")
@given(way=st.lists(st.integers(0, 9), min_size=1, max_size=6), value=values)
def test_any_valid_body_bent_somewhere(
    way: list[int], value: Any, resource: tuple[Case, str], server: Server
) -> None:
    body = bent(resource[0].create_body(), way, value)
    judge(ask(server, "POST", resource[0].path, _encoded(body)))


@given(body=st.binary(max_size=60), at=st.integers(0, 300))
def test_any_bytes(body: bytes, at: int, resource: tuple[Case, str], server: Server) -> None:
    whole = orjson.dumps(resource[0].create_body())
    judge(ask(server, "POST", resource[0].path, body))
    judge(ask(server, "POST", resource[0].path, whole[:at] + body + whole[at:]))
    judge(
        ask(server, "PATCH", resource[1], whole[:at] + body, {"Content-Type": "application/json"})
    )


@pytest.mark.rule("R-205", "R-210", "R-807")
@given(media=st.sampled_from(list(PATCHES)), patch=patches)
def test_any_patch(media: str, patch: Any, resource: tuple[Case, str], server: Server) -> None:
    before = server.client.get(resource[1]).text
    answer = ask(server, "PATCH", resource[1], _encoded(patch), {"Content-Type": media})
    judge(answer)
    after = server.client.get(resource[1])
    assert after.status_code == 200
    if answer.status >= 400:
        assert after.text == before


@pytest.mark.rule("R-205", "R-110", "R-112")
@given(method=st.sampled_from(["GET", "HEAD", "POST", "PATCH", "OPTIONS"]), given=headers)
def test_any_headers(
    method: str, given: dict[str, str], resource: tuple[Case, str], server: Server
) -> None:
    encoded = {name: value.encode("latin-1") for name, value in given.items()}
    for target in (resource[0].path, resource[1]):
        body = b"{}" if method in ("POST", "PATCH") else b""
        answer = ask(server, method, target, body, encoded)
        if method != "HEAD":
            judge(answer)


def _target(text: str) -> bytes:
    """A query as a client might send it: what would end the request line is escaped."""
    raw = text.encode("utf-8", "surrogatepass")
    return b"".join(bytes([b]) if 0x20 < b < 0x7F and b != 0x23 else b"%%%02X" % b for b in raw)


def _encoded(value: Any) -> bytes:
    """JSON as it can be written but not always read: lone surrogates, NaN, long integers."""
    return json.dumps(value).encode()
