"""Where callbacks may go: which URLs, hosts and addresses (D18).

A literal address is told at registration; a name is resolved at each delivery, and then every
address it stands for is judged by the same rules.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from tmf_apis.tmf630.errors import INVALID_CALLBACK, TmfError

Address = IPv4Address | IPv6Address

#: Names that mean this machine or a cloud's metadata, whatever they resolve to.
_LOCAL_NAMES = ("localhost", "localhost.localdomain", "*.localhost", "ip6-localhost")
_METADATA_NAMES = ("metadata.google.internal", "metadata", "instance-data")
#: Where clouds answer questions about their machines, beside 169.254.0.0/16.
_METADATA = frozenset(map(ip_address, ("fd00:ec2::254", "100.100.100.200", "192.0.0.192")))
#: Networks of IPv6 that carry an IPv4 address in their last 32 bits.
_CARRIERS = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")))
#: What development allows: this machine and private networks.
_PRIVATE = tuple(
    map(ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
) + tuple(map(ip_network, ("::1/128", "fc00::/7")))
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """What the operator allows: schemes, hosts (none named: any), and networks that may be
    reached although they are private. `development` allows loopback and all private ones.
    """

    schemes: Sequence[str] = ("http", "https")
    hosts: Sequence[str] = ()
    networks: Sequence[str] = ()
    development: bool = False


def check_callback(callback: str, rules: CallbackRules) -> None:
    """Raise `TmfError` (400) unless a callback is a URL the server may post to (R-1001)."""
    try:
        parts = urlsplit(callback)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(ord(character) <= 0x20 for character in callback):
        raise _refused("an absolute http or https URL is needed.")
    if parts.scheme not in rules.schemes:
        raise _refused(f"{parts.scheme} is not allowed here; use {' or '.join(rules.schemes)}.")
    host = plain_host(parts.hostname or "")
    fault = host_fault(host, rules)
    if fault is None and (address := literal(host)) is not None:
        fault = address_fault(address, rules)
    if fault is not None:
        raise _refused(f"{fault}.")


def plain_host(host: str) -> str:
    """A host as it will be looked up: decoded, of plain characters, without a final dot."""
    return normalize("NFKC", unquote(host)).replace("\u3002", ".").lower().rstrip(".")


def host_fault(host: str, rules: CallbackRules) -> str | None:
    """Why a host may not be named, or None when it may."""
    if any(fnmatchcase(host, name) for name in _METADATA_NAMES):
        return f"{host} is a service of the machine this server runs on"
    if any(fnmatchcase(host, name) for name in _LOCAL_NAMES) and not rules.development:
        return f"{host} is the machine this server runs on"
    if rules.hosts and not any(fnmatchcase(host, name) for name in rules.hosts):
        return f"{host} is none of the hosts that callbacks may name"
    return None


def literal(host: str) -> Address | None:
    """The address a host spells, in any of the ways a resolver takes; None for a name.

    `127.0.0.1` is also `127.1`, `0x7f.1`, `0177.0.0.1` and `2130706433`.
    """
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    parts = host.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    try:
        *high, low = map(_number, parts)
        if any(number > 255 for number in high) or low >= 256 ** (5 - len(parts)):
            return None
    except ValueError:
        return None
    return IPv4Address(sum(n << 8 * (3 - place) for place, n in enumerate(high)) + low)


def address_fault(address: Address, rules: CallbackRules) -> str | None:
    """Why nothing may be posted to an address, or None when it may be."""
    for meant in (address, *_carried(address)):
        if not _is_allowed(meant, rules):
            return f"{address} is not a public address, and this server does not post to it"
    return None


def _is_allowed(address: Address, rules: CallbackRules) -> bool:
    if any(address in ip_network(network, strict=False) for network in rules.networks):
        return True
    never = address.is_link_local or address.is_multicast or address.is_unspecified
    if never or address in _METADATA:
        return False
    if rules.development and any(address in network for network in _PRIVATE):
        return True
    if isinstance(address, IPv6Address) and _carried(address):
        return True  # it is the address inside that counts
    return address.is_global and not address.is_reserved


def _carried(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 address stands for or leads through."""
    if isinstance(address, IPv4Address):
        return []
    found: list[Address] = [a for a in (address.ipv4_mapped, address.sixtofour) if a is not None]
    found += address.teredo or ()
    if any(address in network for network in _CARRIERS) and int(address) > 1:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return found


def _number(part: str) -> int:
    """A number as C writes it: decimal, octal after a 0, hexadecimal after 0x."""
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8 if part.startswith("0") else 10)


def _refused(why: str) -> TmfError:
    return TmfError(INVALID_CALLBACK, f"/callback: {why}")
