"""Requests to the server under test: each answer is kept as an `Exchange`, secrets masked."""

import asyncio
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from time import monotonic, time
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from conformance.authorization import ClientCredentials
from conformance.lanes import Lanes
from conformance.options import Options
from conformance.results import Exchange

#: Characters of a body that are kept.
KEPT = 4000
#: How often a server may ask to be asked later, and for how many seconds each time.
TRIES, LONGEST_WAIT = 4, 10.0
TOO_MANY, UNAVAILABLE = 429, 503
_SECRET = re.compile(r"authorization|cookie|token|secret|password|api-?key", re.IGNORECASE)


#: Told of every answer: the exchange, the headers and body of the request, those of the answer.
Watch = Callable[[Exchange, httpx.Headers, bytes, httpx.Headers, bytes], None]


class NoAnswer(Exception):
    """A request that got no answer; the exchange says why."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(f"{exchange.method} {exchange.url}: {exchange.error}")
        self.exchange = exchange


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: its status, headers and body."""

    method: str
    url: str
    status: int
    headers: httpx.Headers
    content: bytes

    def __str__(self) -> str:
        shown = self.content[:300].decode(errors="replace")
        return f"{self.status} {shown}".strip()

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether the client was told that its request is at fault."""
        return 400 <= self.status < 500

    @property
    def json(self) -> Any:
        """The body as JSON, or None when it is not."""
        try:
            return orjson.loads(self.content)
        except orjson.JSONDecodeError:
            return None

    @property
    def entity(self) -> dict[str, Any]:
        """The body as an object; empty when it is none."""
        body = self.json
        return body if isinstance(body, dict) else {}

    @property
    def entities(self) -> list[dict[str, Any]]:
        """The body as a list of objects; empty when it is none."""
        body = self.json
        return [e for e in body if isinstance(e, dict)] if isinstance(body, list) else []


class Client:
    """The connections to the server, kept within the rate it can bear."""

    def __init__(self, base: str, options: Options) -> None:
        self.base = base
        #: Who is told of every answer.
        self.watch: Watch | None = None
        self._options = options
        self._next = 0.0
        auth = ClientCredentials(options.oauth2, options.timeout) if options.oauth2 else None
        trusted = tls(options)

        def lane() -> httpx.AsyncClient:
            return httpx.AsyncClient(
                headers=list(options.headers),
                auth=auth,
                verify=trusted,
                proxy=options.proxy,
                timeout=options.timeout,
                trust_env=False,
            )

        self._lanes = Lanes(lane, options.parallel)

    async def close(self) -> None:
        """Give the connections back."""
        await self._lanes.close()

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> tuple[Answer | None, Exchange]:
        """One request: the answer if there is one, and what was exchanged.

        A server that asks to be asked later (R-113) is; one that goes on to is not judged by it.
        """
        wait = 0.0
        for _ in range(TRIES):
            await asyncio.sleep(min(wait, LONGEST_WAIT))
            answer, exchange = await self._send(method, url, headers, content)
            asked = _asked_to_wait(answer)
            if asked is None:
                return answer, exchange
            wait = asked
        if exchange.status != TOO_MANY:
            return answer, exchange
        return None, replace(exchange, error="the server allows no more requests (429); try --rate")

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> tuple[Answer | None, Exchange]:
        await self._pace()
        started = monotonic()
        # A URL is sent as it is: httpx would change what some checks have encoded on purpose.
        request = self._lanes.request(method, url, headers=headers, content=content)
        request.url = _verbatim(url)
        try:
            # A whole answer must come in time, not only each piece of it.
            async with asyncio.timeout(self._options.timeout):
                response = await self._lanes.send(request)
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            said = f"{type(error).__name__}: {error}".rstrip(": ")
            if isinstance(error, TimeoutError | httpx.TimeoutException):
                said = f"no answer within {self._options.timeout:g} s"
            return None, _exchange(request, content, None, monotonic() - started, said)
        exchange = _exchange(request, content, response, monotonic() - started)
        answer = Answer(method, url, response.status_code, response.headers, response.content)
        if self.watch is not None:
            self.watch(exchange, request.headers, content or b"", answer.headers, answer.content)
        return answer, exchange

    async def _pace(self) -> None:
        if self._options.delay:
            await asyncio.sleep(self._options.delay)
        if self._options.rate:
            now = monotonic()
            turn = max(self._next, now)
            self._next = turn + 1 / self._options.rate
            await asyncio.sleep(turn - now)


@dataclass(slots=True)
class Session:
    """The requests of one check, in order."""

    client: Client
    exchanges: list[Exchange] = field(default_factory=list)

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        media: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to a request below the base path, or to a URL; raises `NoAnswer`.

        A body is sent as JSON; bytes are sent as they are.
        """
        url = path if "://" in path else self.client.base + path
        sent = {"Accept": "application/json", **(headers or {})}
        content = None
        if body is not None:
            content = body if isinstance(body, bytes) else orjson.dumps(body)
            sent.setdefault("Content-Type", media)
        answer, exchange = await self.client.send(method, url, sent, content)
        self.exchanges.append(exchange)
        if answer is None:
            raise NoAnswer(exchange)
        return answer


def _asked_to_wait(answer: Answer | None) -> float | None:
    """After how many seconds the server wants to be asked again; None when it has answered."""
    if answer is None or answer.status not in (TOO_MANY, UNAVAILABLE):
        return None
    after = answer.headers.get("retry-after", "")
    if after.isdecimal():
        return float(after)
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - time())
    except ValueError:
        return 1.0 if answer.status == TOO_MANY else None


def tls(options: Options) -> ssl.SSLContext | bool:
    """Whom the client trusts and how it proves who it is; raises for files that hold neither."""
    if options.insecure and not options.client_cert:
        return False
    context = ssl.create_default_context(cafile=str(options.ca) if options.ca else None)
    if options.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if options.client_cert:
        context.load_cert_chain(options.client_cert, options.client_key)
    return context


def _verbatim(url: str) -> httpx.URL:
    """The URL with its path and query as they were written."""
    parts = urlsplit(url)
    raw = parts.path + (f"?{parts.query}" if parts.query or url.endswith("?") else "")
    base = httpx.URL(f"{parts.scheme}://{parts.netloc}/")
    return base.copy_with(raw_path=raw.encode("ascii", "replace"))


def _exchange(
    request: httpx.Request,
    content: bytes | None,
    response: httpx.Response | None,
    seconds: float,
    error: str = "",
) -> Exchange:
    return Exchange(
        method=request.method,
        url=str(request.url),
        request_headers=_masked(request.headers),
        request_body=_text(content or b""),
        status=response.status_code if response else 0,
        headers=_masked(response.headers) if response else (),
        body=_text(response.content) if response else "",
        seconds=round(seconds, 4),
        error=error,
    )


def _masked(headers: httpx.Headers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, "***" if _SECRET.search(name) else value) for name, value in headers.multi_items()
    )


def _text(content: bytes) -> str:
    text = content[: KEPT * 4].decode(errors="replace")
    return text if len(text) <= KEPT else text[:KEPT] + "…"
