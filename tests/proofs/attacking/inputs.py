"""Inputs made at random from a seed: what hostile or careless clients send, as raw bytes.

An input is aimed at nothing in particular, or at a record whose state is known.
"""

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any
from urllib.parse import quote

import orjson

from tests.handlers.facts import ALL, Case
from tests.proofs.attacking.wire import request

Json = dict[str, Any]

#: The collections that are attacked: orders, alarms, versioned entities, sub-classes, plain ones.
CASES = [
    case
    for case in ALL
    if str(case)
    in (
        "TMF622-v5/productOrder",
        "TMF641-v4/serviceOrder",
        "TMF642-v4/alarm",
        "TMF620-v5/productOffering",
        "TMF639-v5/resource",
        "TMF629-v4/customer",
    )
]
_TEXTS = (
    "",
    " ",
    "\0",
    "\ud800",
    "\u202e",
    "é",
    "e\u0301",
    "🙂",
    "'",
    '"',
    "\\",
    "%",
    "_",
    "*",
    "&",
    ";",
    "null",
    "true",
    "__proto__",
    "$where",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "a" * 5000,
    "2026-11-26T25:61:61Z",
    "9999-99-99",
    "1e999",
    "${7*7}",
    "{{7*7}}",
    "' OR 1=1 --",
)
_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**53 + 1,
    2**63,
    1e308,
    0.1,
    [],
    {},
    [[]],
    [{}],
    {"": ""},
    {"@type": "Nothing"},
    {"id": {"id": {"id": []}}},
    [[[[[[[[]]]]]]]],
    ["x"] * 300,
)
_PATTERNS = (
    "(a+)+$",
    "(a|aa)+b",
    ".*.*.*x",
    "(?i)(x+x+)+y",
    "[[:alpha:]]+\\d",
    "(",
    "[",
    "a{1000}",
    "(?P<n>a)",
    "\\C",
    "(?s).{0,500}z",
    "^(?:a?){60}a{60}$",
    "\\b" * 20,
    "(?=x)",
    "\\1",
    "[^\\W]",
    "x{2}{3}{4}",
)
_QUERY_PARTS = (
    "limit=-1",
    "limit=1e9",
    "limit=10&offset=99999999999",
    "offset=abc",
    "fields=",
    "fields=id,,",
    "fields=" + ",".join(["a.b.c"] * 60),
    "sort=-",
    "sort=" + ",".join("abcdefgh"),
    "filter=$[?(",
    "filter=$[?(@.id=='x' && (@.a || !(@.b)))]",
    "filter=$..*",
    "id=" + ",".join(map(str, range(400))),
    "a" * 3000 + "=1",
    "&".join(f"a{n}=1" for n in range(300)),
    "state.eq=%00",
    "%=1",
    "=",
    "&&&",
    "a=%zz",
    "relatedParty.id.gte=5&relatedParty.name.regex=x",
    "cursor=AAAA",
    "page=1",
    "depth=9",
)
_HEADERS: tuple[tuple[str, str], ...] = (
    ("If-Match", '"x"'),
    ("If-Match", "*"),
    ("If-None-Match", "*"),
    ("If-Match", "\x01"),
    ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("Range", "items=5-1"),
    ("Range", "items=0-99999999999999999999"),
    ("Accept", "text/html"),
    ("Accept", ",;q=2,,"),
    ("Idempotency-Key", "k" * 300),
    ("Content-Encoding", "gzip"),
    ("Content-Encoding", "x"),
    ("Expect", "100-continue"),
    ("Expect", "200-ok"),
    ("Transfer-Encoding", "chunked"),
    ("Transfer-Encoding", "gzip, chunked"),
    ("Upgrade", "h2c"),
    ("X-Forwarded-Host", "evil.example"),
    ("Origin", "https://evil.example"),
    ("Sec-Fetch-Site", "cross-site"),
    ("Tmf-Hops", "9999"),
    ("Connection", "close, keep-alive"),
    ("Content-Length", "5"),
    ("Host", "a b"),
)
_MEDIA = (
    "application/merge-patch+json",
    "application/json-patch+json",
    "application/json",
    "application/json-patch-query+json",
    "text/plain",
    "application/json; charset=latin-1",
    "",
)


def body(random: Random) -> bytes:
    """A POST of a body that was valid before something in it was changed."""
    case = random.choice(CASES)
    document: Any = case.create_body()
    for _ in range(random.randint(0, 3)):
        document = _spoiled(random, document)
    raw = _encoded(document)
    if random.random() < 0.1:
        raw = _scratched(random, raw)
    return request("POST", case.path, raw, _media(random, "application/json"))


def query(random: Random) -> bytes:
    """A GET of a list by conditions that may mean nothing."""
    case = random.choice(CASES)
    names = sorted(case.resource.attributes.children)
    parts = []
    for _ in range(random.randint(1, 4)):
        way = random.random()
        if way < 0.4:
            parts.append(random.choice(_QUERY_PARTS))
        elif way < 0.7:
            operator = random.choice(
                ("", ".eq", ".gt", ".lte", ".in", ".isnull", ".none", ".regex")
            )
            value = quote(random.choice(_TEXTS).encode("utf-8", "surrogatepass"))
            parts.append(f"{random.choice(names)}{operator}={value}")
        else:
            parts.append(f"{random.choice(names)}.regex={quote(random.choice(_PATTERNS))}")
    return request("GET", f"{case.path}?{'&'.join(parts)}")


def headers(random: Random) -> bytes:
    """A request with header fields that do not belong together."""
    case = random.choice(CASES)
    method = random.choice(("GET", "POST", "HEAD", "OPTIONS", "PUT", "TRACE", "BREW", "DELETE"))
    raw = _encoded(case.create_body()) if method == "POST" else b""
    chosen = dict(random.sample(_HEADERS, random.randint(1, 3)))
    path = case.path if method != "DELETE" else case.item("none")
    return request(method, path, raw, {"Content-Type": "application/json"} | chosen)


def frame(random: Random) -> bytes:
    """Bytes that are nearly a request."""
    return _scratched(random, random.choice((body, query, headers))(random))


def patch(random: Random, case: Case, id: str) -> bytes:
    """A PATCH of a record that may ask for anything."""
    names = sorted(case.resource.attributes.children)
    media = random.choice(_MEDIA)
    if media.startswith("application/json-patch"):
        steps = [
            _step(random, names, by_query="query" in media) for _ in range(random.randint(1, 6))
        ]
        change: Any = steps
    else:
        change = {random.choice(names): random.choice(_VALUES) for _ in range(random.randint(1, 3))}
    raw = _encoded(change)
    if random.random() < 0.1:
        raw = _scratched(random, raw)
    return request("PATCH", case.item(id), raw, _media(random, media))


#: The kinds of input that are aimed at no record, each as likely as its number says.
KINDS: tuple[tuple[Callable[[Random], bytes], int], ...] = (
    (body, 30),
    (query, 30),
    (headers, 12),
    (frame, 10),
)


def _step(random: Random, names: list[str], *, by_query: bool) -> Json:
    step: Json = {"op": random.choice(("add", "remove", "replace", "move", "copy", "test", "none"))}
    name = random.choice(names)
    tail = random.choice(("", "/0", "/-", "/99999", "/x/y", "/~2", "/-1"))
    step["path"] = (
        f"$.{name}[?(@.id=='1')]" if by_query and random.random() < 0.7 else f"/{name}{tail}"
    )
    if random.random() < 0.8:
        step["value"] = random.choice((*_VALUES, *_TEXTS))
    if random.random() < 0.5:
        step["from"] = f"/{random.choice(names)}"
    return step


def _spoiled(random: Random, value: Any) -> Any:
    """A document with something in it changed."""
    value = deepcopy(value)
    holder = value
    while isinstance(holder, dict) and holder:
        name = random.choice(sorted(holder))
        inner = holder[name]
        inner = inner[0] if isinstance(inner, list) and inner else inner
        if not isinstance(inner, dict) or random.random() < 0.5:
            holder[name] = random.choice((*_VALUES, *_TEXTS))
            if random.random() < 0.2:
                holder[random.choice(_TEXTS)] = random.choice(_VALUES)
            return value
        holder = inner
    return value


def _encoded(document: Any) -> bytes:
    try:
        return orjson.dumps(document)
    except TypeError:  # A lone surrogate, or a number that is too large.
        return repr(document).replace("'", '"').encode("utf-8", "surrogatepass")


def _scratched(random: Random, raw: bytes) -> bytes:
    """Bytes of which some were lost, doubled, or became others."""
    made = bytearray(raw)
    for _ in range(random.randint(1, 4)):
        if not made:
            break
        place = random.randrange(len(made))
        way = random.random()
        if way < 0.4:
            made[place] = random.randrange(256)
        elif way < 0.7:
            del made[place : place + random.randint(1, 8)]
        else:
            made[place:place] = made[place : place + random.randint(1, 40)]
    return bytes(made)


def _media(random: Random, media: str) -> dict[str, str]:
    if random.random() < 0.05:
        media = random.choice(_MEDIA)
    return {"Content-Type": media} if media else {}
