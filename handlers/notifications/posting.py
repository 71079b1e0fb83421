"""One delivery over HTTP: to a checked address, without redirects, within limits (D18).

The name in a callback is resolved here, every address of it is judged, and the connection goes
to the very address that was judged, so that a name cannot mean something else a moment later.
TLS still asks for a certificate of the name.
"""

import asyncio
import os
from base64 import b64encode
from ssl import SSLError
from time import monotonic

import httpx

from handlers.hops import HEADER
from handlers.notifications.access import Access
from handlers.notifications.names import addresses_of
from handlers.notifications.signing import Signer
from handlers.notifications.wire import Connections
from handlers.trust import trusted
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
        signer: Signer | None = None,
        access: Access | None = None,
    ) -> None:
        url = httpx.URL(callback)
        self._host = plain_host(url.host)
        self._rules = rules
        self._timeout = timeout
        self._signer = signer or Signer()
        self._access = access
        self._head = _head(url)
        tls = trusted() if url.scheme == "https" else None
        name = url.raw_host.decode()
        self._connections = Connections(name, url.port or _PORTS[url.scheme], tls)
        self._address: tuple[float, Address] | None = None

    async def deliver(self, body: bytes, id: str, hops: int) -> None:
        """Return when the listener took the event of an id, which comes to it over so many
        deliveries: any 2xx will do (R-1010). Raises `Undelivered`.
        """
        try:
            async with asyncio.timeout(self._timeout):
                address = await self._checked()
                request = await self._request(body, id, hops)
                status = await self._connections.post(str(address), request)
        except TimeoutError as error:
            raise Undelivered(f"did not answer within {self._timeout} s") from error
        except _CAUGHT as error:
            raise Undelivered(_told(error)[:300]) from error
        if not 200 <= status < 300:
            if status == httpx.codes.UNAUTHORIZED and self._access is not None:
                self._access.forget()
            raise Undelivered(f"answered {status}")

    def close(self) -> None:
        """Let go of the connections."""
        self._connections.close()

    async def _request(self, body: bytes, id: str, hops: int) -> bytes:
        more = b"content-length: %d\r\n%b: %d\r\n" % (len(body), HEADER, hops)
        for field in self._signer.headers(id, body):
            more += b"%b\r\n" % field
        if self._access is not None:
            more += b"authorization: Bearer %b\r\n" % (await self._access.token()).encode()
        return b"%b%b\r\n%b" % (self._head, more, body)

    async def _checked(self) -> Address:
        """An address of the listener that may be posted to; raises `Undelivered`."""
        if self._address is not None and monotonic() - self._address[0] < KEEP_ADDRESS:
            return self._address[1]
        found = literal(self._host)
        addresses = [found] if found is not None else await _resolved(self._host)
        if fault := host_fault(self._host, self._rules):
            raise Undelivered(fault)
        # What a name stands for inside is nobody's business.
        if any(address_fault(address, self._rules) for address in addresses):
            raise Undelivered(f"{self._host} has an address that this server does not post to")
        self._address = (monotonic(), addresses[0])
        return addresses[0]


def _told(error: Exception) -> str:
    """What went wrong, for those who registered the callback: no address, no URL of a token."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"the server of its tokens answered {error.response.status_code}"
    if isinstance(error, httpx.HTTPError):
        return "the server of its tokens cannot be reached"
    if isinstance(error, OSError) and not isinstance(error, SSLError) and error.errno:
        return error.strerror or "" if error.errno < 0 else os.strerror(error.errno)
    return str(error)


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
