"""One exchange as the invariants look at it: where it went, what was sent, what came."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from json import JSONDecodeError, JSONDecoder
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from conformance.results import Exchange
from conformance.shapes import Shapes
from tmf_apis.spec.model import ApiSpec, ResourceSpec

Json = dict[str, Any]

#: Longer bodies are not read again: one of them costs more than the rest of a run.
LONGEST = 262_144
#: What stands for a body that is no JSON.
BROKEN = object()
LIST, ITEM, HUB, ELSEWHERE = "list", "item", "hub", "elsewhere"
#: The address of one version; its keyword is matched whatever its case (R-1303).
_VERSION = re.compile(r":\(version=[^)]*\)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """What a path addresses: a collection, one record by its id, the hub, or neither."""

    kind: str
    spec: ResourceSpec | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an exchange, and which rule that breaks.

    `value` or `lack` say of a schema's fault which value stands where, or what is missing: what
    the kit has sent itself is no fault of the answer.
    """

    rule: str
    expected: str
    got: str
    value: tuple[str, str] | None = None
    lack: tuple[str, str] | None = None


@dataclass(frozen=True)
class Seen:
    """One exchange; `asked` are the headers of the request, `headers` those of the answer."""

    exchange: Exchange
    place: Place
    api: ApiSpec
    shapes: Shapes
    asked: httpx.Headers
    sent: bytes
    headers: httpx.Headers
    content: bytes

    @property
    def method(self) -> str:
        """The method of the request."""
        return self.exchange.method

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.exchange.status

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return 200 <= self.status < 300

    @property
    def query(self) -> str:
        """The raw query."""
        return urlsplit(self.exchange.url).query

    @cached_property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the query as they are written."""
        parts = [part.partition("=") for part in self.query.split("&") if part]
        return [(name, value) for name, _, value in parts]

    def parameter(self, name: str) -> str | None:
        """The value of a parameter that is given once."""
        given = [value for key, value in self.parameters if key == name]
        return unquote(given[0]) if len(given) == 1 else None

    @cached_property
    def body(self) -> Any:
        """The body as strict JSON; `BROKEN` when it is none, None when there is nothing to read."""
        if not self.content or self.method == "HEAD" or len(self.content) > LONGEST:
            return None
        return read(self.content)

    @property
    def takes_json(self) -> bool:
        """Whether the client has asked for JSON, or for anything."""
        wanted = self.asked.get("accept", "*/*")
        return any(media in wanted for media in ("application/json", "application/*", "*/*"))

    @property
    def records(self) -> Iterator[Json]:
        """The records in a success: the one, or those of a list."""
        if not self.ok or self.status == 202 or self.place.kind not in (LIST, ITEM):
            return
        found = self.body if isinstance(self.body, list) else [self.body]
        yield from (record for record in found if isinstance(record, dict))


def read(content: bytes) -> Any:
    """JSON as RFC 8259 has it, in UTF-8, no name twice in an object; `BROKEN` for anything else."""
    try:
        return _DECODER.decode(content.decode())
    except (UnicodeDecodeError, JSONDecodeError, RecursionError, ValueError):
        return BROKEN


def place(api: ApiSpec, base: str, url: str) -> Place:
    """What a URL addresses below the base path of an API."""
    path, root = urlsplit(url).path, urlsplit(base).path
    if not path.startswith(root + "/"):
        return Place(ELSEWHERE)
    segments = path.removeprefix(root + "/").rstrip("/").split("/")
    if segments[0] == "hub":
        return Place(HUB)
    for spec in api.resources:
        if _fits(spec.segments, segments):
            return Place(LIST, spec)
        if _fits(spec.segments, segments[:-1]):
            return Place(ITEM, spec, _VERSION.sub("", unquote(segments[-1])))
    return Place(ELSEWHERE)


def _fits(pattern: tuple[str, ...], segments: list[str]) -> bool:
    pairs = zip(pattern, segments, strict=False)
    return len(pattern) == len(segments) and all(p == s or p.startswith("{") for p, s in pairs)


def _once(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


_DECODER = JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)
