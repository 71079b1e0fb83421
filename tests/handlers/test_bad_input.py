"""Bad input of every kind: an `Error` that names the place, at once, and nothing changed.

Every case is sent to one resource of each version; see `BAD`. What is refused of bodies by the
file of an API is in `test_refused_bodies`.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import orjson
import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.facts import Case, Json, case
from tests.handlers.serving import Server
from tests.handlers.wire import Answer, ask, send_junk
from tmf_apis.tmf630.errors import CATALOGUE

#: Seconds within which every refusal comes, on a machine that does other things as well.
AT_ONCE = 1.0
CASES = [case("TMF639-v5/resource"), case("TMF629-v4/customer")]
REASONS = {cause.code: cause.reason for cause in CATALOGUE}
MEGABYTE = b" " * 2**20

MERGE = "application/merge-patch+json"
PATCH = "application/json-patch+json"
QUERY = "application/json-patch-query+json"


@dataclass(frozen=True)
class Bad:
    """One bad request: where it goes, what it holds, how it is refused.

    `{list}` and `{item}` in the target stand for a collection and a resource in it. A body is
    bytes, pieces of bytes for chunks, or a function of a valid create body. `about` is the
    place that the refusal names.
    """

    method: str = "GET"
    target: str | bytes = "{list}"
    body: bytes | Callable[[Json], Any] | tuple[bytes, ...] = b""
    headers: Mapping[str, str | bytes] = field(default_factory=dict)
    status: int = 400
    about: str = ""


def listed(query: str | bytes, about: str, status: int = 400) -> Bad:
    raw = query if isinstance(query, bytes) else query.encode()
    return Bad(target=b"{list}?" + raw, about=about, status=status)


def posted(body: Any, about: str, status: int = 400, **headers: str | bytes) -> Bad:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Content-Type": "application/json", **named}
    return Bad("POST", "{list}", body, sent, status, about)


def patched(media: str, body: bytes | Json | list[Any], about: str, status: int = 400) -> Bad:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return Bad("PATCH", "{item}", raw, {"Content-Type": media}, status, about)


def more(**attributes: Any) -> Callable[[Json], Json]:
    """A valid body with more attributes."""
    return lambda body: body | attributes


def with_literal(text: bytes) -> Callable[[Json], bytes]:
    """A valid body with one more member, spelt as given."""
    return lambda body: orjson.dumps(body)[:-1] + b', "extra": ' + text + b"}"


def nested(levels: int, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    return opening * levels + b"1" * (opening != b"[") + closing * levels


def doubling(times: int) -> list[Json]:
    """A few operations that make a resource of as many times the size as two to the power."""
    start: list[Json] = [{"op": "add", "path": "/extra", "value": {"a": "x" * 1000}}]
    steps = [{"op": "copy", "from": "/extra", "path": f"/extra/{n}"} for n in range(times)]
    return start + steps


QUERIES = {
    "limit negative": listed("limit=-1", "limit=-1"),
    "limit a word": listed("limit=ten", "limit=ten"),
    "limit a fraction": listed("limit=1.5", "limit=1.5"),
    "limit in other digits": listed("limit=%D9%A3", "limit="),
    "limit twice": listed("limit=1&limit=2", "limit="),
    "limit empty": listed("limit=", "limit="),
    "offset negative": listed("offset=-1", "offset=-1"),
    "offset with a cursor": listed("offset=1&after=x", "offset"),
    "cursor of nonsense": listed("after=nonsense", "after"),
    "cursor of NUL": listed("after=%00", "query string"),
    "cursor not base64": listed("before=%FF%FE", "query string"),
    "cursor of other JSON": listed("after=eyJhIjoxfQ", "after"),
    "cursor of deep JSON": listed("after=" + "W1tb" * 1000, "after"),
    "unknown operator": listed("name.near=x", "name.near"),
    "unknown operator of more": listed("name.gtt=1", "name.gtt"),
    "order of what is no time": listed("name.gt=1&{time}.gt=soon", "{time}"),
    "order of a day that is none": listed("{time}.lt=2026-02-30T00:00:00Z", "{time}"),
    "regex that does not end": listed("name.regex=(", "name"),
    "regex with a back reference": listed(r"name.regex=(a)%5C1", "name"),
    "regex that looks ahead": listed("name.regex=(%3F%3Da)", "name"),
    "regex too long": listed("name.regex=" + "a" * 2000, "name"),
    "regex too large": listed("name.regex=((a{1000}){1000}){1000}", "name"),
    "JSONPath without an end": listed("filter=%24%5B%3F(%40.name", "filter"),
    "JSONPath of nonsense": listed("filter=%5D%5B", "filter"),
    "JSONPath script": listed("filter=%24%5B(%40.length-1)%5D", "filter", 501),
    "JSONPath deep": listed("filter=%24%5B%3F(" + "(" * 500 + "%40.name" + ")" * 501, "filter"),
    "JSONPath bad regex": listed("filter=%24%5B%3F(%40.name%3D~%2F(%2F)%5D", "filter"),
    "sort of a broken path": listed("sort=name..x", "sort"),
    "sort of a broken JSONPath": listed("sort=name%5B", "sort"),
    "fields of a broken JSONPath": listed("fields=name%5B%3F(", "fields"),
    "name of many steps": listed(".".join("a" * 40) + "=1", "a.a"),
    "sort of an empty key": listed("sort=name,,id", "sort"),
    "operators in words and signs": listed("name.gt>5", "name.gt"),
    "long": listed("name=" + "x" * 31_000, "characters", 414),
    "of many parameters": listed("&".join(["id=1"] * 2000), "parameters", 414),
    "of many alternatives": listed("id=1" + ";2" * 2000, "parameters", 414),
    "long, of an item": Bad(target="{item}?fields=" + "x" * 31_000, status=414, about="characters"),
    "long, of a creation": Bad(
        "POST", "{list}?" + "&" * 2000, more(), status=414, about="parameters"
    ),
    "many conditions": listed("&".join(f"x{n}=1" for n in range(400)), "conditions"),
    "many alternatives": listed(";".join(f"x{n}=1" for n in range(400)), "conditions"),
    "UTF-8 cut in a value": listed("name=%C3", "query string"),
    "UTF-8 wrong in a name": listed("%FF=1", ""),
    "surrogate in a value": listed("name=%ED%A0%80", "query string"),
    "NUL in a value": listed("name=%00", "query string"),
    "expansion": listed("expand=name", "expand", 501),
    "Range backwards": Bad(headers={"Range": "items=9-2"}, about="Range"),
}

BODIES = {
    "no JSON": posted(b"{", "JSON"),
    "nothing": posted(b"", "empty"),
    "UTF-16": posted("{}".encode("utf-16"), "JSON"),
    "byte order mark": posted(b"\xef\xbb\xbf{}", "JSON"),
    "UTF-8 cut": posted(b'{"name": "\xc3"}', "JSON"),
    "surrogate": posted(with_literal(rb'"\ud800"'), "surrogate"),
    "surrogate in a name": posted(rb'{"\udfff": 1}', "surrogate"),
    "surrogate as bytes": posted(b'{"name": "\xed\xa0\x80"}', "JSON"),
    "NUL": posted(with_literal(rb'"a\u0000b"'), "NUL"),
    "NUL in a name": posted(rb'{"a\u0000b": 1}', "NUL"),
    "NUL as a byte": posted(b'{"name": "a\x00b"}', "JSON"),
    "100 lists deep": posted(with_literal(nested(100)), "64"),
    "100 objects deep": posted(with_literal(nested(100, b'{"a":', b"}")), "64"),
    "a million lists deep": posted(nested(1_000_000), "64"),
    "a million lists without an end": posted(b"[" * 1_000_000, "64"),
    "integer of 65 bits": posted(with_literal(b"18446744073709551616"), "18446744073709551616"),
    "integer just too large": posted(with_literal(b"9223372036854775808"), "9223372036854775808"),
    "integer just too small": posted(with_literal(b"-9223372036854775809"), "9223372036854775809"),
    "integer of many digits": posted(with_literal(b"9" * 100_000), "char "),
    "number beyond doubles": posted(with_literal(b"1e999"), ""),
    "no number": posted(with_literal(b"Infinity"), "JSON"),
    "names twice": posted(b'{"name": "a", "name": "b"}', "name"),
    "names twice inside": posted(with_literal(b'{"a": 1, "a": 2}'), "a"),
    "names twice, escaped": posted(with_literal(rb'{"a": 1, "\u0061": 2}'), "a"),
    "20 MB": posted(with_literal(b'"' + 20 * MEGABYTE + b'"'), "bytes", 413),
    "20 MB in chunks": posted(tuple([MEGABYTE] * 20), "bytes", 413),
    "20 MB promised": Bad("POST", "{list}", b"", {"Content-Length": "20000000"}, 413, "bytes"),
    "text/plain": posted(more(), "text/plain", 415, Content_Type="text/plain"),
    "XML": posted(b"<a/>", "application/xml", 415, Content_Type="application/xml"),
    "latin-1": posted(more(), "UTF-8", 415, Content_Type="application/json; charset=latin-1"),
    "form": posted(b"a=b", "form", 415, Content_Type="application/x-www-form-urlencoded"),
    "media type of nonsense": posted(more(), ";;;", 415, Content_Type=";;;/\xff".encode()),
    "id of 256 characters": posted(more(id="x" * 256), "/id"),
    "id empty": posted(more(id=""), "/id"),
    "id with a control character": posted(more(id="a\nb"), "/id"),
    "id with a late control character": posted(more(id="a\x85b"), "/id"),
    "id a number": posted(more(id=1), "/id"),
    "id a list": posted(more(id=["x"]), "/id"),
    "key too long": posted(more(), "Idempotency-Key", Idempotency_Key="k" * 256),
    "key empty": posted(more(), "Idempotency-Key", Idempotency_Key=""),
    "time that is none": posted(more(validFor={"startDateTime": "soon"}), "/validFor"),
}

PATCHES = {
    "no media type": Bad("PATCH", "{item}", b"{}", status=415, about="merge-patch"),
    "media type of nonsense": patched("a/b", {}, "a/b", 415),
    "merge of a list": patched(MERGE, [], "object"),
    "merge of a text": patched(MERGE, b'"x"', "object"),
    "merge of null": patched(MERGE, b"null", "object"),
    "merge too deep": patched(MERGE, nested(100, b'{"a":', b"}"), "64"),
    "merge of NUL": patched(MERGE, rb'{"name": "\u0000"}', "NUL"),
    "merge of another id": patched(MERGE, {"id": "other"}, "/id"),
    "merge of no id": patched(MERGE, {"id": None}, "/id"),
    "merge of another JSON type": patched(MERGE, {"name": [1]}, "/name"),
    "patch of a text": patched(PATCH, b'"x"', "operation"),
    "patch of texts": patched(PATCH, ["x"], "/0"),
    "patch of an unknown op": patched(PATCH, [{"op": "increment", "path": "/name"}], "/0/op"),
    "patch of a listed op": patched(PATCH, [{"op": ["add"], "path": "/name"}], "/0/op"),
    "patch without a path": patched(PATCH, [{"op": "remove"}], "/0/path"),
    "patch without a value": patched(PATCH, [{"op": "add", "path": "/name"}], "/0/value"),
    "patch without a from": patched(PATCH, [{"op": "move", "path": "/name"}], "/0/from"),
    "patch of a numbered path": patched(PATCH, [{"op": "remove", "path": 1}], "/0/path"),
    "patch of nothing there": patched(PATCH, [{"op": "remove", "path": "/no"}], "/0", 409),
    "patch of a bad escape": patched(PATCH, [{"op": "remove", "path": "/a~2"}], "/0", 409),
    "patch of all": patched(PATCH, [{"op": "remove", "path": ""}], "", 409),
    "patch by a text": patched(PATCH, [{"op": "replace", "path": "", "value": "x"}], "resource"),
    "patch into itself": patched(
        PATCH,
        [
            {"op": "add", "path": "/extra", "value": {"a": {}}},
            {"op": "move", "from": "/extra", "path": "/extra/a/b"},
        ],
        "/1",
        409,
    ),
    "second operation fails": patched(
        PATCH,
        [{"op": "add", "path": "/extra", "value": 1}, {"op": "test", "path": "/extra", "value": 2}],
        "/1",
        409,
    ),
    "true is not one": patched(
        PATCH,
        [
            {"op": "add", "path": "/extra", "value": 1},
            {"op": "test", "path": "/extra", "value": True},
        ],
        "/1",
        409,
    ),
    "huge index": patched(
        PATCH, [{"op": "add", "path": "/relatedParty/99999999999999999999", "value": {}}], "/0", 409
    ),
    "negative index": patched(PATCH, [{"op": "remove", "path": "/relatedParty/-1"}], "/0", 409),
    "index in other digits": patched(
        PATCH, [{"op": "remove", "path": "/relatedParty/\u0660"}], "/0", 409
    ),
    "index with a zero in front": patched(
        PATCH, [{"op": "remove", "path": "/relatedParty/00"}], "/0", 409
    ),
    "deep path": patched(PATCH, [{"op": "remove", "path": "/a" * 100_000}], "/0", 409),
    "many operations": patched(PATCH, [{"op": "test", "path": "/id", "value": "x"}] * 5000, "1000"),
    "doubling": patched(PATCH, doubling(40), "too large", 413),
    "deep by copies": patched(
        PATCH,
        [
            {"op": "add", "path": "/extra", "value": {}},
            *({"op": "copy", "from": "/extra", "path": "/extra/a"} for _ in range(80)),
        ],
        "",
    ),
    "deep by adding": patched(
        PATCH,
        [
            {"op": "add", "path": "/extra", "value": {}},
            *({"op": "add", "path": "/extra" + "/a" * n, "value": {}} for n in range(1, 400)),
        ],
        "64",
    ),
    "deep by moving": patched(
        PATCH,
        [
            {"op": "add", "path": "/extra", "value": orjson.loads(nested(60, b'{"a":', b"}"))},
            {"op": "add", "path": "/more", "value": orjson.loads(nested(60, b'{"a":', b"}"))},
            {"op": "move", "from": "/more", "path": "/extra" + "/a" * 30},
        ],
        "/2",
    ),
    "query that picks nothing": patched(
        QUERY, [{"op": "remove", "path": "/relatedParty?role=nobody"}], "/0", 409
    ),
    "query of a bad condition": patched(
        QUERY, [{"op": "remove", "path": "/relatedParty?role.gtt=x"}], "role.gtt"
    ),
    "query of alternatives": patched(
        QUERY, [{"op": "remove", "path": "/relatedParty?role=a;role=b"}], "conditions"
    ),
    "query of a bad JSONPath": patched(QUERY, [{"op": "remove", "path": "$.relatedParty[?("}], ""),
    "query of a deep JSONPath": patched(QUERY, [{"op": "remove", "path": "$" + "[0]" * 5000}], ""),
    "query of a regex that does not end": patched(
        QUERY, [{"op": "remove", "path": "/relatedParty?role.regex=("}], "role"
    ),
    "query of UTF-8 cut": patched(QUERY, [{"op": "remove", "path": "/relatedParty?role=%C3"}], ""),
}

PLACES = {
    "id that is no UTF-8": Bad(target="{list}/%FF", about="UTF-8"),
    "id of a surrogate": Bad(target="{list}/%ED%A0%80", about="UTF-8"),
    "id of NUL": Bad(target="{list}/%00", status=404, about=""),
    "id of 10000 characters": Bad(target="{list}/" + "x" * 10_000, status=404, about=""),
    "id that climbs": Bad(target="{list}/..%2F..%2Fetc%2Fpasswd", status=404, about=""),
    "path below an item": Bad(target="{item}/name/first", status=404, about="name/first"),
    "no such collection": Bad(target="{list}s", status=404, about=""),
    "PUT": Bad("PUT", "{item}", b"{}", status=405, about="PUT"),
    "PATCH of a collection": Bad("PATCH", "{list}", b"{}", status=405, about="PATCH"),
    "Accept of XML": Bad(headers={"Accept": "application/xml"}, status=406, about="JSON".lower()),
    "Host of nonsense": Bad(headers={"Host": 'a"><script>'}, about="Host"),
    "Host of raw bytes": Bad(headers={"Host": b"\xff\xfe"}, about="Host"),
    "Host too long": Bad(headers={"Host": "h" * 260}, about="Host"),
    "Host of two lines": Bad("POST", "{list}", more(), {"Host": "a b"}, about="Host"),
    "If-Match of nonsense": Bad(
        "DELETE", "{item}", headers={"If-Match": ",,,W/"}, status=412, about="If-Match"
    ),
}

BAD = {
    f"{kind}: {name}": bad
    for kind, table in (
        ("query", QUERIES),
        ("body", BODIES),
        ("patch", PATCHES),
        ("place", PLACES),
    )
    for name, bad in table.items()
}


@dataclass(frozen=True)
class Stage:
    """A collection with a resource in it."""

    case: Case
    server: Server
    item: str

    def look(self) -> tuple[str, str]:
        """How many resources there are, and the one there is for sure."""
        client = self.server.client
        total = client.get(self.case.path, params={"limit": 0}).headers["x-total-count"]
        return total, client.get(self.item).text


@pytest.fixture(scope="module", params=CASES, ids=str)
def stage(request: pytest.FixtureRequest, server: Server) -> Stage:
    case: Case = request.param
    made = server.make(case, relatedParty=PARTIES[case.api.major], id=str(uuid4()))
    return Stage(case, server, case.item(made["id"]))


PARTIES: dict[str, list[Json]] = {
    "v4": [{"id": "1", "role": "owner", "@referredType": "Organization"}],
    "v5": [
        {
            "role": "owner",
            "@type": "RelatedPartyRefOrPartyRoleRef",
            "partyOrPartyRole": {"id": "1", "@type": "PartyRef", "@referredType": "Organization"},
        }
    ],
}
#: A time that has no place of its own in a resource, and one that a query compares.
TIMES = {"TMF639-v5/resource": "startOperatingDate", "TMF629-v4/customer": "validFor.endDateTime"}


@pytest.mark.rule("R-203", "R-205", "R-210", "R-809")
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_bad_input_is_refused_at_once_and_changes_nothing(bad: Bad, stage: Stage) -> None:
    before = stage.look()
    answer = send(bad, stage)
    judge(answer, bad.status, bad.about.replace("{time}", TIMES[str(stage.case)]))
    assert stage.look() == before


def send(bad: Bad, stage: Stage) -> Answer:
    target = bad.target if isinstance(bad.target, bytes) else bad.target.encode()
    for name, value in (
        (b"{list}", stage.case.path),
        (b"{item}", stage.item),
        (b"{time}", TIMES[str(stage.case)]),
    ):
        target = target.replace(name, value.encode())
    body: bytes | Iterable[bytes]
    if callable(bad.body):
        made = bad.body(stage.case.create_body())
        body = made if isinstance(made, bytes) else orjson.dumps(made)
    else:
        body = bad.body
    return ask(stage.server, bad.method, target, body, bad.headers)


def judge(answer: Answer, status: int, about: str) -> None:
    """An `Error` of that status that says what it is about, within the time."""
    assert answer.status == status, answer.body[:400]
    error = answer.json()
    assert error["status"] == str(status)
    assert error["reason"] == REASONS[error["code"]]
    assert about in error["message"]
    assert error["message"].endswith((".", "…"))
    assert answer.seconds < AT_ONCE


@pytest.mark.rule("R-418")
@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){30}", "(a?){100}a{100}"])
def test_a_catastrophic_pattern_is_matched_at_once(pattern: str, stage: Stage) -> None:
    stage.server.make(stage.case, name="a" * 20_000 + "!")
    for name in ("name.regex", "name*"):
        answer = ask(stage.server, "GET", f"{stage.case.path}?{name}={quote(pattern)}&limit=1")
        assert answer.status in (200, 206, 400)
        assert answer.seconds < AT_ONCE


HUGE = {
    "value": "name=" + "x" * 10**6,
    "name": "x" * 10**6 + "=1",
    "names": "&".join(f"x{n}" for n in range(100_000)),
    "commas": "name=" + "," * 10**6,
    "escapes": "name=" + "%25" * 300_000,
    "dots": "." * 10**6 + "=1",
    "semicolons": ";" * 10**6,
    "sort": "sort=" + "a," * 300_000,
    "fields": "fields=" + ",".join(f"a{n}" for n in range(100_000)),
    "filter": "filter=" + "%5B" * 300_000,
    "brackets": "fields=a" + "%5B0%5D" * 100_000,
}


@pytest.mark.parametrize("query", HUGE.values(), ids=HUGE)
def test_a_huge_query_is_answered_at_once(query: str, stage: Stage) -> None:
    answer = ask(stage.server, "GET", f"{stage.case.path}?{query}")
    assert answer.status in (200, 400, 414, 501)
    assert len(answer.body) < 2000 or answer.status == 200
    assert answer.seconds < AT_ONCE


ODD_NAMES = [
    "$",
    "$where",
    "$.a",
    "a.b",
    ".",
    "..",
    "",
    " ",
    "/",
    "~1",
    "__proto__",
    "é",
    "𝒳",
    "\n",
]


@pytest.mark.rule("R-1105")
def test_odd_names_and_extreme_values_come_back_exactly(stage: Stage) -> None:
    odd = {
        "odd": {name: {name: position} for position, name in enumerate(ODD_NAMES)},
        "extremes": [2**63 - 1, -(2**63), 0, -0.0, 5e-324, 1.7976931348623157e308, 0.1],
        **{name: name for name in ODD_NAMES if name},
    }
    answer = stage.server.client.post(stage.case.path, json=stage.case.create_body() | odd)
    made = shown(answer, 201)
    assert orjson.dumps({name: made[name] for name in odd}) == orjson.dumps(odd)
    item = stage.case.item(made["id"])
    assert shown(stage.server.client.get(item)) == made
    patched = stage.server.client.patch(item, json={"odd": {"$": None, "a.b": {"$set": 1}}})
    expected = odd["odd"] | {"a.b": {"a.b": 3, "$set": 1}}
    del expected["$"]
    assert shown(patched)["odd"] == expected


def test_what_is_just_within_the_limits_is_kept(stage: Stage) -> None:
    body = stage.case.create_body()
    deep = body | {"extra": orjson.loads(nested(63))}
    assert shown(stage.server.client.post(stage.case.path, json=deep), 201)["extra"]
    for id in ("x" * 251 + uuid4().hex[:4], f"é/{uuid4()} ?#%"):
        made = shown(stage.server.client.post(stage.case.path, json=body | {"id": id}), 201)
        assert made["id"] == id
        path = httpx.URL(made["href"]).raw_path.decode()
        assert ask(stage.server, "GET", path).json()["id"] == id
        again = stage.server.client.post(stage.case.path, json=body | {"id": id})
        refused(again, 409, "70", id)


POST = b"POST {list} HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    ("junk", "status", "code"),
    [
        (b"BREW / HTTP/1.1\r\n\r\n", "400", "36"),
        (b"BREW {list} HTTP/1.1\r\nHost: x\r\n\r\n", "405", "62"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "400", "80"),
        (b"GET / HTTP/9.9\r\n\r\n", "505", "84"),
        (b"GET {list}/\xff HTTP/1.1\r\nHost: x\r\n\r\n", "400", "80"),
        (POST + b"Content-Length: -1\r\n\r\n{}", "400", "80"),
        (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", "400", "80"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", "400", "80"),
        (b"GET {list} HTTP/1.1\r\nHost: x\r\nX-\x00: \x01\r\n\r\n", "400", "80"),
        (b"GET {list} HTTP/1.1\r\nHost x\r\n\r\n", "400", "80"),
        (b"GET {list} HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 2**21 + b"\r\n\r\n", "431", "83"),
        (b"GET {list} HTTP/1.1\r\nHost: x\r\n" + b"X: x\r\n" * 50_000 + b"\r\n", "431", "83"),
    ],
)  # fmt: skip
def test_what_is_no_http_is_refused_before_it_reaches_the_handlers(
    junk: bytes, status: str, code: str, stage: Stage
) -> None:
    before = stage.look()
    began = time.monotonic()
    answer = send_junk(stage.server, junk.replace(b"{list}", stage.case.path.encode()))
    assert time.monotonic() - began < AT_ONCE
    error = orjson.loads(answer.partition(b"\r\n\r\n")[2])
    assert (error["status"], error["code"], error["reason"]) == (status, code, REASONS[code])
    assert stage.look() == before
