"""One delivery over HTTP: to a checked address, without redirects, within limits (D18).

The name in a callback is resolved here, every address of it is judged, and the connection goes
to the very address that was judged, so that a name cannot mean something else a moment later.
TLS still asks for a certificate of the name.
"""

import asyncio
import hmac
from base64 import b64encode
from functools import cache
from hashlib import sha256
from ssl import SSLContext, SSLError
from time import monotonic

import httpx

from handlers.notifications.access import Access
from handlers.notifications.names import addresses_of
from handlers.notifications.wire import Connections
from tmf_apis import __version__
from tmf_apis.tmf630.callbacks import (
    Address,
    CallbackRules,
    address_fault,
    host_fault,
    literal,
    plain_host,
)

#: Seconds for which an address that was judged is used again.
KEEP_ADDRESS = 5.0
_PORTS = {"http": 80, "https": 443}
_CAUGHT = (httpx.HTTPError, SSLError, OSError, ValueError)


class Undelivered(Exception):
    """A listener did not take an event; the text says why."""


class Post:
    """Delivers to one callback, over connections of its own.

    `timeout` is seconds for one delivery as a whole, from the look-up of the name to the end of
    the answer, however slowly it drips. Raises `httpx.InvalidURL`.
    """

    def __init__(
        self,
        callback: str,
        rules: CallbackRules,
        *,
        timeout: int,
        secret: str = "",
        access: Access | None = None,
    ) -> None:
        url = httpx.URL(callback)
        self._host = plain_host(url.host)
        self._rules = rules
        self._timeout = timeout
        self._secret = secret.encode()
        self._access = access
        self._head = _head(url)
        tls = _trust() if url.scheme == "https" else None
        name = url.raw_host.decode()
        self._connections = Connections(name, url.port or _PORTS[url.scheme], tls)
        self._address: tuple[float, Address] | None = None

    async def deliver(self, body: bytes) -> None:
        """Return when the listener took the event: any 2xx (R-1010). Raises `Undelivered`."""
        try:
            async with asyncio.timeout(self._timeout):
                address = await self._checked()
                request = await self._request(body)
                status = await self._connections.post(str(address), request)
        except TimeoutError as error:
            raise Undelivered(f"did not answer within {self._timeout} s") from error
        except _CAUGHT as error:
            raise Undelivered(f"{type(error).__name__}: {error}"[:300]) from error
        if not 200 <= status < 300:
            if status == httpx.codes.UNAUTHORIZED and self._access is not None:
                self._access.forget()
            raise Undelivered(f"answered {status}")

    def close(self) -> None:
        """Let go of the connections."""
        self._connections.close()

    async def _request(self, body: bytes) -> bytes:
        more = b"content-length: %d\r\n" % len(body)
        if self._secret:
            more += b"x-hub-signature-256: sha256=%b\r\n" % signature(self._secret, body).encode()
        if self._access is not None:
            more += b"authorization: Bearer %b\r\n" % (await self._access.token()).encode()
        return b"%b%b\r\n%b" % (self._head, more, body)

    async def _checked(self) -> Address:
        """An address of the listener that may be posted to; raises `Undelivered`."""
        if self._address is not None and monotonic() - self._address[0] < KEEP_ADDRESS:
            return self._address[1]
        found = literal(self._host)
        addresses = [found] if found is not None else await _resolved(self._host)
        faults = [host_fault(self._host, self._rules)]
        faults += [address_fault(address, self._rules) for address in addresses]
        for fault in filter(None, faults):
            raise Undelivered(fault)
        self._address = (monotonic(), addresses[0])
        return addresses[0]


def signature(secret: bytes, body: bytes) -> str:
    """What tells a listener that a body comes from who knows the secret: HMAC-SHA256, in hex."""
    return hmac.new(secret, body, sha256).hexdigest()


def _head(url: httpx.URL) -> bytes:
    """The part of a request that is always the same."""
    head = b"POST %b HTTP/1.1\r\nhost: %b\r\n" % (url.raw_path, url.netloc)
    head += b"content-type: application/json\r\nuser-agent: tmf-apis/%b\r\n" % __version__.encode()
    if url.username or url.password:
        basic = b64encode(f"{url.username}:{url.password}".encode())
        head += b"authorization: Basic %b\r\n" % basic
    return head


async def _resolved(host: str) -> list[Address]:
    found = await addresses_of(host)
    if not found:
        raise Undelivered(f"{host} has no address")
    return found


@cache
def _trust() -> SSLContext:
    """The certificate authorities to trust; reading them takes a while."""
    return httpx.create_ssl_context()
