"""A request and a response as the handlers see them: plain values over the ASGI messages."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from handlers.content_coding import is_zipped, unzipped
from handlers.forwarding import FORWARDING, Proxies
from handlers.hints import hint_headers
from handlers.identity.caller import Caller
from handlers.limiting.buckets import Taken
from tmf_apis.tmf630.codings import acceptable
from tmf_apis.tmf630.errors import TOO_LARGE, TmfError
from tmf_apis.tmf630.preconditions import Conditions

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

#: Where in a scope our own protocol says how an answer is sent in one piece.
AT_ONCE = "tmf_apis.at_once"

JSON = b"application/json"
#: Answers without a body, and those whose head says nothing of one (RFC 9110, section 8.6).
_BODILESS, _LENGTHLESS = frozenset((204, 304, 308)), frozenset((204, 304))
_CONDITIONS = frozenset(
    (b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since")
)


class ClientGone(Exception):
    """The client went away before its request was complete; nobody waits for an answer."""


@dataclass(slots=True)
class Request:
    """One HTTP request.

    `path` is the raw path without a trailing slash, `query` the raw query string; both are
    still percent-encoded. `peer` is the address at the other end of the connection. `base_url`
    replaces scheme, authority and a prefix in every `href`, if the server has one.
    """

    method: str
    path: str
    query: str
    headers: Iterable[tuple[bytes, bytes]]
    scheme: str
    peer: str
    base_url: str
    proxies: Proxies
    receive: Receive = field(repr=False)
    max_body: int = 0
    #: The path as the client spelt it, with any slash at its end.
    spelt: str = ""
    #: The digest of the certificate that the client showed (RFC 8705); empty for none.
    certificate: str = ""
    #: Who asks; None where nobody is asked who they are.
    caller: Caller | None = field(default=None, init=False, repr=False)
    #: Which limit it came under, and what became of that; None where there is none.
    limit: tuple[str, Taken] | None = field(default=None, init=False, repr=False)
    #: What the answer is to say in `Tmf-Hint`, whatever becomes of the request.
    hints: list[str] = field(default_factory=list, init=False, repr=False)
    #: The headers by their names in lower case; values of one name are joined by commas.
    named: dict[bytes, bytes] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Sort the headers by their names."""
        self.named = _by_name(self.headers)

    def header(self, name: bytes) -> str | None:
        """The value of a header given in lower case; several are joined by commas."""
        value = self.named.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def conditions(self) -> Conditions | None:
        """The preconditions of the request; None for a request without any."""
        if _CONDITIONS.isdisjoint(self.named):
            return None
        return Conditions(
            self.header(b"if-match"),
            self.header(b"if-none-match"),
            self.header(b"if-modified-since"),
            self.header(b"if-unmodified-since"),
            acceptable(self.header(b"accept-encoding") or ""),
        )

    @property
    def origin(self) -> str:
        """What `href` begins with: the configured URL, or the one the client used (R-105)."""
        if self.base_url:
            return self.base_url
        host = self.header(b"host") or "localhost"
        scheme = self.scheme
        if not FORWARDING.isdisjoint(self.named):
            scheme = self.proxies.scheme(self.peer, self.header) or scheme
        return f"{scheme}://{host}"

    async def body(self) -> bytes:
        """The whole body, unzipped if it came in gzip.

        Raises `TmfError`: 413 as soon as it is known to be too large, 415 for another coding.
        """
        coding = self.header(b"content-encoding")
        if coding is None or not is_zipped(coding):
            return await self._received()
        return unzipped(await self._received(), self.max_body)

    async def _received(self) -> bytes:
        declared = self.header(b"content-length")
        if declared is not None and declared.isdecimal() and int(declared) > self.max_body:
            raise self._too_large()
        message = await self.receive()
        chunk: bytes = message.get("body", b"")
        if not message.get("more_body") and message["type"] == "http.request":
            if len(chunk) > self.max_body:
                raise self._too_large()
            return chunk
        chunks, size = [], 0
        while True:
            if message["type"] != "http.request":
                raise ClientGone
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self.max_body:
                raise self._too_large()
            chunks.append(chunk)
            if not message.get("more_body"):
                return b"".join(chunks)
            message = await self.receive()

    def _too_large(self) -> TmfError:
        return TmfError(TOO_LARGE, f"The body is larger than {self.max_body} bytes; send less.")


def _by_name(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    named: dict[bytes, bytes] = {}
    for name, value in headers:
        named[name] = value if name not in named else b"%b, %b" % (named[name], value)
    return named


@lru_cache(64)
def _wire_name(name: str) -> bytes:
    return name.lower().encode()


@dataclass(slots=True)
class Response:
    """One HTTP answer: status, headers by name, encoded body and its media type."""

    #: Whether it has to be asked to `send` itself, because it goes on and on.
    goes_on: ClassVar[bool] = False
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hints: Sequence[str] = ()
    media: bytes = JSON
    #: Where the body in other codings is kept, by their names, if it is worth that.
    compressed: dict[str, bytes] | None = None

    def vary(self, name: str) -> None:
        """Say that the answer depends on a header of the request."""
        varies = self.headers.get("Vary")
        self.headers["Vary"] = f"{varies}, {name}" if varies else name

    def wire_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers by name as ASGI has them."""
        return [(_wire_name(name), value.encode("latin-1")) for name, value in self.headers.items()]

    def head(self) -> list[tuple[bytes, bytes]]:
        """All that its head says, as ASGI has it."""
        hints = hint_headers(self.hints) if self.hints else []
        return [*self.wire_headers(), *hints, *self._of_body()]

    def _of_body(self) -> list[tuple[bytes, bytes]]:
        """What the head says of the body."""
        if self.status in _LENGTHLESS:
            return []
        length = (b"content-length", b"%d" % len(self.body))
        return [length] if self.status in _BODILESS else [(b"content-type", self.media), length]

    async def send(self, send: Send, *, with_body: bool = True) -> None:
        """Send it; without the body for HEAD, whose headers are those of GET (R-108)."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.head()})
        await send({"type": "http.response.body", "body": self.body if with_body else b""})
