"""What proxies say of the way to the server: the scheme by which the client came (R-105), and the
address that it came from.

Both are believed only of proxies the operator trusts. A host is not: many a proxy hands on what its
clients say of it.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import ip_network

from handlers.hosts import address_of

Header = Callable[[bytes], str | None]
#: The header fields that may tell.
FORWARDING = frozenset((b"x-forwarded-proto", b"forwarded"))
_SCHEMES = ("http", "https")


class Proxies:
    """The proxies whose word counts, by the networks they are in."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = tuple(ip_network(network, strict=False) for network in networks)
        self._trusts = lru_cache(256)(self._is_within)

    def scheme(self, peer: str, header: Header) -> str | None:
        """The scheme that the client used, told by the proxy at an address; None if none is."""
        told = header(b"x-forwarded-proto")
        if told is None:
            told = _of_forwarded(header(b"forwarded"))
        if told is None or not self._trusts(peer):
            return None
        # Each proxy adds what it sees: the first one saw the client.
        scheme = told.partition(",")[0].strip().lower()
        return scheme if scheme in _SCHEMES else None

    def address(self, peer: str, header: Header) -> str:
        """The address of the client: of the last one on the way that is no proxy of ours."""
        told = header(b"x-forwarded-for") if self._trusts(peer) else None
        # Each proxy adds whom it got the request from; what stands before that is hearsay.
        for each in reversed((told or "").split(",")):
            address = each.strip()
            if address_of(address) is None:
                return peer
            peer = address
            if not self._trusts(address):
                return peer
        return peer

    def _is_within(self, peer: str) -> bool:
        address = address_of(peer)
        return address is not None and any(address in network for network in self._networks)


def _of_forwarded(field: str | None) -> str | None:
    """The `proto` of the first element of `Forwarded` (RFC 7239)."""
    for pair in (field or "").partition(",")[0].split(";"):
        name, _, value = pair.strip().partition("=")
        if name.lower() == "proto":
            return value.strip('"')
    return None
