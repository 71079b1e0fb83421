"""One delivery over HTTP: to a checked address, without redirects, within limits (D18).

The name in a callback is resolved here, every address of it is judged, and the connection goes
to the very address that was judged, so that a name cannot mean something else a moment later.
TLS still asks for a certificate of the name.
"""

import asyncio
import hmac
import socket
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from ipaddress import ip_address
from ssl import SSLContext
from time import monotonic

import httpx

from handlers.notifications.access import Access
from tmf_apis import __version__
from tmf_apis.tmf630.callbacks import (
    Address,
    CallbackRules,
    address_fault,
    host_fault,
    literal,
    plain_host,
)

#: Most bytes of an answer that are read; nobody looks at them.
MAX_ANSWER = 64 * 1024
#: Seconds for which an address that was judged is used again.
KEEP_ADDRESS = 5.0
_CAUGHT = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, TimeoutError, ValueError)


class Undelivered(Exception):
    """A listener did not take an event; the text says why."""


class Post:
    """Delivers to one callback, over connections of its own.

    `timeout` is seconds for one delivery as a whole, from the look-up of the name to the end of
    the answer, however slowly it drips.
    """

    def __init__(
        self,
        callback: str,
        rules: CallbackRules,
        *,
        timeout: int,
        at_once: int,
        secret: str = "",
        access: Access | None = None,
    ) -> None:
        self._url = httpx.URL(callback)
        self._rules = rules
        self._timeout = timeout
        self._secret = secret.encode()
        self._access = access
        limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
        self._transport = httpx.AsyncHTTPTransport(verify=_trust(), limits=limits, trust_env=False)
        self._address: tuple[float, Address] | None = None

    async def deliver(self, body: bytes) -> None:
        """Return when the listener took the event: any 2xx (R-1010). Raises `Undelivered`."""
        try:
            async with asyncio.timeout(self._timeout):
                status = await self._post(body)
        except _CAUGHT as error:
            raise Undelivered(_words(error, self._timeout)) from error
        if not 200 <= status < 300:
            if status == httpx.codes.UNAUTHORIZED and self._access is not None:
                self._access.forget()
            raise Undelivered(f"answered {status}")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._transport.aclose()

    async def _post(self, body: bytes) -> int:
        address = await self._checked()
        response = await self._transport.handle_async_request(
            httpx.Request(
                "POST",
                self._url.copy_with(host=str(address)),
                headers=await self._headers(body),
                content=body,
                extensions={
                    "timeout": httpx.Timeout(self._timeout).as_dict(),
                    "sni_hostname": self._url.raw_host.decode(),
                },
            )
        )
        try:
            await _skim(response)
        finally:
            await response.aclose()
        return response.status_code

    async def _headers(self, body: bytes) -> Mapping[str, str]:
        headers = {
            "Host": self._url.netloc.decode(),
            "Content-Type": "application/json",
            "User-Agent": f"tmf-apis/{__version__}",
        }
        if self._secret:
            headers["X-Hub-Signature-256"] = f"sha256={signature(self._secret, body)}"
        if self._access is not None:
            headers["Authorization"] = f"Bearer {await self._access.token()}"
        return headers

    async def _checked(self) -> Address:
        """An address of the listener that may be posted to; raises `Undelivered`."""
        if self._address is not None and monotonic() - self._address[0] < KEEP_ADDRESS:
            return self._address[1]
        host = plain_host(self._url.host)
        addresses = [found] if (found := literal(host)) is not None else await _resolved(host)
        faults = [host_fault(host, self._rules)]
        faults += [address_fault(address, self._rules) for address in addresses]
        for fault in filter(None, faults):
            raise Undelivered(fault)
        self._address = (monotonic(), addresses[0])
        return addresses[0]


def signature(secret: bytes, body: bytes) -> str:
    """What tells a listener that a body comes from who knows the secret: HMAC-SHA256, in hex."""
    return hmac.new(secret, body, sha256).hexdigest()


async def _resolved(host: str) -> list[Address]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses:
        raise Undelivered(f"{host} has no address")
    return addresses


async def _skim(response: httpx.Response) -> None:
    """Read an answer to its end, so that its connection serves again, but not without end."""
    size = 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > MAX_ANSWER:
            return


@cache
def _trust() -> SSLContext:
    """The certificate authorities to trust; reading them takes a while."""
    return httpx.create_ssl_context(trust_env=False)


def _words(error: Exception, timeout: int) -> str:
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return f"did not answer within {timeout} s"
    return f"{type(error).__name__}: {error}"[:300]
