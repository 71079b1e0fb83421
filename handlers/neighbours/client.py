"""One exchange with a neighbour: bounded in time and size, with its token, and what failed.

A redirect is not followed, for the token is nobody else's. An exchange is not repeated, but for one
whose token was refused: who asks knows whether that does anything twice.
"""

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx
import orjson

from handlers.neighbours.failing import Away
from handlers.neighbours.memory import Memory
from handlers.notifications.access import Access
from handlers.trust import trusted
from tmf_apis.neighbours import Address

#: Seconds until a connection is there, and that an exchange may take with its token.
CONNECT, LONGEST = 2.0, 5.0
#: Bytes of an answer, and connections to one neighbour that are open at once.
LARGEST, CONNECTIONS = 8 * 1024 * 1024, 32
#: Seconds that a connection waits to be used again: less than servers keep one.
_KEEP = 1.0
#: Seconds for which one is not asked that did not answer in time: each asking takes as long again.
_SILENCE = 1.0
#: Refusals of 4xx that say nothing about what was asked.
_PASSING = frozenset({401, 403, 407, 408, 421, 425, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a neighbour said: a status of 2xx or 4xx, a value that was JSON, and its tag."""

    status: int
    value: Any
    tag: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it did as it was asked."""
        return self.status < 300

    @property
    def told(self) -> str:
        """What a refusal says, in short."""
        error = self.value if isinstance(self.value, dict) else {}
        return f"{self.status} {error.get('message') or error.get('reason') or ''}".strip()[:300]


class Client:
    """Asks the server of one API."""

    def __init__(
        self, address: Address, access: Access | None = None, longest: float = LONGEST
    ) -> None:
        self.address = address
        self._access = access
        self._longest = longest
        self._memory = Memory()
        #: Until when nobody else waits for one that let somebody wait in vain, by monotonic time.
        self._silent_until = 0.0
        self._http: httpx.AsyncClient | None = None

    async def ask(
        self, method: str, path: str, body: Any = None, query: Any = None, **headers: str
    ) -> Answer:
        """What is answered to a request for a path below the URL of the API. Raises `Away`."""
        url = httpx.URL(f"{self.address.url}/{path}", params=query)
        known = self._memory.get(str(url)) if method == "GET" else None
        if known is not None:
            headers["If-None-Match"] = known.tag
        content = None if body is None else orjson.dumps(body)
        response, raw = await self._exchanged(method, url, content, headers)
        if known is not None and response.status_code == httpx.codes.NOT_MODIFIED:
            return Answer(200, orjson.loads(known.body), known.tag)
        self._refuse(response)
        value = self._value(raw)
        tag = response.headers.get("ETag", "")
        if method == "GET" and response.status_code == httpx.codes.OK:
            self._memory.put(str(url), tag, raw)
        return Answer(response.status_code, value, tag)

    async def close(self) -> None:
        """Close what connections there are."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _exchanged(
        self, method: str, url: httpx.URL, content: bytes | None, headers: dict[str, str]
    ) -> tuple[httpx.Response, bytes]:
        if monotonic() < self._silent_until:
            raise self.away("let somebody wait in vain just now")
        try:
            async with asyncio.timeout(self._longest):
                response, raw = await self._sent(method, url, content, headers)
                if response.status_code == httpx.codes.UNAUTHORIZED and self._access is not None:
                    self._access.forget()
                    response, raw = await self._sent(method, url, content, headers)
                return response, raw
        except (TimeoutError, httpx.TimeoutException) as error:
            self._silent_until = monotonic() + _SILENCE
            raise self.away(f"did not answer within {self._longest:g} seconds") from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise self.away(*_failed("does not answer", error)) from error

    async def _sent(
        self, method: str, url: httpx.URL, content: bytes | None, headers: dict[str, str]
    ) -> tuple[httpx.Response, bytes]:
        named = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
        if self._access is not None:
            named["Authorization"] = f"Bearer {await self._token(self._access)}"
        async with self._client.stream(method, url, content=content, headers=named) as response:
            raw = b""
            async for chunk in response.aiter_raw():
                raw += chunk
                if len(raw) > LARGEST:
                    raise self.away(f"answered with more than {LARGEST} bytes")
        return response, raw

    async def _token(self, access: Access) -> str:
        try:
            return await access.token()
        except (httpx.HTTPError, ValueError, KeyError) as error:
            why = "cannot be asked: there is no token for it"
            raise self.away(*_failed(why, error)) from error

    @property
    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            self._http = httpx.AsyncClient(
                verify=trusted(),
                trust_env=False,
                timeout=httpx.Timeout(self._longest, connect=min(CONNECT, self._longest)),
                limits=httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=_KEEP),
            )
        return self._http

    def away(self, why: str, detail: str = "") -> Away:
        """That it cannot be asked, or gave nothing that can be used; the detail is for the log."""
        return Away(self.address, why, detail)

    def _refuse(self, response: httpx.Response) -> None:
        """Raise `Away` for an answer that says nothing about what was asked."""
        status = response.status_code
        if response.is_redirect or status == httpx.codes.NOT_MODIFIED:
            raise self.away(f"answered {status}, which leads elsewhere and is not followed")
        if status >= 500 or status in _PASSING:
            raise self.away(f"answered {status}")

    def _value(self, raw: bytes) -> Any:
        if not raw:
            return None
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise self.away("answered with what is no JSON") from error


def _failed(what: str, error: Exception) -> tuple[str, str]:
    """What went wrong, for clients; and one line more, which may name a host."""
    return f"{what}: {type(error).__name__}", (str(error).splitlines() or [""])[0]
